"""An order and a return of it that was announced, for tests of what arrives."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.orders.models import Order
from app.returns.models import Return, ReturnLine
from tests.orders.build import document, raw
from tests.orders.put import put_order

SHIRT = raw()["lines"][0]


def an_order(session: Session, now: datetime, number: str = "1001") -> Order:
    """Two shirts and a mug."""
    mug = SHIRT | {
        "id": "2",
        "sku": "MUG",
        "title": "Taza",
        "variant": None,
        "quantity": 1,
        "unit_price": 900,
        "tax": 156,
    }
    return put_order(session, document(number=number, lines=[SHIRT, mug]), now=now).order


def a_return(session: Session, order: Order, now: datetime, **facts: object) -> Return:
    """Both shirts are announced, quoted at 39.80, approved."""
    line = order.lines[0]
    values: dict[str, object] = {
        "ref": "7K2M9QXA",
        "order_id": order.id,
        "decision": "approved",
        "initiated_by": "customer",
        "method": "label",
        "label_number": "PR00000000001",
        "carrier": "correos_express",
        "currency": "EUR",
        "quote": {
            "total": 3980,
            "currency": "EUR",
            "parts": [{"kind": "item", "amount": 3980, "line": "1", "quantity": 2}],
        },
        "verdict": {},
        "requested_at": now,
        "changed_at": now,
        "lines": [ReturnLine(order_line_id=line.id, quantity=2, group="changed_mind", reason="too_small", refund=3980)],
    }
    made = Return(**(values | facts))
    session.add(made)
    session.flush()
    return made
