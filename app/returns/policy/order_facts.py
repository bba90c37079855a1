"""Reads what the rules and the money need to know of an order out of the database."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.orm import Session, selectinload

from app.core.hours.calendars import region_of
from app.core.i18n.zones import zone_of
from app.orders.intake.news import BEFORE_SHIPPING
from app.orders.records import OrderLineRecord, OrderRecord
from app.returns.models import Return, ReturnLine
from app.returns.policy.arrivals import PackedUnits, arrived_at, brought_at
from app.returns.policy.facts import LineFacts, PolicyOrder
from app.returns.policy.policy import Policy, read_policy
from app.returns.states import HOLDING
from app.tracking.records import ShipmentLineRecord, ShipmentRecord


@dataclass(frozen=True, slots=True)
class Sent:
    """How far a line has come: units delivered, when the last of them was, when the first left."""

    delivered: int = 0
    delivered_at: datetime | None = None
    shipped_at: datetime | None = None


def policy_of(order: OrderRecord) -> Policy:
    """The policy of the order's brand."""
    return read_policy(order.brand.policy)


def order_facts(session: Session, order: OrderRecord, *, before: int | None = None) -> PolicyOrder:
    """Everything the eligibility rules may know; ``before`` leaves out the return of this id and later ones."""
    shipments = _outbound(session, order.id)
    sent = _sent(order, shipments)
    returned = returned_units(session, order.id, before=before)
    lines = tuple(_line_facts(line, sent[line.id], returned.get(line.id, 0)) for line in order.lines)
    ship_to = order.ship_to or {}
    # Days end at the consumer's midnight: by the address, since a later parcel to elsewhere moves no last day.
    zone = zone_of(ship_to.get("country"), postcode=ship_to.get("postcode"), region=ship_to.get("region"))
    return PolicyOrder(
        lines,
        ship_to.get("country"),
        ZoneInfo(zone or order.brand.time_zone),
        consumer=order.kind == "b2c",
        cancelled=order.status == "cancelled",
        region=region_of(ship_to.get("country"), ship_to.get("postcode"), ship_to.get("region")),
        currency=order.currency,
    )


def holding() -> ColumnElement[bool]:
    """That a return holds its units, asked of the database."""
    return tuple_(Return.decision, Return.goods).in_(sorted(HOLDING))


def returned_units(
    session: Session, order_id: int, *, before: int | None = None, without: int | None = None
) -> dict[int, int]:
    """Units by order line that returns hold; ``without`` leaves out one return, ``before`` that and later ones."""
    statement = (
        select(ReturnLine.order_line_id, func.sum(ReturnLine.quantity))
        .join(Return, Return.id == ReturnLine.return_id)
        .where(Return.order_id == order_id, holding())
        .group_by(ReturnLine.order_line_id)
    )
    if before is not None:
        statement = statement.where(Return.id < before)
    if without is not None:
        statement = statement.where(Return.id != without)
    return {line_id: int(units) for line_id, units in session.execute(statement)}


def _outbound(session: Session, order_id: int) -> list[ShipmentRecord]:
    statement = (
        select(ShipmentRecord)
        .where(ShipmentRecord.order_id == order_id, ShipmentRecord.direction == "outbound")
        .options(selectinload(ShipmentRecord.lines))
        .order_by(ShipmentRecord.position)
    )
    return list(session.scalars(statement))


def _line_facts(line: OrderLineRecord, sent: Sent, returned: int) -> LineFacts:
    return LineFacts(
        line.line_id,
        line.quantity,
        category=line.category,
        final_sale=line.final_sale,
        personalised=line.personalised,
        delivered=min(sent.delivered, line.quantity),
        delivered_at=sent.delivered_at,
        shipped_at=sent.shipped_at,
        returned=returned,
    )


def _sent(order: OrderRecord, shipments: list[ShipmentRecord]) -> dict[int, Sent]:
    """By order line. Parcels that name no contents carry what no other parcel names."""
    if not shipments and _is_complete(order):
        # When it was first complete: a later document of the same order must not start the window anew.
        at = order.completed_at or order.updated_at
        delivered = {line.id: Sent(line.quantity, at, at) for line in order.all_lines}
        return defaultdict(Sent, delivered)
    by_line: dict[int, Sent] = defaultdict(Sent)
    named: set[int] = set()
    for shipment in shipments:
        together = _group(shipment, shipments)
        for packed in shipment.lines:
            named.add(packed.order_line_id)
            by_line[packed.order_line_id] = _add(by_line[packed.order_line_id], together, packed)
    for line in order.all_lines:
        if line.id in named:
            by_line[line.id] = replace(by_line[line.id], delivered_at=_arrived(line, order, shipments))
    anonymous = [one for one in shipments if not any(other.lines for other in _group(one, shipments))]
    for line in order.lines:
        if anonymous and line.id not in named:
            by_line[line.id] = _together(line, anonymous, order)
    return by_line


def _is_complete(order: OrderRecord) -> bool:
    """Whether the shop once said that all is done, and has not begun anew; it may open an order again to exchange."""
    done = order.status == "completed" or order.completed_at is not None
    return done and order.status not in BEFORE_SHIPPING


def _arrived(line: OrderLineRecord, order: OrderRecord, shipments: list[ShipmentRecord]) -> datetime | None:
    """When the line's units had arrived in the parcels that name it."""
    parcels = (
        PackedUnits(packed.quantity, _brought_together(_group(shipment, shipments), order))
        for shipment in shipments
        for packed in shipment.lines
        if packed.order_line_id == line.id
    )
    return arrived_at(parcels, line.quantity)


def _brought_at(shipment: ShipmentRecord, order: OrderRecord) -> datetime | None:
    return brought_at(shipment.delivered_at, order.completed_at, numbered=shipment.number is not None)


def _brought_together(together: list[ShipmentRecord], order: OrderRecord) -> datetime | None:
    moments = [_brought_at(parcel, order) for parcel in together]
    # Only when all have come is each unit known to be there.
    return _latest(moments) if all(moments) else None


def _group(shipment: ShipmentRecord, shipments: list[ShipmentRecord]) -> list[ShipmentRecord]:
    """The parcels that hold their contents together, nobody says which in which."""
    group = shipment.parcel_group
    return [other for other in shipments if other.parcel_group == group] if group else [shipment]


def _add(sent: Sent, together: list[ShipmentRecord], packed: ShipmentLineRecord) -> Sent:
    arrived = all(parcel.delivered_at for parcel in together)
    return Sent(
        sent.delivered + (packed.quantity if arrived else 0),
        None,
        _earliest([sent.shipped_at, *map(_left_at, together)]),
    )


def _together(line: OrderLineRecord, shipments: list[ShipmentRecord], order: OrderRecord) -> Sent:
    complete = all(shipment.delivered_at for shipment in shipments)
    return Sent(
        line.quantity if complete else 0,
        _latest(_brought_at(shipment, order) for shipment in shipments) if complete else None,
        _earliest(_left_at(shipment) for shipment in shipments),
    )


def _left_at(shipment: ShipmentRecord) -> datetime | None:
    return shipment.shipped_at or shipment.picked_up_at


def _latest(moments: Iterable[datetime | None]) -> datetime | None:
    return max((moment for moment in moments if moment), default=None)


def _earliest(moments: Iterable[datetime | None]) -> datetime | None:
    return min((moment for moment in moments if moment), default=None)
