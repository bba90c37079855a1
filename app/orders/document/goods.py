"""Goods of an order document: what was bought, and the parcels that it travels in."""

from typing import Literal, Self

from pydantic import Field, model_validator

from app.orders.document.faults import refuse
from app.orders.document.fields import (
    MAX_MONEY,
    CarrierName,
    Day,
    DocumentPart,
    Flag,
    Grams,
    Instant,
    LongWord,
    Money,
    OptionalLongWord,
    OptionalText,
    OptionalUrl,
    OptionalWord,
    Text,
    Units,
)
from app.orders.document.people import Origin, PickupPoint

Method = Literal["delivery", "pickup_point", "store_pickup"]
LineOrigin = Literal["order", "exchange", "claim", "edit"]
LineKind = Literal["goods", "digital", "gift_card", "service"]
ParcelStatus = Literal["packed", "shipped", "ready_for_pickup", "delivered", "cancelled"]


class Promise(DocumentPart):
    """The days told at purchase; ``begin`` is ``from`` in the document."""

    begin: Day | None = Field(default=None, alias="from")
    until: Day

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.begin and self.begin > self.until:
            refuse({("until",): "The promise ends before it begins"})
        return self


class Line(DocumentPart):
    """One thing bought; ``unit_price`` and ``tax`` as charged, ``discount`` for the whole line.

    ``quantity`` is what was ordered; of it ``cancelled`` pieces will not come, and ``returned`` came back or were
    written off in the shop's own system. ``total`` is what was charged for all that was ordered, after the line's
    discount and without a tax that comes on top; it counts where ``quantity`` times ``unit_price`` does not come out
    even. ``quantity_text`` is what was ordered where it is no number of pieces, such as «2.5 m». ``url`` is where the
    shop shows the product.
    """

    id: LongWord
    sku: OptionalLongWord = None
    title: Text
    variant: OptionalText = None
    category: OptionalText = None
    quantity: Units
    cancelled: Units = 0
    returned: Units = 0
    quantity_text: OptionalWord = None
    unit_price: Money
    tax: Money = 0
    discount: Money = 0
    total: Money | None = None
    image_url: OptionalUrl = None
    url: OptionalUrl = None
    weight_g: Grams | None = None
    final_sale: Flag = False
    personalised: Flag = False
    origin: LineOrigin = "order"
    for_line: OptionalLongWord = None
    kind: LineKind = "goods"

    @model_validator(mode="after")
    def _countable(self) -> Self:
        # Pages and figures multiply the two, in a bigint.
        if self.quantity * self.unit_price > MAX_MONEY:
            refuse({("unit_price",): "The amount of the line is too large"})
        if self.cancelled + self.returned > self.quantity:
            refuse({("quantity",): "More pieces are cancelled and returned than were ordered"})
        return self


class ShipmentLineDocument(DocumentPart, title="ShipmentLine"):
    """How many pieces of an order's line are in a parcel."""

    line: LongWord
    quantity: Units


class ShipmentDocument(DocumentPart, title="Shipment"):
    """One tracked parcel, or one collection in a shop.

    ``status`` and the times are the shop's word, which the carrier's own scans outweigh. ``group`` joins parcels whose
    contents are known together only. ``carrier_word`` is the service or carrier in the shop's own word,
    ``tracking_url`` where the carrier or the shop shows the parcel.
    """

    id: LongWord
    carrier: CarrierName | None = None
    carrier_word: OptionalText = None
    service: OptionalText = None
    tracking_number: OptionalText = None
    tracking_url: OptionalUrl = None
    method: Method = "delivery"
    status: ParcelStatus | None = None
    label_created_at: Instant | None = None
    packed_at: Instant | None = None
    shipped_at: Instant | None = None
    delivered_at: Instant | None = None
    promise: Promise | None = None
    origin: Origin | None = None
    pickup_point: PickupPoint | None = None
    group: OptionalLongWord = None
    lines: tuple[ShipmentLineDocument, ...] = Field(default=(), max_length=500)
