"""Short words for what befalls a return, for tests: each goes through the services that pages and systems call."""

from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.events.models import DomainEvent
from app.orders.models import Order
from app.returns.models import Receipt as ReceiptRow
from app.returns.models import Refund, Return
from app.returns.receiving.facts import ReceiptFacts, ReceivedItem
from app.returns.receiving.record import book_receipt, receive_unannounced
from app.returns.refunds.pay import pay_refund
from app.returns.services import request_return
from app.returns.withdrawal.statement import WithdrawalStatement, state_withdrawal
from app.tracking.models import Shipment
from app.tracking.states import ShipmentState
from tests.orders.build import GOOD
from tests.returns.stage import asking, delivered_order, scan
from tests.rounds import heard_by_returns

_keys = count(1)


def asked(session: Session, order: Order, *lines: tuple[str, int, str], now: datetime, **more: Any) -> Return:
    """The customer asks; both shirts for their colour unless told otherwise."""
    return request_return(session, order.id, asking(*(lines or (("1", 2, "colour"),)), **more), by="customer", now=now)


def approved(session: Session, count: int, *, now: datetime) -> None:
    """So many orders, each with a return of one unit that the policy approves."""
    for at in range(count):
        shipment = GOOD["shipments"][0] | {"tracking_number": f"CX00000123{at:02}ES"}
        order = delivered_order(session, now=now, number=f"R{at}", parcel=shipment)
        asked(session, order, ("1", 1, "too_small"), now=now)


def statements(session: Session, count: int, *, now: datetime) -> None:
    """So many withdrawals, each by somebody else, of orders that have yet to be found."""
    for at in range(count):
        statement = WithdrawalStatement("Ana", "x", f"ana{at}@example.com", "es", form_key=str(at))
        state_withdrawal(session, statement, now=now)


def some(line: str | None, quantity: int = 1, grade: str = "as_new", **more: Any) -> ReceivedItem:
    """So many units of a line as the warehouse found them."""
    return ReceivedItem(quantity, grade, more.pop("disposition", None), line=line, **more)


def missing(line: str, quantity: int = 1) -> ReceivedItem:
    """So many units that are not in the parcel."""
    return ReceivedItem(quantity, "none", None, line=line)


def booked(session: Session, return_: Return, *items: ReceivedItem, now: datetime) -> ReceiptRow:
    """The warehouse books a parcel of a return."""
    key = f"r{next(_keys)}"
    return book_receipt(session, return_.id, ReceiptFacts(items), by="wh", idempotency_key=key, now=now)


def unasked(session: Session, order: Order, *items: ReceivedItem, now: datetime) -> Return:
    """The warehouse books a parcel that nobody announced; gives the return that is made."""
    key = f"u{next(_keys)}"
    row = receive_unannounced(session, order.id, ReceiptFacts(items), by="wh", idempotency_key=key, now=now)
    return session.get_one(Return, row.return_id)


def handed_over(session: Session, return_: Return, *, now: datetime) -> None:
    """The carrier scans the parcel of a return, and the return hears of it."""
    scan(session, session.get_one(Shipment, return_.shipment_id), ShipmentState.IN_TRANSIT, now)
    heard_by_returns(session, limit=1000, now=now)
    session.refresh(return_)


def told(session: Session, return_: Return) -> list[str]:
    """The kinds of events of a return, in their order."""
    mine = select(DomainEvent.kind).where(DomainEvent.return_id == return_.id).order_by(DomainEvent.id)
    return list(session.scalars(mine))


def facts(session: Session, return_: Return, kind: str) -> dict[str, Any]:
    """What the last event of a kind says."""
    mine = select(DomainEvent.payload).where(DomainEvent.return_id == return_.id, DomainEvent.kind == kind)
    return dict(session.scalars(mine.order_by(DomainEvent.id.desc()).limit(1)).one())


def money(return_: Return) -> list[tuple[str, int]]:
    """(state, amount) of every refund."""
    return [(refund.state, refund.amount) for refund in return_.refunds]


def parts(refund: Refund) -> list[tuple[str, int, str | None, int | None]]:
    """A refund part by part: (kind, amount, line, quantity)."""
    return [(part["kind"], part["amount"], part["line"], part["quantity"]) for part in refund.breakdown["parts"]]


def beside(session: Session, *, now: datetime) -> Return:
    """Another order of the same shop, one of whose returns is paid: no sum may take it for ours."""
    contents = [{"line": "1", "quantity": 2}, {"line": "2", "quantity": 1}, {"line": "3", "quantity": 1}]
    parcel = GOOD["shipments"][0] | {"tracking_number": "3230 0076 5541 9999", "lines": contents}
    order = delivered_order(session, now=now, number="2002", parcel=parcel)
    return_ = asked(session, order, now=now)
    booked(session, return_, some("1", 2), now=now)
    pay_refund(session, return_.refunds[0].id, reference="TR-2002", by="ana", now=now)
    return return_
