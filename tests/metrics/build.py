"""Small hand-made orders whose figures can be counted on the fingers."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.orders.models import Order
from app.tracking.models import Shipment
from tests.orders.build import document
from tests.orders.put import put_order

PLACED = datetime(2026, 11, 2, 9, tzinfo=UTC)


def utc(text: str) -> datetime:
    """An instant such as «2026-11-05 22:30»."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def order(session: Session, number: str, **changes: Any) -> Order:
    """An order placed on 2 November at nine, without parcels."""
    facts = document({"shipments": [], **changes}, number=number, placed_at=PLACED.isoformat(), promise=None)
    return put_order(session, facts, now=PLACED).order


def parcel(
    session: Session,
    number: str,
    delivered: str | None,
    *,
    promised: str | None = None,
    picked_up: str | None = None,
    attempted: str | None = None,
    zone: str = "Europe/Madrid",
    carrier: str = "seur",
    flags: tuple[str, ...] = (),
    **changes: Any,
) -> Shipment:
    """The one parcel of a new order, as folding would have left it; times in UTC."""
    made = Shipment(
        order_id=order(session, number, **changes).id,
        external_id="s1",
        position=0,
        carrier=carrier,
        number=number,
        zone=zone,
        state="delivered" if delivered else "in_transit",
        promise_until=date.fromisoformat(promised) if promised else None,
        picked_up_at=utc(picked_up) if picked_up else None,
        first_attempt_at=utc(attempted) if attempted else None,
        delivered_at=utc(delivered) if delivered else None,
        flags=list(flags),
        created_at=PLACED,
    )
    session.add(made)
    session.flush()
    return made
