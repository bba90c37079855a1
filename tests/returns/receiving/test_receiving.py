"""Receiving: in part or in whole, once, corrected, with what is odd; and the money that follows."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Conflict, Invalid, NotFound
from app.events.models import DomainEvent
from app.orders.models import Order
from app.returns import models
from app.returns.decisions import approve
from app.returns.models import Refund, Return
from app.returns.receiving.facts import ReceiptFacts, ReceivedItem
from app.returns.receiving.record import book_receipt, correct_receipt, receive_unannounced, tally_of
from app.returns.refunds.pay import approve_refund, pay_refund
from tests.returns.announced import a_return, an_order

GOOD = ReceivedItem(1, "as_new", "restock", line="1")


@pytest.fixture
def order(session: Session, now: datetime) -> Order:
    return an_order(session, now)


@pytest.fixture
def return_(session: Session, order: Order, now: datetime) -> Return:
    return a_return(session, order, now)


def booked(session: Session, return_: Return, *items: ReceivedItem, key: str, now: datetime) -> models.Receipt:
    return book_receipt(session, return_.id, ReceiptFacts(items), by="lola", idempotency_key=key, now=now)


def events(session: Session) -> list[dict[str, object]]:
    statement = select(DomainEvent.payload).where(DomainEvent.kind == "return.received").order_by(DomainEvent.id)
    return list(session.scalars(statement))


def due(session: Session) -> list[int]:
    return list(session.scalars(select(Refund.amount).where(Refund.state == "due").order_by(Refund.id)))


def pay(session: Session, refund_id: int, *, by: str, now: datetime) -> Refund:
    return pay_refund(session, refund_id, reference="TR-1", by=by, now=now)


def agree(session: Session, refund_id: int, *, by: str, now: datetime) -> Refund:
    return approve_refund(session, refund_id, by=by, now=now)


def test_a_whole_return_is_inspected_and_its_money_due(session: Session, return_: Return, now: datetime) -> None:
    booked(session, return_, replace(GOOD, quantity=2), key="a", now=now)
    assert (return_.goods, return_.received_at, return_.inspected_at) == ("inspected", now, now)
    assert due(session) == [3980]
    (event,) = events(session)
    assert event["lines"] == [{"line": "1", "quantity": 2, "grade": "as_new", "disposition": "restock"}]
    assert (event["odd"], event["occurrence"], event["quiet"]) == ([], "inspected", False)


def test_a_part_is_booked_and_paid_as_it_comes(session: Session, return_: Return, now: datetime) -> None:
    booked(session, return_, GOOD, key="a", now=now)
    assert (return_.goods, return_.inspected_at, due(session)) == ("partly_received", None, [1990])
    booked(session, return_, replace(GOOD, grade="worn", disposition="repair"), key="b", now=now + timedelta(days=1))
    assert (return_.goods, return_.received_at) == ("inspected", now)
    assert sum(due(session)) == 3980
    assert [event["occurrence"] for event in events(session)] == ["partly_received", "inspected"]


def test_the_same_key_books_once(session: Session, return_: Return, now: datetime) -> None:
    first = booked(session, return_, GOOD, key="a", now=now)
    again = booked(session, return_, replace(GOOD, quantity=2), key="a", now=now)
    assert again.id == first.id
    assert len(events(session)) == 1
    assert due(session) == [1990]


def test_what_is_missing_is_neither_awaited_nor_paid(session: Session, return_: Return, now: datetime) -> None:
    booked(session, return_, GOOD, ReceivedItem(1, "none", "missing", line="1"), key="a", now=now)
    assert (return_.goods, due(session)) == ("inspected", [1990])
    assert events(session)[0]["odd"] == ["missing"]
    booked(session, return_, GOOD, key="b", now=now)
    assert sum(due(session)) == 3980


def test_more_than_announced_is_booked_as_odd_and_not_paid(session: Session, return_: Return, now: datetime) -> None:
    booked(session, return_, replace(GOOD, quantity=3), key="a", now=now)
    assert events(session)[0]["odd"] == ["more_than_announced"]
    assert due(session) == [3980]


def test_an_item_that_was_not_announced_is_booked_as_odd(
    session: Session, order: Order, return_: Return, now: datetime
) -> None:
    mug, foreign = (
        ReceivedItem(1, "opened", "restock", line="2"),
        ReceivedItem(1, "broken", "discard", description="Gafas"),
    )
    receipt = booked(session, return_, mug, foreign, key="a", now=now)
    assert [(line.return_line_id, line.description) for line in receipt.lines] == [(None, "Taza"), (None, "Gafas")]
    assert (return_.goods, due(session), events(session)[0]["odd"]) == ("partly_received", [], ["not_announced"])
    assert (tally_of(order, return_).foreign, tally_of(order, return_).arrived) == (1, {"2": 1})


def test_goods_of_a_rejected_return_are_booked_without_money(session: Session, order: Order, now: datetime) -> None:
    return_ = a_return(session, order, now, decision="rejected")
    booked(session, return_, replace(GOOD, quantity=2), key="a", now=now)
    assert (return_.goods, return_.decision, due(session)) == ("inspected", "needs_review", [])
    assert events(session)[0]["odd"] == ["not_approved"]


@pytest.mark.parametrize(
    ("item", "pointer"),
    [
        (replace(GOOD, quantity=0), "/lines/0/quantity"),
        (replace(GOOD, grade="superb"), "/lines/0/grade"),
        (replace(GOOD, grade="none"), "/lines/0/grade"),
        (replace(GOOD, disposition="sell"), "/lines/0/disposition"),
        (replace(GOOD, line="99"), "/lines/0/line"),
        (replace(GOOD, line=None), "/lines/0/description"),
    ],
)
def test_a_wrong_item_is_refused_with_a_pointer(
    session: Session, return_: Return, now: datetime, item: ReceivedItem, pointer: str
) -> None:
    with pytest.raises(Invalid) as caught:
        booked(session, return_, item, key="a", now=now)
    assert [fault.pointer for fault in caught.value.faults] == [pointer]
    assert events(session) == []


def test_an_empty_receipt_and_an_unknown_return_are_refused(session: Session, return_: Return, now: datetime) -> None:
    with pytest.raises(Invalid):
        booked(session, return_, key="a", now=now)
    with pytest.raises(NotFound):
        book_receipt(session, 0, ReceiptFacts((GOOD,)), by="lola", idempotency_key="a", now=now)


def test_a_correction_replaces_receipt_state_and_unpaid_money(session: Session, return_: Return, now: datetime) -> None:
    wrong = booked(session, return_, replace(GOOD, quantity=2), key="a", now=now)
    right = correct_receipt(session, wrong.id, ReceiptFacts((GOOD,)), by="lola", idempotency_key="b", now=now)
    assert right is not None
    assert (return_.goods, return_.inspected_at, wrong.voided_at) == ("partly_received", None, now)
    assert due(session) == [1990]
    assert [(row.idempotency_key, row.amount, row.state, row.replaces) for row in return_.refunds] == [
        (f"{return_.ref}-1", 3980, "void", None),
        (f"{return_.ref}-2", 1990, "due", f"{return_.ref}-1"),
    ]
    assert (events(session)[1]["corrects"], events(session)[1]["quiet"]) == (wrong.id, True)
    again = correct_receipt(session, wrong.id, ReceiptFacts((GOOD,)), by="lola", idempotency_key="b", now=now)
    assert again is right
    with pytest.raises(Conflict):
        correct_receipt(session, wrong.id, ReceiptFacts((GOOD,)), by="lola", idempotency_key="c", now=now)


def test_a_receipt_taken_back_leaves_nothing(session: Session, order: Order, now: datetime) -> None:
    return_ = a_return(session, order, now, handed_over_at=now, goods="in_transit")
    wrong = booked(session, return_, GOOD, key="a", now=now)
    assert correct_receipt(session, wrong.id, None, by="lola", idempotency_key="b", now=now) is None
    assert (return_.goods, return_.received_at, due(session)) == ("in_transit", None, [])
    assert events(session)[1]["lines"] == []


@pytest.mark.parametrize("settled", [pay, agree])
def test_what_is_paid_or_agreed_to_is_not_corrected_away(
    session: Session, return_: Return, now: datetime, settled: Callable[..., Refund]
) -> None:
    wrong = booked(session, return_, replace(GOOD, quantity=2), key="a", now=now)
    (refund,) = return_.refunds
    settled(session, refund.id, by="ana", now=now)
    session.commit()
    with pytest.raises(Conflict):
        correct_receipt(session, wrong.id, ReceiptFacts((GOOD,)), by="lola", idempotency_key="b", now=now)
    session.rollback()
    worn = replace(GOOD, quantity=2, grade="worn", disposition="discard")
    correct_receipt(session, wrong.id, ReceiptFacts((worn,)), by="lola", idempotency_key="c", now=now)
    assert [(row.amount, row.idempotency_key) for row in return_.refunds] == [(3980, f"{return_.ref}-1")]


def test_a_parcel_nobody_announced_waits_for_a_person(session: Session, order: Order, now: datetime) -> None:
    receipts = [
        receive_unannounced(session, order.id, ReceiptFacts((GOOD,)), by="lola", idempotency_key="a", now=now)
        for _ in range(2)
    ]
    made = session.get_one(Return, receipts[0].return_id)
    assert receipts[0].id == receipts[1].id
    assert (made.decision, made.goods, made.method, due(session)) == ("needs_review", "inspected", "unannounced", [])
    assert [(line.quantity, line.reason, line.refund) for line in made.lines] == [(1, "not_said", 1990)]
    assert (made.quote["total"], events(session)[0]["odd"]) == (1990, ["not_approved"])
    approve(session, made.id, by="ana", now=now)
    assert due(session) == [1990]
