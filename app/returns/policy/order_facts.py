"""Reads what the rules and the money need to know of an order out of the database."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.orders.records import OrderLineRecord, OrderRecord
from app.returns.elsewhere.ledger import GivenBackElsewhere, given_back_elsewhere
from app.returns.elsewhere.own import returned_units
from app.returns.policy.facts import GOODS, LineFacts, PolicyOrder
from app.returns.policy.policy import Policy, read_policy
from app.returns.withdrawal.period import region_of
from app.tracking.records import ShipmentRecord


@dataclass(frozen=True, slots=True)
class Sent:
    """How far a line has come: units delivered, when the last of them was, when the first left."""

    delivered: int = 0
    delivered_at: datetime | None = None
    shipped_at: datetime | None = None


def policy_of(order: OrderRecord) -> Policy:
    """The policy of the order's brand."""
    return read_policy(order.brand.policy)


def order_facts(
    session: Session, order: OrderRecord, elsewhere: GivenBackElsewhere | None = None, *, before: int | None = None
) -> PolicyOrder:
    """Everything the eligibility rules may know; ``before`` leaves out the return of this id and later ones."""
    there = elsewhere or given_back_elsewhere(session, order)
    shipments = _outbound(session, order.id)
    sent = _sent(order, shipments)
    returned = returned_units(session, order.id, before=before)
    lines = tuple(
        _line_facts(line, sent[line.id], returned.get(line.id, 0), there.units(line.id)) for line in order.lines
    )
    ship_to = order.ship_to or {}
    # Days end at the consumer's midnight: theirs is the zone to which the last parcel went.
    zone = shipments[-1].zone if shipments else order.brand.time_zone
    return PolicyOrder(
        lines,
        ship_to.get("country"),
        ZoneInfo(zone),
        consumer=order.kind == "b2c",
        cancelled=order.status == "cancelled",
        region=region_of(ship_to.get("country"), ship_to.get("postcode"), ship_to.get("region")),
        currency=order.currency,
    )


def gone_units(
    session: Session, order: OrderRecord, elsewhere: GivenBackElsewhere | None = None, *, without: int | None = None
) -> dict[int, int]:
    """Units by order line that nobody can return any more: in returns here, or given back elsewhere.

    ``without`` leaves out one return of ours.
    """
    there = elsewhere or given_back_elsewhere(session, order)
    units = returned_units(session, order.id, without=without)
    return {line: units.get(line, 0) + there.units(line) for line in units.keys() | there.lines.keys()}


def _outbound(session: Session, order_id: int) -> list[ShipmentRecord]:
    statement = (
        select(ShipmentRecord)
        .where(ShipmentRecord.order_id == order_id, ShipmentRecord.direction == "outbound")
        .options(selectinload(ShipmentRecord.lines))
        .order_by(ShipmentRecord.position)
    )
    return list(session.scalars(statement))


def _line_facts(line: OrderLineRecord, sent: Sent, returned: int, elsewhere: int) -> LineFacts:
    return LineFacts(
        line.line_id,
        line.quantity,
        category=line.category,
        final_sale=line.final_sale,
        personalised=line.personalised,
        delivered=min(sent.delivered, line.quantity),
        delivered_at=sent.delivered_at,
        shipped_at=sent.shipped_at,
        returned=returned + elsewhere,
        elsewhere=elsewhere,
        kind=line.kind,
    )


def _sent(order: OrderRecord, shipments: list[ShipmentRecord]) -> dict[int, Sent]:
    """By order line. Parcels that name no contents carry what no other parcel names."""
    if not shipments and order.status == "completed":
        # When it was first complete: a later document of the same order must not start the window anew.
        at = order.completed_at or order.updated_at
        delivered = {line.id: Sent(line.quantity, at, at) for line in order.all_lines}
        return defaultdict(Sent, delivered)
    by_line: dict[int, Sent] = defaultdict(Sent)
    groups = _together(shipments)
    for group in groups:
        for line_id, units in group.units.items():
            by_line[line_id] = _add(by_line[line_id], group, units)
    anonymous = [group for group in groups if not group.units]
    for line in order.lines:
        if anonymous and line.id not in by_line:
            by_line[line.id] = _unnamed(line, anonymous)
        elif line.kind != GOODS and line.id not in by_line and order.status != "cancelled":
            # What needs no parcel has been given by other means: no scan will ever say so.
            by_line[line.id] = Sent(line.quantity)
    return by_line


@dataclass(frozen=True, slots=True)
class _Group:
    """Parcels whose contents are known together: here once the last of them is."""

    units: Mapping[int, int]
    delivered_at: datetime | None
    shipped_at: datetime | None


def _together(shipments: Iterable[ShipmentRecord]) -> list[_Group]:
    """Parcels by their group; one without a group is one by itself."""
    members: dict[str, list[ShipmentRecord]] = {}
    for shipment in shipments:
        members.setdefault(shipment.parcel_group or f"parcel {shipment.id}", []).append(shipment)
    return [_group(parcels) for parcels in members.values()]


def _group(parcels: Sequence[ShipmentRecord]) -> _Group:
    units: Counter[int] = Counter()
    for parcel in parcels:
        for packed in parcel.lines:
            units[packed.order_line_id] += packed.quantity
    complete = all(parcel.delivered_at for parcel in parcels)
    return _Group(
        units,
        _latest(parcel.delivered_at for parcel in parcels) if complete else None,
        _earliest(parcel.shipped_at or parcel.picked_up_at for parcel in parcels),
    )


def _add(sent: Sent, group: _Group, units: int) -> Sent:
    return Sent(
        sent.delivered + (units if group.delivered_at else 0),
        _latest([sent.delivered_at, group.delivered_at]),
        _earliest([sent.shipped_at, group.shipped_at]),
    )


def _unnamed(line: OrderLineRecord, groups: Sequence[_Group]) -> Sent:
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
