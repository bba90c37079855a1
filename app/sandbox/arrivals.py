"""New orders at the demo shop: the next number, a customer in turn, then prepared and sent by later documents."""

from datetime import datetime, timedelta

from sqlalchemy import Integer, cast, func, select
from sqlalchemy.orm import Session

from app.oms.intake import receive_order
from app.orders.demo import is_demos
from app.orders.document.people import Customer
from app.orders.records import OrderRecord
from app.sandbox.documents import document
from app.sandbox.story import CEX, DHL, Story, StoryParcel

# The highest number of the stories; only what came in after them is taken further.
FIRST = 10471
# A demo that is left alone for a night stays small enough to look at.
MOST_ORDERS = 40
# A pace that one can watch.
STAGE = timedelta(minutes=3)
NEXT = {"received": "preparing", "preparing": "shipped"}
BASKETS = (
    ("lucia", CEX, "Paq 24", (("MUG-2", 1), ("TWL-3", 2))),
    ("emma", DHL, "Parcel Connect", (("OIL-500", 2), ("BWL-18", 1))),
    ("marcos", CEX, "Paq 24", (("APR-1", 1), ("SOAP-4", 1))),
    ("noah", DHL, "Parcel Connect", (("BRD-40", 1), ("MUG-2", 1))),
)
# A visitor may bring numbers of any kind: what is not of ours is null, and eight digits fit an integer.
NUMBER = cast(func.substring(OrderRecord.number, r"^A-(\d{5,8})$"), Integer)


def arrive(session: Session, *, public_url: str, now: datetime) -> str:
    """Take in the next order, in the caller's transaction; gives its number."""
    number = max(session.scalar(select(func.max(NUMBER))) or 0, FIRST) + 1
    _receive(session, number, "received", public_url=public_url, placed=now - timedelta(minutes=1), now=now)
    return f"A-{number}"


def arrive_by_itself(session: Session, *, public_url: str, now: datetime) -> str | None:
    """The same, while the shop has not got too many orders to look at."""
    if (session.scalar(select(func.count(OrderRecord.id)).where(is_demos())) or 0) >= MOST_ORDERS:
        return None
    return arrive(session, public_url=public_url, now=now)


def advance(session: Session, *, public_url: str, now: datetime) -> int:
    """Take the orders that came in one stage further, each a while after the last one; gives how many."""
    waiting = (NUMBER > FIRST, is_demos(), OrderRecord.status.in_(NEXT), OrderRecord.updated_at <= now - STAGE)
    rows = session.execute(
        select(NUMBER, OrderRecord.status, OrderRecord.placed_at).where(*waiting).order_by(OrderRecord.id)
    ).all()
    for number, status, placed in rows:
        _receive(session, number, NEXT[status], public_url=public_url, placed=placed, now=now)
    return len(rows)


def _receive(session: Session, number: int, status: str, *, public_url: str, placed: datetime, now: datetime) -> None:
    person, carrier, service, items = BASKETS[number % len(BASKETS)]
    parcels = (StoryParcel(carrier, service, items, (2, 3)),) if status == "shipped" else ()
    story = Story(f"A-{number}", person, 0, status, items, parcels, promise=(2, 3))
    order_document = document(story, public_url=public_url, now=placed)
    update = {"placed_at": placed, "updated_at": now, "customer": _with_own_telephone(order_document.customer, number)}
    receive_order(session, order_document.model_copy(update=update), now=now)


def _with_own_telephone(customer: Customer, number: int) -> Customer:
    """One telephone for all of a customer's orders would soon have had its texts of the day."""
    if not customer.phone:
        return customer
    british = customer.phone.startswith("+44")
    phone = f"+447700900{number % 1000:03d}" if british else f"+346000{number:05d}"
    return customer.model_copy(update={"phone": phone})
