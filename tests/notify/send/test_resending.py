"""Sending again because a person asks: true now, wanted, once a press, where it is said, on nobody's account."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, sessionmaker

from app.core.db import transaction
from app.core.errors import Invalid, NotFound
from app.events.kinds import EventKind
from app.notify.models import Message
from app.notify.preferences.suppression import ALL, NEWS, recipient_key, say_consent, suppress
from app.notify.send.claim import Ready
from app.notify.send.resend import NotAgain, proposal, resend
from app.orders.models import Order, OrderContact
from app.tracking.models import Shipment
from tests.conftest import SECRET
from tests.notify.build import NOON, a_mail_config, an_order, happens, prepared
from tests.rounds import heard

CONFIG = a_mail_config()
PRESS = "press-0001"


def told(
    session: Session, kind: EventKind, state: str | None = None, *, number: str = "1001", **order: Any
) -> tuple[Order, Message]:
    """A mail that was handed over, and its order; a second order and its messages stand beside."""
    new_order = an_order(session, number, now=NOON, **order)
    beside = an_order(session, f"9{number}", now=NOON)
    heard(session, limit=50, now=NOON, config=CONFIG)
    session.query(Message).delete()
    for one in (new_order, beside):
        happens(session, kind, one, now=NOON, state=state)
    heard(session, limit=50, now=NOON, config=CONFIG)
    for message in session.scalars(select(Message)):
        message.state = "accepted"
    session.flush()
    return new_order, _message(session, new_order)


def _message(session: Session, order: Order, channel: str = "email") -> Message:
    mine = select(Message).where(Message.order_id == order.id, Message.channel == channel).order_by(Message.id)
    return session.scalars(mine).one()


def parcel(session: Session, order: Order) -> Shipment:
    return session.scalars(select(Shipment).where(Shipment.order_id == order.id)).one()


def again(session: Session, old: Message, *, hours: float = 1, **how: Any) -> Message:
    made = resend(session, old.id, by="eva", now=NOON + timedelta(hours=hours), config=CONFIG, **how)
    return session.get_one(Message, made.id)


def leaving(session: Session, *, hours: float = 1) -> list[Ready]:
    later = NOON + timedelta(hours=hours)
    return prepared(session, now=later, config=CONFIG)


def test_what_is_still_true_is_sent_again_as_a_message_of_its_own(session: Session) -> None:
    _, old = told(session, EventKind.SHIPMENT_DELIVERED, "delivered")
    made = again(session, old, hours=9 * 24)
    assert (made.requested_by, made.resent_from, made.recipient) == ("eva", old.id, old.recipient)
    assert (made.public_id, made.state, made.readdressed) != (old.public_id, old.state, True)
    [ready] = leaving(session, hours=9 * 24)
    assert ready.outgoing.subject == "Entregado: pedido 1001"
    assert "/l/" in ready.outgoing.text


def test_what_has_passed_is_refused_with_its_reason(session: Session) -> None:
    order, old = told(session, EventKind.SHIPMENT_OUT_FOR_DELIVERY, "out_for_delivery")
    parcel(session, order).state = "delivered"
    session.flush()
    with pytest.raises(NotAgain, match="newer news took its place") as refused:
        again(session, old)
    assert refused.value.reason == "overtaken"
    assert session.scalars(select(Message).where(Message.resent_from == old.id)).all() == []


def test_what_says_today_is_not_said_tomorrow(session: Session) -> None:
    _, old = told(session, EventKind.SHIPMENT_OUT_FOR_DELIVERY, "out_for_delivery")
    assert again(session, old, hours=9, press=PRESS).valid_until == old.valid_until
    with pytest.raises(NotAgain, match="no longer news"):
        again(session, old, hours=11)


def test_what_becomes_untrue_before_it_leaves_does_not_leave(session: Session) -> None:
    order, old = told(session, EventKind.SHIPMENT_LATE, "in_transit")
    made = again(session, old)
    parcel(session, order).state = "delivered"
    session.flush()
    assert leaving(session) == []
    assert (made.state, made.reason) == ("skipped", "overtaken")


@pytest.mark.parametrize(
    ("purpose", "reason"), [(ALL, "suppressed"), (NEWS, "opted_out")]
)  # fmt: skip
def test_who_must_not_be_written_to_is_not(session: Session, purpose: str, reason: str) -> None:
    _, old = told(session, EventKind.SHIPMENT_DELIVERED, "delivered")
    off = {"channel": "email", "purpose": purpose, "source": "test", "now": NOON}
    suppress(session, recipient_hash=recipient_key(SECRET, "email", "other@example.com"), **off)
    assert proposal(session, old, by="eva", now=NOON, config=CONFIG).refusal is None
    suppress(session, recipient_hash=old.recipient_hash, **off)
    with pytest.raises(NotAgain) as refused:
        again(session, old)
    assert refused.value.reason == reason


def test_a_message_under_way_or_forgotten_is_not_sent_again(session: Session) -> None:
    _, old = told(session, EventKind.SHIPMENT_DELIVERED, "delivered")
    for change in ({"state": "created"}, {"state": "sending"}, {"state": "failed", "recipient": ""}):
        for name, value in change.items():
            setattr(old, name, value)
        session.flush()
        with pytest.raises(NotAgain, match="still on its way, or no longer kept"):
            again(session, old)
    with pytest.raises(NotFound):
        resend(session, 0, by="eva", now=NOON, config=CONFIG)


def test_another_address_gets_it_alone_and_without_a_link_that_opens_the_order(session: Session) -> None:
    order, old = told(session, EventKind.SHIPMENT_DELIVERED, "delivered")
    made = again(session, old, to=" Ana.Ruiz@Example.com ")
    assert (made.recipient, made.readdressed) == ("ana.ruiz@example.com", True)
    [ready] = leaving(session)
    assert ready.outgoing.to == "ana.ruiz@example.com"
    assert f"https://pedidos.almazara.example/o/{order.ref}" in ready.outgoing.text
    assert "/l/" not in ready.outgoing.text
    assert session.scalars(select(OrderContact.email).where(OrderContact.order_id == order.id)).all() == [
        "ana@example.com"
    ]


def test_an_address_on_file_keeps_its_link(session: Session) -> None:
    _, old = told(session, EventKind.SHIPMENT_DELIVERED, "delivered")
    made = again(session, old, to="ANA@example.com")
    assert (made.recipient, made.readdressed) == ("ana@example.com", False)
    assert "/l/" in leaving(session)[0].outgoing.text


def test_another_address_that_refused_everything_gets_nothing(session: Session) -> None:
    _, old = told(session, EventKind.SHIPMENT_DELIVERED, "delivered")
    key = recipient_key(SECRET, "email", "no@example.com")
    suppress(session, channel="email", recipient_hash=key, purpose=ALL, source="test", now=NOON)
    with pytest.raises(NotAgain, match="must not be written to"):
        again(session, old, to="no@example.com")
    assert again(session, old, to="yes@example.com").recipient == "yes@example.com"


@pytest.mark.parametrize(
    "wrong", ["x", "ana@", "ana@example.com, b@example.com", "ana@exa mple.com", "a" * 300 + "@b.es"]
)
def test_what_is_no_address_is_refused(session: Session, wrong: str) -> None:
    _, old = told(session, EventKind.SHIPMENT_DELIVERED, "delivered")
    with pytest.raises(Invalid) as refused:
        again(session, old, to=wrong)
    assert [(one.pointer, one.detail) for one in refused.value.faults] == [("/to", "This is not an e-mail address.")]


def test_a_text_goes_to_another_number_by_the_customers_consent(session: Session) -> None:
    order, _ = told(session, EventKind.SHIPMENT_DELIVERED, "delivered")
    old = _message(session, order, "sms")
    with pytest.raises(Invalid) as refused:
        again(session, old, to="612")
    assert refused.value.faults[0].detail == "This is not a phone number that can be dialled."
    assert again(session, old, to="612 34 56 79", press=PRESS).recipient == "+34612345679"
    own = again(session, old, to="612 34 56 78")
    assert (own.recipient, own.readdressed) == ("+34612345678", False)
    key = recipient_key(SECRET, "sms", "+34612345679")
    say_consent(session, recipient_hash=key, agreed=False, wording="BAJA", locale="es", source="sms", now=NOON)
    with pytest.raises(NotAgain, match="has not agreed to texts"):
        again(session, old, to="612 34 56 79")


def test_when_the_order_has_a_new_address_it_goes_there_and_no_longer_to_the_old_one(session: Session) -> None:
    order, old = told(session, EventKind.SHIPMENT_DELIVERED, "delivered")
    contact = session.scalars(select(OrderContact).where(OrderContact.order_id == order.id)).one()
    contact.email = contact.email_folded = "new@example.com"
    session.flush()
    made = again(session, old)
    assert (made.recipient, made.readdressed) == ("new@example.com", False)


def test_a_link_that_was_asked_for_goes_to_no_address_that_is_not_on_file(session: Session) -> None:
    order = an_order(session, now=NOON)
    heard(session, limit=50, now=NOON, config=CONFIG)
    session.query(Message).delete()
    contact = session.scalar(select(OrderContact.id).where(OrderContact.order_id == order.id))
    happens(session, EventKind.LINK_REQUESTED, order, now=NOON, order_ids=[order.id], contact_id=contact)
    heard(session, limit=50, now=NOON, config=CONFIG)
    old = _message(session, order)
    old.state = "failed"
    with pytest.raises(NotAgain, match="addresses on file only"):
        again(session, old, to="thief@example.com")
    assert again(session, old).recipient == "ana@example.com"


def test_it_takes_nobodys_place_in_the_days_number(session: Session) -> None:
    order, old = told(session, EventKind.SHIPMENT_DELIVERED, "delivered")
    for _ in range(6):
        again(session, old)
    parcel(session, order).state = "in_transit"
    happens(session, EventKind.SHIPMENT_LATE, order, now=NOON + timedelta(hours=1))
    heard(session, limit=50, now=NOON + timedelta(hours=1), config=CONFIG)
    late = select(Message.channel, Message.state).where(Message.kind == "shipment.late", Message.order_id == order.id)
    assert [tuple(row) for row in session.execute(late)] == [("email", "created"), ("sms", "created")]


def test_one_form_sent_twice_is_one_message_and_two_forms_are_two(session: Session) -> None:
    _, old = told(session, EventKind.SHIPMENT_DELIVERED, "delivered")
    first, second = (again(session, old, press=PRESS) for _ in range(2))
    assert first.id == second.id
    assert again(session, old, press="press-0002").id != first.id
    assert again(session, old, press="no").id != again(session, old, press="no").id, "no press of ours: each is its own"


def test_two_presses_at_once_send_one(committed: sessionmaker[Session]) -> None:
    with committed() as session, transaction(session):
        _, old = told(session, EventKind.SHIPMENT_DELIVERED, "delivered")
        number = old.id

    def press(_: int) -> int:
        with committed() as session, transaction(session):
            return resend(session, number, by="eva", now=NOON, config=CONFIG, press=PRESS).id

    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(press, range(8)))
    assert len(made) == 1
    with committed() as session:
        assert session.scalar(select(func.count()).where(Message.resent_from == number)) == 1


def test_what_was_forgotten_meanwhile_is_not_sent(committed: sessionmaker[Session]) -> None:
    with committed() as session, transaction(session):
        _, old = told(session, EventKind.SHIPMENT_DELIVERED, "delivered")
        number = old.id
    with committed() as session:
        message = session.get_one(Message, number)
        with committed() as other, transaction(other):
            other.execute(update(Message).where(Message.id == number).values(recipient=""))
        assert message.recipient
        with pytest.raises(NotAgain, match="no longer kept"):
            resend(session, number, by="eva", now=NOON, config=CONFIG)


def test_what_cannot_be_written_any_more_is_refused(session: Session) -> None:
    _order, old = told(session, EventKind.SHIPMENT_DELIVERED, "delivered")
    old.kind, old.purpose = "refund.paid", "receipt"
    session.flush()
    with pytest.raises(NotAgain, match="nothing left to say"):
        again(session, old)


def test_looking_writes_nothing_and_shows_what_would_go_without_its_secrets(session: Session) -> None:
    _, old = told(session, EventKind.SHIPMENT_DELIVERED, "delivered")
    before = session.scalar(select(func.count(Message.id)))
    shown = proposal(session, old, by="eva", now=NOON, config=CONFIG, to="b@example.com")
    session.flush()
    assert shown.subject == "Entregado: pedido 1001" and shown.message.recipient == "b@example.com"
    assert shown.refusal is None and "/l/…" not in shown.text and "/preferences/…" in shown.text
    assert session.scalar(select(func.count(Message.id))) == before
