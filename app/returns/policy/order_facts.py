"""Reads what the rules and the money need to know of an order out of the database."""

from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.brands.facts import channel_allows
from app.core.hours.calendars import region_of
from app.core.i18n.zones import zone_of
from app.orders.records import OrderLineRecord, OrderRecord
from app.returns.elsewhere.ledger import GivenBackElsewhere, given_back_elsewhere
from app.returns.elsewhere.own import returned_units
from app.returns.policy.facts import LineFacts, PolicyOrder
from app.returns.policy.policy import Policy, read_policy
from app.returns.policy.sent import Sent, sent_by_line
from app.tracking.records import ShipmentRecord


def policy_of(order: OrderRecord) -> Policy:
    """The policy of the order's brand."""
    return read_policy(order.brand.policy)


def order_facts(
    session: Session, order: OrderRecord, elsewhere: GivenBackElsewhere | None = None, *, before: int | None = None
) -> PolicyOrder:
    """Everything the eligibility rules may know; ``before`` leaves out the return of this id and later ones."""
    there = elsewhere or given_back_elsewhere(session, order)
    shipments = _outbound(session, order.id)
    sent = sent_by_line(order, shipments)
    returned = returned_units(session, order.id, before=before)
    lines = tuple(
        _line_facts(line, sent[line.id], returned.get(line.id, 0), there.units(line.id)) for line in order.lines
    )
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
        returned_here=channel_allows(order.brand, order.channel, "returns"),
        channel=order.channel,
        value=goods_value(order),
        placed_at=order.placed_at,
    )


def goods_value(order: OrderRecord) -> int:
    """What the goods of an order cost, after the lines' own discounts."""
    return sum(
        line.quantity * line.unit_price - line.discount if line.total is None else line.total for line in order.lines
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
        sku=line.sku,
        title=line.title,
        unit_price=line.unit_price,
    )
