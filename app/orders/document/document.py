"""The order document: what a shop's order management tells about one order, and what is set right in it first."""

from collections import Counter
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, JsonValue, ModelWrapValidatorHandler, PrivateAttr, model_validator

from app.orders.document.faults import Places, refuse
from app.orders.document.fields import (
    Currency,
    Day,
    DocumentPart,
    Flag,
    Instant,
    LocaleTag,
    LongWord,
    OptionalText,
    OptionalUrl,
    OptionalWord,
    Word,
    storable,
)
from app.orders.document.goods import Line, Promise, ShipmentDocument
from app.orders.document.mending.order import mended
from app.orders.document.money import (
    InvoiceDocument,
    Payment,
    PaymentState,
    RefundElsewhereDocument,
    ReturnElsewhereDocument,
    Totals,
)
from app.orders.document.notes import Note
from app.orders.document.people import Address, Contact, Customer

OrderStatus = Literal[
    "received", "confirmed", "on_hold", "preparing", "partly_shipped", "shipped", "completed", "cancelled"
]
Hold = Literal["payment", "stock", "address", "review", "scheduled"]
Extra = Annotated[dict[str, JsonValue], AfterValidator(storable)]


class Source(DocumentPart):
    """The system that the order is from, and its own id there: the two make it one order, whatever its number is."""

    system: Word
    id: LongWord
    url: OptionalUrl = None


class OrderDocument(DocumentPart):
    """The whole order as it stands at ``updated_at``; what it does not name is gone from the order.

    What is only shown is cleaned or set aside first, with a note; the refusals are for what would make money, identity
    or a parcel wrong.
    """

    number: LongWord
    source: Source | None = None
    channel: Word = "web"
    brand: OptionalWord = None
    kind: Literal["b2c", "b2b"] = "b2c"
    purchase_order: OptionalText = None
    placed_at: Instant
    updated_at: Instant
    read_at: Instant | None = None
    historic: Flag = False
    removed: Flag = False
    status: OrderStatus
    status_word: OptionalText = None
    hold: Hold | None = None
    hold_until: Day | None = None
    currency: Currency
    locale: LocaleTag | None = None
    customer: Customer
    # Here and below far more than an order has: it bounds what one document can cost.
    contacts: tuple[Contact, ...] = Field(default=(), max_length=20)
    ship_to: Address | None = None
    promise: Promise | None = None
    gift: Flag = False
    note: OptionalText = None
    lines: tuple[Line, ...] = Field(max_length=500)
    prices_include_tax: Flag | None = None
    totals: Totals
    payment_status: PaymentState | None = None
    payments: tuple[Payment, ...] = Field(default=(), max_length=50)
    refunds: tuple[RefundElsewhereDocument, ...] = Field(default=(), max_length=200)
    returns: tuple[ReturnElsewhereDocument, ...] = Field(default=(), max_length=200)
    invoices: tuple[InvoiceDocument, ...] = Field(default=(), max_length=50)
    shipments: tuple[ShipmentDocument, ...] = Field(default=(), max_length=200)
    extra: Extra = Field(default_factory=dict)

    _notes: tuple[Note, ...] = PrivateAttr(default=())

    @model_validator(mode="wrap")
    @classmethod
    def _mended(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        if not isinstance(value, dict):
            return handler(value)
        repaired, notes = mended(value)
        return handler(repaired).noting(*notes)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        repeated = [_repeated(field, getattr(self, field)) for field in ("lines", "shipments", "refunds", "returns")]
        refuse({place: why for places in repeated for place, why in places.items()})
        return self

    def noting(self, *notes: Note) -> Self:
        """The same document with further notes."""
        self._notes += notes
        return self

    def without_notes(self) -> Self:
        """The same document, of whose mending nothing is told."""
        self._notes = ()
        return self

    @property
    def notes(self) -> tuple[Note, ...]:
        """What was set right or aside when it was read, for staff and for its sender."""
        return self._notes


def _repeated(field: str, parts: tuple[Any, ...]) -> Places:
    counted = Counter(part.id for part in parts)
    return {(field, at, "id"): "This id occurs twice" for at, part in enumerate(parts) if counted[part.id] > 1}
