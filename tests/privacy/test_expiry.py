"""What is kept ends when its days are over: by kind, in batches, shown before, and told in the trail as counts."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.audit.models import AuditRow
from app.core.db import do_last_acts
from app.core.errors import Invalid
from app.events.models import InboxRow
from app.notify.models import Message
from app.oms.intake import receive_order
from app.orders.models import Order, OrderContact
from app.privacy import terms
from app.privacy.expiry import expire, upcoming
from app.returns.models import ReturnDraft, ReturnLabel
from app.support.models import SupportEntry
from app.tracking.models import Shipment, TrackingEvent
from tests.conftest import SECRET
from tests.privacy.canaries import CANARIES, EMAIL, document, settle
from tests.privacy.scan import found

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def run(session: Session, *, days: int) -> None:
    """All rounds of the clock's job, so many days on."""
    while expire(session, key=SECRET, now=NOW + timedelta(days=days)):
        pass


def test_a_year_on_each_kind_has_ended_by_its_own_days(session: Session) -> None:
    settle(session, now=NOW)
    session.execute(text("update shipment set finished_at = :now"), {"now": NOW})
    session.execute(text("update message set state = 'accepted'"))
    run(session, days=29)
    assert session.scalar(select(Message.recipient).where(Message.channel == "email")) == EMAIL
    assert session.scalars(select(ReturnDraft)).all()
    run(session, days=31)
    assert set(session.execute(select(Message.recipient, Message.text)).all()) == {("", None)}
    assert not session.scalars(select(ReturnDraft)).all()
    assert session.scalar(select(InboxRow.body)) != b""
    run(session, days=91)
    assert session.scalar(select(InboxRow.body)) == b""
    assert session.scalar(select(TrackingEvent.description)) == CANARIES["scan_words"]
    run(session, days=181)
    assert session.scalar(select(ReturnLabel.pdf)) is None
    run(session, days=366)
    assert session.execute(select(TrackingEvent.description, TrackingEvent.place)).one() == (
        "",
        {"country": "ES"} | _no,
    )
    assert session.scalar(select(Shipment.signed_by)) is None
    # The order, its case that is open, and the return that nobody ended are still the shop's to know.
    assert session.scalar(select(OrderContact.email).where(OrderContact.position == 0)) == EMAIL
    assert CANARIES["case"] in str(session.scalar(select(SupportEntry.words)))


_no = {"city": None, "postcode": None}


def test_an_order_ends_with_all_that_hangs_on_it_and_its_figures_stay(session: Session) -> None:
    order = settle(session, now=NOW)
    run(session, days=6 * 365 + 1)
    session.refresh(order)
    assert (order.paid, order.totals["items"], order.customer_id) == (2300, 2000, None)
    left = {place.split(":")[0] for place in found(session, CANARIES.values())}
    # Jobs, pictures of products and sessions have sweeps of their own, which are not run here.
    assert left <= {"procrastinate_jobs.args", "picture.url", "web_session.data"}


def test_at_most_a_thousand_rows_of_a_table_end_at_once(session: Session) -> None:
    session.execute(
        text(
            "insert into inbox (door, delivery_key, headers, body, received_at, state) "
            "select 'oms:x', n::text, '{}', 'x', :now, 'done' from generate_series(1, 1500) n"
        ),
        {"now": NOW},
    )
    later = NOW + timedelta(days=91)
    assert [expire(session, key=SECRET, now=later) for _ in range(3)] == [1000, 500, 0]
    do_last_acts(session)
    trail = session.scalars(select(AuditRow.detail).where(AuditRow.action == "retention.expired")).all()
    assert trail == [{"rows": {"inbox": 1000}}, {"rows": {"inbox": 500}}]


def test_what_ends_next_is_shown_before_it_does(session: Session) -> None:
    settle(session, now=NOW)
    session.execute(text("update message set state = 'accepted'"))
    endings = {ending.term: ending for ending in upcoming(session, now=NOW + timedelta(days=25))}
    messages = endings["messages"]
    assert (messages.days, messages.due, messages.next_at) == (30, 0, NOW + timedelta(days=30))
    # Two messages, a try, an answer and a copy.
    assert messages.soon == 5
    assert endings["kept"].days is None and endings["kept"].next_at is None


def test_a_shop_chooses_its_days_within_bounds_and_each_change_is_a_version(session: Session) -> None:
    settle(session, now=NOW)
    session.execute(text("update message set state = 'accepted'"))
    chosen = terms.set_days(session, {"messages": 7}, by="cli:me", now=NOW)
    assert chosen.number == 1 and terms.days_of(session, "messages") == 7 and terms.days_of(session, "raw") == 90
    run(session, days=8)
    assert set(session.scalars(select(Message.recipient))) == {""}
    for wrong in ({"messages": 0}, {"messages": "7"}, {"hats": 3}, {"exports": 3}, {"orders": True}):
        with pytest.raises(Invalid):
            terms.set_days(session, wrong, by="cli:me", now=NOW)


def test_an_order_that_ended_in_time_stays_so_when_its_document_comes_again(session: Session) -> None:
    order = settle(session, now=NOW)
    run(session, days=6 * 365 + 1)
    receive_order(session, document(updated_at="2033-01-01T00:00:00Z"), now=NOW + timedelta(days=6 * 365 + 2))
    session.refresh(order)
    assert order.customer_id is None and session.scalar(select(Order.note)) is None
