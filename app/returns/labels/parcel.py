"""What a label maker is told of a return's parcel."""

from collections.abc import Mapping
from typing import Any

from app.brands.facts import address_for
from app.orders.records import OrderLineRecord, OrderRecord
from app.returns.labels.ports import LabelAddress, ParcelBack
from app.returns.models import Return
from app.returns.records import ReturnRecord


def parcel_back(order: OrderRecord, return_: Return) -> ParcelBack:
    """From the customer's address to the brand's; a label that is issued once more has another key."""
    brand, to = order.brand, order.ship_to or {}
    goes_to = {name: text for name, text in address_for(brand, to.get("country")).items() if text}
    return ParcelBack(
        key=f"{return_.ref}-{return_.shipment_id}",
        reference=return_.ref,
        order=order.number,
        carrier=return_.carrier or "",
        sender=_address(to),
        recipient=_address({"name": brand.name} | goes_to),
        deadline=return_.deadline,
        weight_g=weight_of({line.id: line for line in order.all_lines}, return_),
    )


def weight_of(lines: Mapping[int, OrderLineRecord], return_: Return | ReturnRecord) -> int | None:
    """What the goods in it weigh, in grams; None where no line says so."""
    return sum((lines[line.order_line_id].weight_g or 0) * line.quantity for line in return_.lines) or None


def _address(address: dict[str, Any]) -> LabelAddress:
    names = ("name", "line1", "line2", "postcode", "city", "region", "country")
    return LabelAddress(**{name: str(address.get(name) or "") for name in names})
