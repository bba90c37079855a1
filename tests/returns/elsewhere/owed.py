"""Money that is due for an order of two things, and what the shop's system tells of it meanwhile."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.orders.models import Order
from app.returns.elsewhere.models import RefundElsewhere
from app.returns.models import Refund
from tests.returns.elsewhere.sale import line, returned, told_again, totals
from tests.returns.story import booked, some
from tests.rounds import heard_by_returns

TWO: dict[str, Any] = {"lines": [line("1", 2, 1000), line("2", 1, 1000)], "totals": totals(3000, 3000)}


def due(session: Session, order: Order, units: dict[str, int], *, now: datetime) -> Refund:
    """A return that has arrived: its refund is due."""
    return_ = returned(session, order, units, now=now)
    booked(session, return_, *(some(name, count) for name, count in units.items()), now=now)
    return return_.refunds[-1]


def tell(session: Session, order: Order, *, now: datetime, **changes: Any) -> None:
    """The shop's system tells the order anew, and the returns hear of it."""
    told_again(session, order, now=now, **(TWO | changes))
    hear(session, now=now)


def hear(session: Session, *, now: datetime) -> None:
    """The returns hear of all that has happened."""
    while heard_by_returns(session, limit=100, now=now + timedelta(days=1)):
        session.expire_all()


def row_of(session: Session, name: str) -> RefundElsewhere:
    """What was kept of a refund of the shop's system."""
    return session.scalars(select(RefundElsewhere).where(RefundElsewhere.external_id == name)).one()
