"""Money for a return: due when goods arrive, paid once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from app.brands.models import Brand
from app.core.errors import Conflict
from app.events.models import DomainEvent
from app.orders.models import Order
from app.returns.models import Refund, Return
from app.returns.policy.money import AmountPart, PartKind
from app.returns.receiving.facts import ReceiptFacts, ReceivedItem
from app.returns.receiving.record import book_receipt, correct_receipt
from app.returns.refunds.pay import approve_refund, pay_refund, settle_due
from app.returns.refunds.reckoning import LineBack, due_parts
from app.returns.services import approve, request_return
from app.returns.states import GoodsState
from app.tracking.models import Shipment
from app.tracking.states import ShipmentState
from tests.returns.stage import asking, delivered_order, scan
from tests.rounds import heard_by_returns


def arrive(session: Session, return_: Return, *quantities: int, now: datetime, disposition: str = "restock") -> None:
    """The warehouse gets so many of each line; what follows falls due."""
    names = {line.id: line.line_id for line in session.get_one(Order, return_.order_id).all_lines}
    items = tuple(
        ReceivedItem(quantity, "as_new", disposition, line=names[line.order_line_id])
        for line, quantity in zip(return_.lines, quantities, strict=True)
        if quantity
    )
    key = str(len(return_.receipts))
    book_receipt(session, return_.id, ReceiptFacts(items), by="wh", idempotency_key=key, now=now)


def due(return_: Return) -> list[Refund]:
    return [refund for refund in return_.refunds if refund.state == "due"]


def parts(refund: Refund) -> list[tuple[object, ...]]:
    """A refund as (kind, amount, line, quantity), part by part."""
    return [(part["kind"], part["amount"], part["line"], part["quantity"]) for part in refund.breakdown["parts"]]


def a_return(session: Session, now: datetime, *lines: tuple[str, int, str]) -> Return:
    order = delivered_order(session, now=now)
    return request_return(session, order.id, asking(*(lines or (("1", 2, "colour"),))), by="customer", now=now)


def test_nothing_is_due_before_anything_arrives(session: Session, now: datetime) -> None:
    assert settle_due(session, a_return(session, now).id, now=now) is None


def test_what_arrived_is_due_and_the_rest_later(session: Session, now: datetime) -> None:
    return_ = a_return(session, now, ("1", 2, "colour"), ("2", 1, "colour"))
    arrive(session, return_, 1, 1, now=now)
    assert settle_due(session, return_.id, now=now) is None
    arrive(session, return_, 1, 0, now=now)
    first, second = due(return_)
    whole = [("item", 3980, "1", 2), ("item", 1200, "2", 1)]
    assert parts(first) == [*whole, ("not_received", -1990, "1", 1)]
    assert parts(second) == [*whole, ("settled_before", -3190, None, None)]
    assert first.amount + second.amount == return_.quote["total"]


def test_what_is_booked_as_missing_or_was_booked_wrongly_is_not_paid(session: Session, now: datetime) -> None:
    return_ = a_return(session, now)
    arrive(session, return_, 2, now=now, disposition="missing")
    assert return_.refunds == []
    approve(session, return_.id, by="ana", now=now)
    arrive(session, return_, 2, now=now)
    correct_receipt(session, return_.receipts[-1].id, None, by="wh", idempotency_key="c", now=now)
    assert [(refund.amount, refund.state) for refund in return_.refunds] == [(3980, "void")]
    assert settle_due(session, return_.id, now=now) is None


def test_paying_is_booked_once_and_told_once(session: Session, now: datetime) -> None:
    return_ = a_return(session, now)
    arrive(session, return_, 2, now=now)
    (refund,) = return_.refunds
    pay_refund(session, refund.id, reference="TR-1", by="ana", now=now)
    pay_refund(session, refund.id, reference="TR-1", by="bea", now=now)
    assert (refund.state, refund.paid_by) == ("paid", "ana")
    with pytest.raises(Conflict):
        pay_refund(session, refund.id, reference="TR-2", by="ana", now=now)
    kinds = session.scalars(select(DomainEvent.kind).where(DomainEvent.return_id == return_.id)).all()
    assert (kinds.count("refund.due"), kinds.count("refund.paid")) == (1, 1)


def test_a_large_refund_takes_two_people(session: Session, now: datetime) -> None:
    return_ = a_return(session, now)
    session.get_one(Brand, "demo").policy = {"second_person_above": 1000}
    arrive(session, return_, 2, now=now)
    (refund,) = return_.refunds
    with pytest.raises(Conflict):
        pay_refund(session, refund.id, reference="TR-1", by="ana", now=now)
    approve_refund(session, refund.id, by="ana", now=now)
    with pytest.raises(Conflict, match="Who agreed"):
        pay_refund(session, refund.id, reference="TR-1", by="ana", now=now)
    assert pay_refund(session, refund.id, reference="TR-1", by="bea", now=now).state == "paid"


def test_a_hundred_parallel_settlements_and_payments_pay_once(committed: sessionmaker[Session], now: datetime) -> None:
    with committed() as session:
        return_ = a_return(session, now)
        arrive(session, return_, 2, now=now)
        session.commit()
        return_id = return_.id

    def settle_and_pay(number: int) -> None:
        with committed() as session:
            settle_due(session, return_id, now=now)
            session.commit()
        with committed() as session:
            refund_id = session.scalars(select(Refund.id).where(Refund.return_id == return_id)).one()
            try:
                pay_refund(session, refund_id, reference=f"TR-{number}", by="ana", now=now)
                session.commit()
            except Conflict:
                session.rollback()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(settle_and_pay, range(100)))
    with committed() as session:
        assert session.scalar(select(func.sum(Refund.amount)).where(Refund.state == "paid")) == 3980
        paid = select(func.count()).where(DomainEvent.kind == "refund.paid")
        assert session.scalar(paid) == 1


def test_the_parcel_tells_the_return_that_it_is_on_its_way(session: Session, now: datetime) -> None:
    return_ = a_return(session, now)
    parcel = session.get_one(Shipment, return_.shipment_id)
    scan(session, parcel, ShipmentState.IN_TRANSIT, now)
    assert heard_by_returns(session, limit=100, now=now) > 0
    session.refresh(return_)
    assert (return_.goods, return_.handed_over_at) == (GoodsState.IN_TRANSIT, now)
    kinds = session.scalars(select(DomainEvent.kind).where(DomainEvent.return_id == return_.id)).all()
    assert kinds.count("return.on_its_way") == 1
    assert heard_by_returns(session, limit=100, now=now) == 0


def test_a_policy_may_pay_when_the_carrier_has_the_parcel(session: Session, now: datetime) -> None:
    return_ = a_return(session, now)
    session.get_one(Brand, "demo").policy = {"refund_without_receipt": True}
    scan(session, session.get_one(Shipment, return_.shipment_id), ShipmentState.IN_TRANSIT, now)
    heard_by_returns(session, limit=100, now=now)
    assert [refund.amount for refund in session.scalars(select(Refund))] == [3980]


@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(0, 99_999), st.integers(0, 9)), min_size=1, max_size=4),
    st.integers(0, 5_000),
    st.integers(0, 5_000),
    st.integers(0, 400_000),
)
def test_settlements_in_any_steps_reach_the_quote_and_never_more(
    drawn: list[tuple[int, int, int]], fee: int, shipping: int, most: int
) -> None:
    quoted = [AmountPart(PartKind.ITEM, refund, str(at), units) for at, (units, refund, _) in enumerate(drawn)]
    quoted += [AmountPart(PartKind.SHIPPING, shipping), AmountPart(PartKind.RETURN_FEE, -fee)]
    total = sum(part.amount for part in quoted)
    settled = 0
    for step in (0, 1):
        lines = [
            LineBack(str(at), units, refund, units if step else min(came, units))
            for at, (units, refund, came) in enumerate(drawn)
        ]
        due = sum(part.amount for part in due_parts(quoted, lines, settled=settled, most=most - settled))
        assert due >= 0
        settled += due
    assert settled == min(max(total, 0), most)
