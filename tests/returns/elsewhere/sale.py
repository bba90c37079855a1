"""Orders as a shop tells them, short enough for a table: what was bought and charged, what came back elsewhere."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from app.oms.intake import receive_order
from app.orders.models import Order
from app.orders.services import whole_order
from app.returns.models import Return
from app.returns.policy.decision import ReturnRequest
from app.returns.policy.quote import Quote, make_quote, read_basis
from app.returns.services import request_return
from tests.orders.build import GOOD, document
from tests.returns.stage import asking, delivered_order

_numbers = count(1)


def line(line_id: str, quantity: int, unit_price: int, **more: Any) -> dict[str, Any]:
    """A line of a document."""
    return {"id": line_id, "sku": f"S{line_id}", "title": f"Cosa {line_id}", "quantity": quantity, **{
        "unit_price": unit_price, "tax": 0, "discount": 0} | more}  # fmt: skip


def totals(items: int, paid: int, **more: int | None) -> dict[str, Any]:
    """The totals of a document."""
    return {"items": items, "paid": paid, **more}


def refund(refund_id: str, amount: int, **more: Any) -> dict[str, Any]:
    """A refund that the shop's system made."""
    return {"id": refund_id, "amount": amount, **more}


def back(return_id: str, status: str, *units: tuple[str, int], **more: Any) -> dict[str, Any]:
    """A return in the shop's system."""
    return {"id": return_id, "status": status, "lines": [{"line": one, "quantity": n} for one, n in units], **more}


def sold(session: Session, *, now: datetime, days_ago: float = 3, **facts: Any) -> Order:
    """An order that has arrived in a parcel which names no contents."""
    number = f"M{next(_numbers)}"
    parcel = GOOD["shipments"][0] | {"tracking_number": f"3230 0076 {next(_numbers):08}", "lines": []}
    whole = {"payments": [], "status": "shipped", "parcel": parcel, "number": number} | facts
    return delivered_order(session, now=now, days_ago=days_ago, **whole)


def told_again(session: Session, order: Order, *, now: datetime, **facts: Any) -> None:
    """The shop's system tells the order anew, as it is by then; its parcels stay as they were."""
    receive_order(session, again(order, **facts), now=now)
    session.expire_all()


def again(order: Order, **facts: Any) -> Any:
    """A document of the order, a second newer than what is held."""
    later = (order.updated_at + timedelta(seconds=1)).isoformat()
    same = {"number": order.number, "currency": order.currency, "placed_at": order.placed_at.isoformat()}
    parcel = GOOD["shipments"][0] | {"lines": []} | {"tracking_number": order_number(order)}
    whole = same | {"payments": [], "status": "shipped", "updated_at": later, "shipments": [parcel]} | facts
    return document(**whole)


def order_number(order: Order) -> str:
    """The tracking number of the order's parcel."""
    return f"3230 0076 {int(order.number[1:]) + 1:08}"


def wanting(units: dict[str, int], reason: str = "colour") -> ReturnRequest:
    """A request for so many of each line."""
    return asking(*((line_id, quantity, reason) for line_id, quantity in units.items()))


def quoted(session: Session, order: Order, units: dict[str, int], *, now: datetime) -> Quote:
    """What a return of these units would pay."""
    return make_quote(read_basis(session, whole_order(session, order.id), now=now), wanting(units))


def returned(session: Session, order: Order, units: dict[str, int], *, now: datetime) -> Return:
    """The customer returns these units."""
    return request_return(session, order.id, wanting(units), by="customer", now=now)
