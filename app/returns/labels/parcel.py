"""What a label maker is told of a return's parcel."""

from collections.abc import Mapping
from typing import Any

from app.orders.records import OrderLineRecord, OrderRecord
from app.returns.labels.ports import LabelAddress, ParcelBack
from app.returns.models import Return
from app.returns.records import ReturnRecord


def parcel_back(order: OrderRecord, found: Return) -> ParcelBack:
    """From the customer's address to the brand's; a label that is issued once more has another key."""
    brand = order.brand
    return ParcelBack(
        key=f"{found.ref}-{found.shipment_id}",
        reference=found.ref,
        order=order.number,
        carrier=found.carrier or "",
        sender=_address(order.ship_to or {}),
        recipient=_address({"name": brand.name} | brand.return_address),
        deadline=found.deadline,
        weight_g=weight_of({line.id: line for line in order.all_lines}, found),
    )


def weight_of(lines: Mapping[int, OrderLineRecord], found: Return | ReturnRecord) -> int | None:
    """What the goods in it weigh, in grams; None where no line says so."""
    return sum((lines[line.order_line_id].weight_g or 0) * line.quantity for line in found.lines) or None


def _address(known: dict[str, Any]) -> LabelAddress:
    names = ("name", "line1", "line2", "postcode", "city", "region", "country")
    return LabelAddress(**{name: str(known.get(name) or "") for name in names})
