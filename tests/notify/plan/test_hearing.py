"""Listening: events become messages in one transaction, once each, within the caps."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from app.core import db
from app.core.db import transaction
from app.events.kinds import EventKind
from app.events.models import ListenerRow
from app.notify.models import BrandMessages, Message
from app.notify.plan import listener
from app.notify.preferences.suppression import NEWS, say_consent, suppress
from app.orders.models import Order, OrderContact
from tests.notify.build import NOON, a_mail_config, an_order, happens
from tests.rounds import heard

CONFIG = a_mail_config()


def written(session: Session) -> list[tuple[str, str, str]]:
    rows = session.execute(select(Message.kind, Message.channel, Message.state).order_by(Message.id))
    return [tuple(row) for row in rows]


@pytest.fixture
def order(session: Session) -> Order:
    order = an_order(session, now=NOON)
    heard(session, limit=50, now=NOON, config=CONFIG)
    session.query(Message).delete()
    return order


def test_one_event_makes_one_message_a_channel(session: Session, order: Order) -> None:
    happens(session, EventKind.SHIPMENT_OUT_FOR_DELIVERY, order, now=NOON)
    assert heard(session, limit=50, now=NOON, config=CONFIG) == 1
    assert written(session) == [
        ("shipment.out_for_delivery", "email", "created"),
        ("shipment.out_for_delivery", "sms", "created"),
    ]
    assert heard(session, limit=50, now=NOON, config=CONFIG) == 0


def test_the_same_milestone_again_makes_nothing(session: Session, order: Order) -> None:
    for _ in range(20):
        happens(session, EventKind.SHIPMENT_DELIVERED, order, now=NOON)
    heard(session, limit=50, now=NOON, config=CONFIG)
    assert len(written(session)) == 2


def test_a_storm_stays_under_the_caps(session: Session, order: Order) -> None:
    for n in range(40):
        happens(session, EventKind.SHIPMENT_LATE, order, now=NOON, occurrence=f"day {n}")
    heard(session, limit=100, now=NOON, config=CONFIG)
    going = [row for row in written(session) if row[2] == "created"]
    assert len(going) == 6
    assert sum(row[1] == "sms" for row in going) == 3
    reasons = set(session.scalars(select(Message.reason).where(Message.state == "skipped")))
    assert "order_cap" in reasons <= {"order_cap", "text_cap"}


def test_an_event_that_cannot_be_told_is_postponed_and_the_others_are_heard(
    session: Session, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = happens(session, EventKind.SHIPMENT_LATE, order, now=NOON)
    happens(session, EventKind.SHIPMENT_DELIVERED, order, now=NOON)
    usual = listener._row

    def broken(event, *args, **kwargs):  # type: ignore[no-untyped-def]
        if event.id == bad:
            raise RuntimeError("no")
        return usual(event, *args, **kwargs)

    monkeypatch.setattr(listener, "_row", broken)
    heard(session, limit=50, now=NOON, config=CONFIG)
    assert {row[0] for row in written(session)} == {"shipment.delivered"}
    left = session.execute(
        select(ListenerRow.event_id, ListenerRow.error).where(ListenerRow.listener == "notify")
    ).all()
    assert left == [(bad, "RuntimeError: no")]


def test_no_message_for_what_was_rolled_back(committed: sessionmaker[Session], monkeypatch: pytest.MonkeyPatch) -> None:
    with committed() as session, transaction(session):
        order = an_order(session, now=NOON)
        happens(session, EventKind.SHIPMENT_DELIVERED, order, now=NOON)
    with monkeypatch.context() as patch:
        patch.setattr(db.failpoints, "around", _raise)
        with pytest.raises(RuntimeError), committed() as session, transaction(session):
            heard(session, limit=50, now=NOON, config=CONFIG)
        with committed() as session:
            assert session.scalar(select(func.count(Message.id))) == 0
    with committed() as session, transaction(session):
        heard(session, limit=50, now=NOON, config=CONFIG)
        assert session.scalar(select(func.count()).where(Message.kind == "shipment.delivered")) == 2


def test_two_hearers_share_the_events(committed: sessionmaker[Session]) -> None:
    with committed() as session, transaction(session):
        for number in ("1", "2", "3", "4"):
            happens(session, EventKind.SHIPMENT_DELIVERED, an_order(session, number, now=NOON), now=NOON)

    def listen(_: int) -> None:
        for _round in range(8):
            with committed() as session, transaction(session):
                heard(session, limit=2, now=NOON, config=CONFIG)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(listen, range(3)))
    with committed() as session:
        assert session.scalar(select(func.count()).where(ListenerRow.listener == "notify")) == 0
        assert session.scalar(select(func.count()).where(Message.kind == "shipment.delivered")) == 8


def test_a_taken_back_consent_and_an_opt_out_count(session: Session, order: Order) -> None:
    happens(session, EventKind.SHIPMENT_LATE, order, now=NOON)
    heard(session, limit=50, now=NOON, config=CONFIG)
    keys = dict(session.execute(select(Message.channel, Message.recipient_hash)).all())
    say_consent(session, recipient_hash=keys["sms"], agreed=False, wording="", locale="es", source="test", now=NOON)
    suppress(session, channel="email", recipient_hash=keys["email"], purpose=NEWS, source="test", now=NOON)
    happens(session, EventKind.SHIPMENT_DELIVERED, order, now=NOON)
    heard(session, limit=50, now=NOON, config=CONFIG)
    assert len(written(session)) == 2


def test_a_brand_says_what_it_sends(session: Session, order: Order) -> None:
    session.add(BrandMessages(brand_key="demo", texts_off=["shipment.delivered"], mails_off=["shipment.late"]))
    session.flush()
    happens(session, EventKind.SHIPMENT_LATE, order, now=NOON)
    happens(session, EventKind.SHIPMENT_DELIVERED, order, now=NOON)
    heard(session, limit=50, now=NOON, config=CONFIG)
    assert {row[:2] for row in written(session)} == {("shipment.late", "sms"), ("shipment.delivered", "email")}


def test_links_go_to_the_contact_that_asked(session: Session, order: Order) -> None:
    contact = session.scalar(select(OrderContact.id).where(OrderContact.order_id == order.id))
    happens(session, EventKind.LINK_REQUESTED, order, now=NOON, order_ids=[order.id], contact_id=contact)
    heard(session, limit=50, now=NOON, config=CONFIG)
    assert written(session) == [("access.link_requested", "email", "created")]


def _raise(*_args: object, **_kwargs: object) -> None:
    raise RuntimeError("killed here")
