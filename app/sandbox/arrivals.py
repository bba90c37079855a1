"""A new order at the demo shop: the next number, a customer in turn, a parcel for the simulated carrier."""

from datetime import datetime, timedelta

from sqlalchemy import Integer, cast, func, select
from sqlalchemy.orm import Session

from app.orders.models import Order
from app.sandbox.documents import document
from app.sandbox.story import CEX, DHL, Parcel, Story
from app.tracking.services import receive_order

FIRST = 10471
BASKETS = (
    ("lucia", CEX, "Paq 24", (("MUG-2", 1), ("TWL-3", 2))),
    ("emma", DHL, "Parcel Connect", (("OIL-500", 2), ("BWL-18", 1))),
    ("marcos", CEX, "Paq 24", (("APR-1", 1), ("SOAP-4", 1))),
    ("noah", DHL, "Parcel Connect", (("BRD-40", 1), ("MUG-2", 1))),
)


def arrive(session: Session, *, public_url: str, now: datetime) -> str:
    """Take in the next order, in the caller's transaction; gives its number."""
    story = _story(_last_number(session) + 1)
    fresh = document(story, public_url=public_url, now=now)
    placed = now - timedelta(minutes=1)
    receive_order(session, fresh.model_copy(update={"placed_at": placed, "updated_at": now}), now=now)
    return story.number


def _story(number: int) -> Story:
    person, carrier, service, items = BASKETS[number % len(BASKETS)]
    parcel = Parcel(carrier, service, items, (2, 3))
    return Story(f"A-{number}", person, 0, "preparing", items, (parcel,), promise=(2, 3))


def _last_number(session: Session) -> int:
    counted = cast(func.substring(Order.number, 3), Integer)
    return session.scalar(select(func.max(counted)).where(Order.number.regexp_match(r"^A-\d{5,8}$"))) or FIRST
