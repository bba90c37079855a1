"""Two clerks, or one impatient one: the same booking at the same moment is booked once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from app.core.db import transaction
from app.returns.models import Receipt as ReceiptRow
from app.returns.models import Refund, Return
from app.returns.receiving.facts import ReceiptFacts, ReceivedItem
from app.returns.receiving.record import book_receipt
from tests.returns.announced import a_return, an_order


def booked_at_once(committed: sessionmaker[Session], keys: list[str], now: datetime) -> tuple[list[int], Return]:
    """Book one shirt under each key, all at the same time; gives the refunds' amounts and the return."""
    with committed() as session, transaction(session):
        return_id = a_return(session, an_order(session, now), now).id

    def book(key: str) -> None:
        with committed() as session, transaction(session):
            shirt = ReceivedItem(1, "as_new", "restock", line="1")
            book_receipt(session, return_id, ReceiptFacts((shirt,)), by="lola", idempotency_key=key, now=now)

    with ThreadPoolExecutor(len(keys)) as pool:
        list(pool.map(book, keys))
    with committed() as session:
        assert len(session.scalars(select(ReceiptRow)).all()) == len(set(keys))
        return sorted(session.scalars(select(Refund.amount))), session.get_one(Return, return_id)


def test_the_same_receipt_at_once_is_booked_once(committed: sessionmaker[Session], now: datetime) -> None:
    refunds, return_ = booked_at_once(committed, ["a", "a"], now)
    assert (refunds, return_.goods) == ([1990], "partly_received")


def test_two_parts_at_once_make_the_whole(committed: sessionmaker[Session], now: datetime) -> None:
    refunds, return_ = booked_at_once(committed, ["a", "b"], now)
    assert (sum(refunds), return_.goods) == (3980, "inspected")
