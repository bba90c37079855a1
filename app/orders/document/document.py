"""The order document: what a shop's order management tells about one order, refused as a whole when anything is odd."""

from collections import Counter
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, model_validator
from pydantic_core import PydanticCustomError

from app.orders.contact_points import email_key
from app.orders.document.faults import Places, refuse
from app.orders.document.fields import (
    MAX_MONEY,
    CarrierName,
    Country,
    Currency,
    Day,
    Flag,
    Grams,
    Instant,
    LocaleTag,
    Money,
    OptionalText,
    OptionalTrackingNumber,
    OptionalUrl,
    OptionalWord,
    Quantity,
    Text,
    Word,
    blank_is_none,
    storable,
)

OrderStatus = Literal[
    "received", "confirmed", "on_hold", "preparing", "partly_shipped", "shipped", "completed", "cancelled"
]
Hold = Literal["payment", "stock", "address", "review"]
Method = Literal["delivery", "pickup_point", "store_pickup"]
Extra = Annotated[dict[str, JsonValue], AfterValidator(storable)]


def _possible_address(address: str) -> str:
    normal = email_key(address)
    if normal is None:
        raise PydanticCustomError("email", "Not an e-mail address")
    return normal


Email = Annotated[Annotated[str, AfterValidator(_possible_address)] | None, BeforeValidator(blank_is_none)]


class _Document(BaseModel):
    # A misspelt field would be lost in silence; ``extra`` takes what the document has no name for.
    model_config = ConfigDict(extra="forbid", frozen=True)


class Contact(_Document):
    """One more person of a company who follows the order; ``role`` in the shop's word, such as «purchasing»."""

    name: OptionalText = None
    email: Email = None
    phone: OptionalWord = None
    role: OptionalWord = None
    sms_consent: Flag = False


class Customer(_Document):
    """Who bought. A phone that cannot be read is kept as written and never texted."""

    id: OptionalText = None
    name: OptionalText = None
    email: Email = None
    phone: OptionalWord = None
    sms_consent: Flag = False


class Address(_Document):
    """Where it goes."""

    name: OptionalText = None
    line1: OptionalText = None
    line2: OptionalText = None
    city: OptionalText = None
    region: OptionalText = None
    postcode: OptionalWord = None
    country: Country


class Origin(_Document):
    """Where a parcel starts: a warehouse or a shop."""

    name: OptionalText = None
    city: OptionalText = None
    postcode: OptionalWord = None
    country: Country


class PickupPoint(_Document):
    """Where a parcel waits to be collected; ``code_hint`` says which code opens it, never the code."""

    name: Text
    line1: OptionalText = None
    city: OptionalText = None
    postcode: OptionalWord = None
    country: Country
    opening_hours: OptionalText = None
    code_hint: OptionalText = None


class Promise(_Document):
    """The days told at purchase; ``begin`` is ``from`` in the document."""

    begin: Day | None = Field(default=None, alias="from")
    until: Day

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.begin and self.begin > self.until:
            refuse({("until",): "The promise ends before it begins"})
        return self


class Line(_Document):
    """One thing bought; ``unit_price`` and ``tax`` as charged, ``discount`` for the whole line."""

    id: Word
    sku: OptionalWord = None
    title: Text
    variant: OptionalText = None
    category: OptionalText = None
    quantity: Quantity
    unit_price: Money
    tax: Money = 0
    discount: Money = 0
    image_url: OptionalUrl = None
    weight_g: Grams | None = None
    final_sale: Flag = False
    personalised: Flag = False

    @model_validator(mode="after")
    def _countable(self) -> Self:
        # Pages and figures multiply the two, in a bigint.
        if self.quantity * self.unit_price > MAX_MONEY:
            refuse({("unit_price",): "The amount of the line is too large"})
        return self


class Totals(_Document):
    """The amounts as charged; they are shown and never added up again."""

    items: Money
    shipping: Money = 0
    tax: Money = 0
    discount: Money = 0
    paid: Money = 0


class Payment(_Document):
    """One means by which it was paid."""

    id: Word
    method: Word
    amount: Money


class ShipmentLineDocument(_Document, title="ShipmentLine"):
    """How many pieces of an order's line are in a parcel."""

    line: Word
    quantity: Quantity


class ShipmentDocument(_Document, title="Shipment"):
    """One tracked parcel, or one collection in a shop."""

    id: Word
    carrier: CarrierName | None = None
    service: OptionalText = None
    tracking_number: OptionalTrackingNumber = None
    method: Method = "delivery"
    label_created_at: Instant | None = None
    shipped_at: Instant | None = None
    promise: Promise | None = None
    origin: Origin | None = None
    pickup_point: PickupPoint | None = None
    lines: tuple[ShipmentLineDocument, ...] = Field(default=(), max_length=500)


class OrderDocument(_Document):
    """The whole order as it stands at ``updated_at``; what it does not name is gone from the order."""

    number: Word
    channel: Word = "web"
    brand: OptionalWord = None
    kind: Literal["b2c", "b2b"] = "b2c"
    purchase_order: OptionalText = None
    placed_at: Instant
    updated_at: Instant
    status: OrderStatus
    hold: Hold | None = None
    currency: Currency
    locale: LocaleTag | None = None
    customer: Customer
    # Here and below far more than an order has: it bounds what one document can cost.
    contacts: tuple[Contact, ...] = Field(default=(), max_length=20)
    ship_to: Address | None = None
    promise: Promise | None = None
    # The least is only described here: the sentence about an empty order is ours, below.
    lines: tuple[Line, ...] = Field(max_length=500, json_schema_extra={"minItems": 1})
    totals: Totals
    payments: tuple[Payment, ...] = Field(default=(), max_length=50)
    shipments: tuple[ShipmentDocument, ...] = Field(default=(), max_length=200)
    extra: Extra = Field(default_factory=dict)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        refuse({} if self.lines else {("lines",): "An order has at least one line"})
        refuse(_repeated("lines", self.lines) | _repeated("shipments", self.shipments) | _mispacked(self))
        return self


def _repeated(field: str, items: tuple[Any, ...]) -> Places:
    counted = Counter(item.id for item in items)
    return {(field, at, "id"): "This id occurs twice" for at, item in enumerate(items) if counted[item.id] > 1}


def _mispacked(order: OrderDocument) -> Places:
    """Parcels with lines that the order does not have, or with more pieces than were bought."""
    left = Counter({line.id: line.quantity for line in order.lines})
    bought = set(left)
    places: Places = {}
    for at, shipment in enumerate(order.shipments):
        for within, packed in enumerate(shipment.lines):
            if packed.line not in bought:
                places["shipments", at, "lines", within, "line"] = "The order has no such line"
            elif packed.quantity > left[packed.line]:
                places["shipments", at, "lines", within, "quantity"] = "More pieces than were ordered"
            left[packed.line] -= packed.quantity
    return places
