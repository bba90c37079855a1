"""How far each line of an order has come: out of its parcels, which may hold their contents together."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.orders.intake.news import BEFORE_SHIPPING
from app.orders.records import OrderLineRecord, OrderRecord
from app.returns.policy.arrivals import PackedUnits, arrived_at, brought_at
from app.returns.policy.facts import GOODS
from app.tracking.records import ShipmentRecord


@dataclass(frozen=True, slots=True)
class Sent:
    """How far a line has come: units delivered, when the last of them was, when the first left."""

    delivered: int = 0
    delivered_at: datetime | None = None
    shipped_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ParcelGroup:
    """Parcels whose contents are known together: here once the last of them is; ``units`` by order line."""

    units: Mapping[int, int]
    delivered_at: datetime | None
    shipped_at: datetime | None


def sent_by_line(order: OrderRecord, shipments: Sequence[ShipmentRecord]) -> dict[int, Sent]:
    """By order line. Parcels that name no contents carry what no other parcel names."""
    if not shipments and _is_complete(order):
        # When it was first complete: a later document of the same order must not start the window anew.
        at = order.completed_at or order.updated_at
        return defaultdict(Sent, {line.id: Sent(line.quantity, at, at) for line in order.all_lines})
    groups = _together(order, shipments)
    by_line: dict[int, Sent] = defaultdict(Sent)
    for line in order.all_lines:
        holding = [group for group in groups if group.units.get(line.id)]
        if holding:
            by_line[line.id] = _named(line, holding)
    anonymous = [group for group in groups if not group.units]
    for line in order.lines:
        if anonymous and line.id not in by_line:
            by_line[line.id] = _unnamed(line, anonymous)
        elif line.kind != GOODS and line.id not in by_line and order.status != "cancelled":
            # What needs no parcel has been given by other means: no scan will ever say so.
            by_line[line.id] = Sent(line.quantity)
    return by_line


def _is_complete(order: OrderRecord) -> bool:
    """Whether the shop once said that all is done, and has not begun anew; it may open an order again to exchange."""
    done = order.status == "completed" or order.completed_at is not None
    return done and order.status not in BEFORE_SHIPPING


def _together(order: OrderRecord, shipments: Iterable[ShipmentRecord]) -> list[ParcelGroup]:
    """Parcels by their group; one without a group is one by itself."""
    members: dict[str, list[ShipmentRecord]] = {}
    for shipment in shipments:
        members.setdefault(shipment.parcel_group or f"parcel {shipment.id}", []).append(shipment)
    return [_group(order, parcels) for parcels in members.values()]


def _group(order: OrderRecord, parcels: Sequence[ShipmentRecord]) -> ParcelGroup:
    units: Counter[int] = Counter()
    for parcel in parcels:
        for packed in parcel.lines:
            units[packed.order_line_id] += packed.quantity
    complete = all(parcel.delivered_at for parcel in parcels)
    moments = [
        brought_at(parcel.delivered_at, order.completed_at, numbered=parcel.number is not None) for parcel in parcels
    ]
    return ParcelGroup(
        units,
        _latest(moments) if complete else None,
        _earliest(parcel.shipped_at or parcel.picked_up_at for parcel in parcels),
    )


def _named(line: OrderLineRecord, groups: Sequence[ParcelGroup]) -> Sent:
    return Sent(
        sum(group.units[line.id] for group in groups if group.delivered_at),
        arrived_at((PackedUnits(group.units[line.id], group.delivered_at) for group in groups), line.quantity),
        _earliest(group.shipped_at for group in groups),
    )


def _unnamed(line: OrderLineRecord, groups: Sequence[ParcelGroup]) -> Sent:
    complete = all(group.delivered_at for group in groups)
    return Sent(
        line.quantity if complete else 0,
        _latest(group.delivered_at for group in groups) if complete else None,
        _earliest(group.shipped_at for group in groups),
    )


def _latest(moments: Iterable[datetime | None]) -> datetime | None:
    return max((moment for moment in moments if moment), default=None)


def _earliest(moments: Iterable[datetime | None]) -> datetime | None:
    return min((moment for moment in moments if moment), default=None)
