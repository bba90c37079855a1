"""Money of an order document: totals, payments, and what was given back or taken back in the shop's own system."""

from typing import Literal

from pydantic import Field

from app.orders.document.fields import (
    DocumentPart,
    Instant,
    LastFour,
    LongWord,
    Money,
    OptionalLongWord,
    OptionalText,
    OptionalWord,
    Units,
    Url,
    Word,
)

PaymentState = Literal["unpaid", "authorised", "part_paid", "paid", "part_refunded", "refunded", "voided"]
PaymentStep = Literal["authorised", "captured", "failed", "voided"]
ReturnStage = Literal["asked", "approved", "part_received", "received", "rejected", "cancelled"]
ReturnKind = Literal["return", "exchange", "claim"]


class Totals(DocumentPart):
    """The amounts as charged; they are shown and never added up again.

    ``discount`` lies on the whole order, ``shipping_discount`` is the part of it that lies on the delivery. ``paid`` is
    what was taken, before refunds. ``credit`` is what a shop's credit, points or a goodwill credit covered, ``total``
    what it all comes to.
    """

    items: Money
    shipping: Money = 0
    tax: Money = 0
    discount: Money = 0
    shipping_discount: Money | None = None
    fees: Money = 0
    duties: Money = 0
    credit: Money = 0
    paid: Money = 0
    total: Money | None = None


class Payment(DocumentPart):
    """One means by which it was paid; without a ``status`` the amount was taken.

    ``brand`` is whose card it is, ``last4`` the end of its number; more of a card's number is never taken.
    """

    id: LongWord
    method: Word
    amount: Money
    status: PaymentStep | None = None
    at: Instant | None = None
    brand: OptionalWord = None
    last4: LastFour | None = None


class RefundLineElsewhereDocument(DocumentPart, title="RefundLine"):
    """For how many pieces of a line a refund was."""

    line: LongWord
    quantity: Units


class RefundElsewhereDocument(DocumentPart, title="RefundMadeElsewhere"):
    """Money given back in the shop's own system; ``key`` is our id of the refund where it is one of ours."""

    id: LongWord
    amount: Money
    at: Instant | None = None
    reason: OptionalText = None
    key: OptionalWord = None
    lines: tuple[RefundLineElsewhereDocument, ...] = Field(default=(), max_length=500)


class InvoiceDocument(DocumentPart, title="Invoice"):
    """An invoice that the shop has made out, and where it shows it to whoever has the address."""

    number: LongWord
    url: Url


class ReturnLineElsewhereDocument(DocumentPart, title="ReturnMadeElsewhereLine"):
    """How many pieces of a line come back; ``damaged`` ones are among those ``received``."""

    line: LongWord
    quantity: Units
    received: Units = 0
    damaged: Units = 0
    reason: OptionalText = None


class ReturnElsewhereDocument(DocumentPart, title="ReturnMadeElsewhere"):
    """A return that was made in the shop's own system; ``key`` is our reference where it is one of ours."""

    id: LongWord
    status: ReturnStage
    kind: ReturnKind = "return"
    at: Instant | None = None
    key: OptionalWord = None
    tracking_number: OptionalLongWord = None
    lines: tuple[ReturnLineElsewhereDocument, ...] = Field(default=(), max_length=500)
