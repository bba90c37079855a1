"""What the sandbox's first page shows: the demo orders with whom to look them up as, and returns to hand over."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from app.core.errors import Conflict
from app.orders.demo import is_demos
from app.orders.records import OrderContactRecord, OrderRecord
from app.returns.records import ReturnRecord
from app.returns.states import Decision, GoodsState
from app.sandbox import carrier
from app.sandbox.story import STORIES
from app.tracking.parcels import lock_parcels
from app.tracking.records import TrackingEventRecord

# As many as arrive by themselves.
SHOWN = 40


@dataclass(frozen=True, slots=True)
class DemoOrder:
    """One order to try: what it shows, its number, and the address that opens it."""

    title: str
    number: str
    email: str
    name: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A return whose parcel is still with the customer; ``city`` is where it is handed over."""

    ref: str
    number: str
    name: str
    city: str


def demo_orders(session: Session) -> list[DemoOrder]:
    """Every order of the demo's with a customer's e-mail, newest number first."""
    titles, english = _titles(), {story.number: story.title for story in STORIES}
    rows = session.execute(
        select(OrderRecord.number, OrderContactRecord.email, OrderContactRecord.name)
        .join(OrderContactRecord, OrderContactRecord.order_id == OrderRecord.id)
        # Whoever opens the page reads them, without a sign-in: no order of the shop's own is among them.
        .where(OrderContactRecord.position == 0, OrderContactRecord.email.is_not(None), is_demos())
        .order_by(OrderRecord.number.desc())
        .limit(SHOWN)
    )
    fresh = _("Came in while you watched")
    return [
        DemoOrder(titles.get(english.get(number, ""), fresh), number, email or "", name or "")
        for number, email, name in rows
    ]


def waiting(session: Session) -> list[Waiting]:
    """Approved returns that nobody has handed over yet, oldest first."""
    rows = session.execute(_unsent().order_by(ReturnRecord.id))
    return [Waiting(return_.ref, order.number, _name(order), _city(return_, order)) for return_, order in rows]


def hand_over(session: Session, ref: str, *, now: datetime) -> None:
    """Have the customer hand over the parcel of a return, in the caller's transaction.

    Raises Conflict when it does not wait for that.
    """
    # The parcel is what a scan changes; of two clicks the second looks when the first has been scanned.
    lock_parcels(session, select(ReturnRecord.shipment_id).where(ReturnRecord.ref == ref))
    row = session.execute(_unsent().where(ReturnRecord.ref == ref)).one_or_none()
    parcel_id = row[0].shipment_id if row is not None else None
    if row is None or parcel_id is None:
        raise Conflict("This return does not wait to be handed over.")
    return_, order = row
    carrier.hand_over(session, parcel_id, city=_city(return_, order), now=now)


def _unsent() -> Select[ReturnRecord, OrderRecord]:
    """Returns with a parcel that no carrier has scanned."""
    # By the scans themselves: a parcel's state follows a moment later, and a second press would find it unchanged.
    scanned = exists().where(
        TrackingEventRecord.carrier == ReturnRecord.carrier, TrackingEventRecord.number == ReturnRecord.label_number
    )
    return (
        select(ReturnRecord, OrderRecord)
        .join(OrderRecord, OrderRecord.id == ReturnRecord.order_id)
        .where(
            ReturnRecord.decision == Decision.APPROVED,
            ReturnRecord.goods == GoodsState.AWAITING,
            ReturnRecord.shipment_id.is_not(None),
            is_demos(),
        )
        .where(~scanned)
    )


def _name(order: OrderRecord) -> str:
    return str((order.ship_to or {}).get("name") or "")


def _city(return_: ReturnRecord, order: OrderRecord) -> str:
    return str((return_.point or {}).get("city") or (order.ship_to or {}).get("city") or carrier.WAREHOUSE)


def _titles() -> dict[str, str]:
    """The stories' titles in the reader's language."""
    return {
        "just received": _("Just received"),
        "on hold for payment": _("On hold: the payment failed"),
        "on hold for stock": _("On hold: out of stock"),
        "for a company, being prepared": _("For a company, being prepared"),
        "split, out for delivery": _("Two parcels, one out for delivery"),
        "on its way": _("On its way"),
        "late": _("Late"),
        "waiting in a locker": _("Waiting in a locker"),
        "failed attempt": _("Nobody was at home"),
        "delivered, can be returned": _("Delivered: try a return"),
        "delivered, a return on its way": _("Delivered, a return on its way"),
        "returned and refunded": _("Returned and refunded"),
        "going back to the sender": _("Going back to the sender"),
        "part collected in a shop": _("Part of it to collect in a shop"),
        "cancelled": _("Cancelled"),
    }
