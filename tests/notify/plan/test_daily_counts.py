"""What a day holds: counted by order and by telephone, of the last 24 hours, without what was skipped or asked for."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.events.kinds import EventKind
from app.notify.models import Message
from app.notify.plan.caps import ORDER_PER_DAY, TEXTS_PER_DAY, Spent
from app.notify.plan.daily_counts import DailyCounts
from app.orders.models import Order
from tests.notify.build import NOON, a_mail_config, an_order, happens
from tests.rounds import heard

CONFIG = a_mail_config()
OTHER = {"id": "c-8", "name": "Bea", "email": "bea@example.com", "phone": "+34612345679", "sms_consent": True}


@pytest.fixture
def orders(session: Session) -> tuple[Order, Order, Order]:
    """Two orders of Ana and one of Bea, with nothing said of them yet."""
    made = (
        an_order(session, "1001", now=NOON),
        an_order(session, "1002", now=NOON),
        an_order(session, "1003", now=NOON, customer=OTHER),
    )
    heard(session, limit=50, now=NOON, config=CONFIG)
    session.query(Message).delete()
    return made


def late(session: Session, order: Order, times: int) -> None:
    for n in range(times):
        happens(session, EventKind.SHIPMENT_LATE, order, now=NOON, occurrence=f"{n}")
    heard(session, limit=200, now=NOON, config=CONFIG)


def going(session: Session, order: Order, channel: str) -> int:
    mine = (Message.order_id == order.id, Message.channel == channel, Message.state == "created")
    return len(session.scalars(select(Message).where(*mine)).all())


def test_each_order_has_its_own_number_and_each_telephone_its_own(
    session: Session, orders: tuple[Order, Order, Order]
) -> None:
    first, second, others = orders
    late(session, first, 2)
    assert (going(session, first, "email"), going(session, first, "sms")) == (2, 2)
    late(session, second, 9)
    assert going(session, second, "sms") == TEXTS_PER_DAY - 2
    assert going(session, second, "email") == ORDER_PER_DAY - 1
    late(session, others, 1)
    assert (going(session, others, "email"), going(session, others, "sms")) == (1, 1)


def counted(session: Session, order: Order, message: Message, *, hours: float = 1) -> Spent:
    phone = message.recipient_hash
    tally = DailyCounts(session, orders=[order.id], telephones=[phone], now=NOON + timedelta(hours=hours))
    return tally.spent({"order_id": order.id, "recipient_hash": phone, "channel": "sms"})


def test_what_was_skipped_asked_for_or_is_a_day_old_does_not_count(
    session: Session, orders: tuple[Order, Order, Order]
) -> None:
    first, second, _ = orders
    late(session, first, 1)
    late(session, second, 1)
    text = session.scalars(select(Message).where(Message.order_id == first.id, Message.channel == "sms")).one()
    assert counted(session, first, text) == Spent(order=2, texts=2)
    assert counted(session, first, text, hours=23.9) == Spent(order=2, texts=2)
    assert counted(session, first, text, hours=24.1) == Spent()
    for change in ({"state": "skipped"}, {"state": "accepted", "requested_by": "eva"}):
        for name, value in change.items():
            setattr(text, name, value)
        session.flush()
        assert counted(session, first, text) == Spent(order=1, texts=1)


def test_what_is_written_in_this_round_counts_at_once(session: Session, orders: tuple[Order, Order, Order]) -> None:
    first, _, _ = orders
    tally = DailyCounts(session, orders=[first.id], telephones=[b"a", b"b"], now=NOON)
    row = {"order_id": first.id, "recipient_hash": b"a", "channel": "sms"}
    tally.count(row)
    assert tally.spent(row) == Spent(order=1, texts=1)
    assert tally.spent(row | {"channel": "email"}) == Spent(order=1, texts=0)
    assert tally.spent(row | {"recipient_hash": b"b"}) == Spent(order=1, texts=0)
    assert tally.spent(row | {"order_id": None}) == Spent(order=0, texts=1)
