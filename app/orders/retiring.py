"""Retiring a brand: only one without orders that are still under way, which only this room can tell."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.brands import house
from app.brands.queries import named_brand
from app.core.errors import Conflict
from app.orders.models import Order

# Nothing of these is still to leave the shop.
LEFT = ("shipped", "completed", "cancelled")


def open_orders(session: Session, brand: str) -> int:
    """How many orders of a brand have not left yet."""
    waiting = (Order.brand_key == brand, Order.status.not_in(LEFT), Order.removed.is_(False))
    return session.scalar(select(func.count()).where(*waiting)) or 0


def set_retired(session: Session, key: str, retired: bool, *, by: str, now: datetime) -> None:
    """Retire a brand, or take it up again. Raises NotFound, and Conflict while orders of it are open."""
    brand = named_brand(session, key).key
    # What comes in at this moment is told no longer than the brand's row is locked, and is then refused.
    waiting = open_orders(session, brand) if retired else 0
    if waiting:
        raise Conflict(f"Orders of this brand are still open: {waiting}. Retire it once they have left.")
    house.set_retired(session, brand, retired, by=by, now=now)
