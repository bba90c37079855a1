"""Orders whose every form of telling is compared: each named life of a parcel, and odd lives of whole orders."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.oms.intake import receive_order
from app.orders.models import Order
from app.tracking.fold.fold import fold
from app.tracking.fold.job import columns
from app.tracking.models import Shipment
from app.tracking.states import FINISHED
from app.tracking.watch import look_for_late
from tests.tracking import scenarios
from tests.tracking.bag import START, at
from tests.tracking.documents import document, line, parcel
from tests.tracking.scenarios import Life
from tests.tracking.told import Story

# The message that tells a parcel's state; of the others none is due.
KIND_OF = {
    "picked_up": "shipment.shipped",
    "in_transit": "shipment.shipped",
    "out_for_delivery": "shipment.out_for_delivery",
    "ready_for_pickup": "shipment.ready_for_pickup",
    "delivered": "shipment.delivered",
    "delivery_failed": "shipment.delivery_failed",
    "return_to_sender": "shipment.returning",
    "returned": "shipment.returned",
    "lost": "shipment.incident",
    "damaged": "shipment.incident",
    "on_hold": "shipment.incident",
    "delayed": "shipment.incident",
}
WHAT_OF = {"lost": "lost", "damaged": "damaged", "on_hold": "held", "delayed": "held"}
GROUPS: dict[str, Callable[[], list[Life]]] = {
    "ordinary": scenarios.ordinary,
    "after_delivery": scenarios.after_delivery,
    "trouble": scenarios.trouble,
    "going_back": scenarios.going_back,
    "odd_times": scenarios.odd_times,
    "reused_numbers": scenarios.reused_numbers,
}
numbers = count(10_401)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def stories(session: Session, group: str) -> Iterator[Story]:
    """The stories of a group; whoever has orders of another kind to compare adds a maker here."""
    if group == "orders":
        yield from whole_orders(session)
    else:
        yield from (of_life(session, life) for life in GROUPS[group]())


def of_life(session: Session, life: Life) -> Story:
    """An order of one parcel that has had this life, an hour after its last scan was heard of."""
    times = [max(one.seen_at, one.event.occurred_at or one.seen_at) for one in life.events]
    now = max([*times, life.facts.label_created_at or START, life.facts.shipped_at or START]) + HOUR
    order = an_order(session, status="shipped", shipments=[packed()])
    lives_on(session, order, life)
    look_for_late(session, now=now)
    session.flush()
    shipment = session.query(Shipment).filter_by(order_id=order.id).one()
    session.refresh(shipment)
    kind = "shipment.late" if shipment.late_since else KIND_OF.get(life.state, "")
    what = {"what": WHAT_OF[life.state]} if kind == "shipment.incident" else {}
    session.commit()
    return Story(life.name, order, now, kind, what)


def lives_on(session: Session, order: Order, life: Life, *, place: int = 1) -> None:
    """Write into a parcel's row what its life adds up to."""
    shipment = session.query(Shipment).filter_by(order_id=order.id).order_by(Shipment.position).all()[place - 1]
    folded = fold(life.events, life.facts)
    over = (folded.since or START) if folded.state in FINISHED else None
    row = columns(folded) | {"finished_at": over, "label_created_at": life.facts.label_created_at}
    session.execute(update(Shipment).where(Shipment.id == shipment.id).values(row))
    session.expire_all()


def an_order(session: Session, **facts: Any) -> Order:
    """An order of its own customer, placed the day before the first scan."""
    number = f"A-{next(numbers)}"
    placed = START - DAY
    usual = {
        "placed_at": placed.isoformat(),
        "updated_at": placed.isoformat(),
        "promise": {"from": "2026-11-03", "until": "2026-11-05"},
        "customer": {"name": "Ana Ruiz", "email": f"{number}@example.com", "phone": "+34600111222"},
    }
    made = document(number, **(usual | facts))
    return session.get_one(Order, receive_order(session, made, now=placed).order.id)


def packed(place: int = 1, **facts: Any) -> dict[str, Any]:
    """One parcel that nobody has told anything of."""
    of_parcel = {"tracking_number": f"1Z{next(numbers)}", "carrier": "ups", "service": None, "label_created_at": None}
    return parcel(f"s{place}", **(of_parcel | facts))


def whole_orders(session: Session) -> Iterator[Story]:
    """Orders that are told of before, beside or instead of a parcel."""
    noon = START + 4 * HOUR

    def story(name: str, kind: str, now: datetime = noon, **facts: Any) -> Story:
        order = an_order(session, **({"shipments": []} | facts))
        session.commit()
        return Story(name, order, now, kind)

    yield story("just received", "order.received", status="received")
    yield story("received, its parcel planned", "order.received", status="received", shipments=[packed()])
    yield story("being prepared", "order.preparing", status="preparing")
    yield story("being prepared, no day promised", "order.preparing", status="preparing", promise=None)
    yield story("should have left long ago", "order.preparing", START + 9 * DAY, status="preparing")
    yield story("received, and should have left long ago", "order.received", START + 9 * DAY, status="received")
    for hold in ("payment", "stock", "address", "review"):
        yield story(f"on hold: {hold}", "order.on_hold", status="on_hold", hold=hold)
    yield story("on hold, its parcel planned", "order.on_hold", status="on_hold", hold="payment", shipments=[packed()])
    yield story("arrives on hold", "order.received", status="on_hold", hold="payment")
    yield story("out of stock, one of two", "order.on_hold", status="on_hold", hold="stock", lines=[line(), line("2")])
    yield story("planned", "order.on_hold", status="on_hold", hold="scheduled", hold_until="2026-11-20")
    yield story("cancelled and not paid", "order.cancelled", status="cancelled", totals={"items": 2380, "paid": 0})
    yield story("cancelled, to be refunded", "order.cancelled", status="cancelled")
    refund = {"id": "r1", "amount": 2380, "at": "2026-11-02T09:00:00+01:00"}
    yield story("cancelled and refunded", "order.cancelled", status="cancelled", refunds=[refund])
    yield story("cancelled, its parcel planned", "order.cancelled", status="cancelled", shipments=[packed()])
    yield of_two(session, "one of two has come", place=1)
    yield of_two(session, "one of two was collected", place=1, first="collected from a point")


def of_two(session: Session, name: str, *, place: int, first: str = "delivered at home") -> Story:
    """An order of two parcels: the first has come, the second is on its way."""
    lives = {life.name: life for life in scenarios.ordinary()}
    order = an_order(
        session,
        status="shipped",
        lines=[line("1"), line("2")],
        shipments=[packed(nth, lines=[{"line": str(nth), "quantity": 2}]) for nth in (1, 2)],
    )
    lives_on(session, order, lives[first], place=1)
    lives_on(session, order, replace(lives["on its way"]), place=2)
    session.commit()
    return Story(name, order, at(36 if first == "delivered at home" else 61), "shipment.delivered", {"place": place})
