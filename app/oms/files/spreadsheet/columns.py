"""The columns of an order file in CSV, and what stands in each: a text, a number that is a name, an amount, a time."""

import re
from enum import StrEnum


class Content(StrEnum):
    """What a column holds, and so how its cells are read."""

    TEXT = "text"
    # Digits that are a name: a spreadsheet that takes them for a number damages them.
    IDENTITY = "identity"
    # The same, where losing it harms nobody.
    SHOWN_IDENTITY = "shown_identity"
    AMOUNT = "amount"
    NUMBER = "number"
    FLAG = "flag"
    INSTANT = "instant"
    DAY = "day"


def _group(names: str, content: Content = Content.TEXT, under: str = "") -> dict[str, Content]:
    return {under + name: content for name in names.split()}


_PLACE = "name company line1 line2 city region country"

COLUMNS: dict[str, Content] = {
    **_group("number source.id purchase_order", Content.IDENTITY),
    **_group("channel brand kind status status_word hold currency locale payment_status note source.system source.url"),
    **_group("placed_at updated_at read_at", Content.INSTANT),
    **_group("hold_until promise.from promise.until", Content.DAY),
    **_group("historic removed gift prices_include_tax", Content.FLAG),
    **_group("id phone", Content.IDENTITY, "customer."),
    **_group("name email", under="customer."),
    **_group("sms_consent", Content.FLAG, "customer."),
    **_group(_PLACE, under="ship_to."),
    **_group("postcode", Content.IDENTITY, "ship_to."),
    **_group("items shipping tax discount shipping_discount fees duties credit paid total", Content.AMOUNT, "totals."),
    **_group("id for_line", Content.IDENTITY, "line."),
    **_group("sku", Content.SHOWN_IDENTITY, "line."),
    **_group("title variant category image_url url quantity_text origin kind", under="line."),
    **_group("quantity cancelled returned weight_g", Content.NUMBER, "line."),
    **_group("unit_price tax discount total", Content.AMOUNT, "line."),
    **_group("final_sale personalised", Content.FLAG, "line."),
    **_group("id", Content.IDENTITY, "payment."),
    **_group("method status brand", under="payment."),
    **_group("last4", Content.SHOWN_IDENTITY, "payment."),
    **_group("amount", Content.AMOUNT, "payment."),
    **_group("at", Content.INSTANT, "payment."),
    **_group("id key line", Content.IDENTITY, "refund."),
    **_group("reason", under="refund."),
    **_group("amount", Content.AMOUNT, "refund."),
    **_group("at", Content.INSTANT, "refund."),
    **_group("quantity", Content.NUMBER, "refund."),
    **_group("id key tracking_number", Content.IDENTITY, "return."),
    **_group("status kind reason", under="return."),
    **_group("at", Content.INSTANT, "return."),
    **_group("quantity received damaged", Content.NUMBER, "return."),
    **_group("id tracking_number group", Content.IDENTITY, "shipment."),
    **_group("carrier carrier_word service tracking_url method status", under="shipment."),
    **_group("label_created_at packed_at shipped_at delivered_at", Content.INSTANT, "shipment."),
    **_group("promise.from promise.until", Content.DAY, "shipment."),
    **_group("name city country", under="shipment.origin."),
    **_group("postcode", Content.IDENTITY, "shipment.origin."),
    **_group("name line1 city country opening_hours code_hint", under="shipment.pickup_point."),
    **_group("postcode", Content.IDENTITY, "shipment.pickup_point."),
    **_group("keep_until", Content.DAY, "shipment.pickup_point."),
    **_group("quantity", Content.NUMBER, "shipment."),
    **_group("name email role", under="contact."),
    **_group("phone", Content.IDENTITY, "contact."),
    **_group("sms_consent", Content.FLAG, "contact."),
}
# What stands in a row beside the order itself: each begins its columns with its own word.
PARTS = {
    "line": "lines",
    "payment": "payments",
    "refund": "refunds",
    "return": "returns",
    "shipment": "shipments",
    "contact": "contacts",
}
NEEDED = (
    *("number", "placed_at", "updated_at", "status", "currency"),
    *("line.id", "line.title", "line.quantity", "line.unit_price"),
)
# Our own, in a file of what was refused: nobody has to take it out before the file is imported again.
REASON = "refused_because"

_PART_POINTER = re.compile(r"/(\w+)/\d+(?:/lines/\d+)?/(.+)")
_SINGULAR = {many: one for one, many in PARTS.items()}


def part_of(name: str) -> str:
    """The part of an order to which a column belongs, such as ``line``; an empty text for the order itself."""
    first = name.partition(".")[0]
    return first if first in PARTS and "." in name else ""


def column_of(pointer: str) -> str:
    """The column that a pointer into the document leads to, where there is one: ``/lines/0/sku`` is ``line.sku``."""
    match = _PART_POINTER.fullmatch(pointer)
    outer, inner = (_SINGULAR.get(match[1], ""), match[2]) if match else ("", pointer.lstrip("/"))
    inner = inner.replace("/", ".")
    name = f"{outer}.{inner}" if outer else inner
    # What a return or a parcel holds of a line stands in the row of that line.
    if name in ("shipment.line", "return.line"):
        name = "line.id"
    return name if name in COLUMNS else pointer
