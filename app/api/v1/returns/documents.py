"""Returns as they travel through the interface: what a client sends."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.core.errors import Fault, Invalid
from app.orders.document.fields import Day, Instant, LongWord, OptionalWord, Quantity, Word
from app.returns.policy.decision import LineRequest, ReturnRequest
from app.returns.policy.policy import Method, Resolution
from app.returns.policy.reasons import USUAL_REASONS
from app.returns.receiving.facts import Disposition, Grade, ReceiptFacts, ReceivedItem

Sentence = Annotated[str, StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=1000)]
REASONS_NOTE = "A handle of the list of the brand; the usual ones are " + ", ".join(USUAL_REASONS.handles) + "."
# Far above any order, and exact in a bigint and in JavaScript's numbers.
Amount = Annotated[int, Field(strict=True, ge=0, le=10**15)]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WhichOrder(_In):
    """An order by the shop's number; ``brand`` null is the default one, ``source`` the system that it is from."""

    order: LongWord
    brand: OptionalWord = None
    source: OptionalWord = None


class ChosenLine(_In):
    """Some units of an order's line and why; ``reason`` is a handle of the brand's list of reasons."""

    line: LongWord
    quantity: Quantity
    reason: Annotated[Word, Field(description=REASONS_NOTE)]
    note: Annotated[str, StringConstraints(strict=True, max_length=2000)] = ""


class ChosenPoint(_In):
    """A drop-off point by its network and the network's own id."""

    network: Word
    id: Word


class ReturnDocument(WhichOrder):
    """A return to make. ``override`` is the reason to accept what the policy refuses; it is kept and shown to staff."""

    lines: Annotated[tuple[ChosenLine, ...], Field(min_length=1, max_length=500)]
    method: Method
    resolution: Resolution = Resolution.REFUND
    point: ChosenPoint | None = None
    pickup_on: Day | None = None
    shown_total: Amount | None = None
    override: Sentence | None = None

    def request(self, point_id: int | None) -> ReturnRequest:
        """As the domain takes it."""
        pickup_on: date | None = self.pickup_on
        return ReturnRequest(
            lines=tuple(LineRequest(line.line, line.quantity, line.reason, line.note) for line in self.lines),
            method=self.method,
            resolution=self.resolution,
            point_id=point_id,
            pickup_on=pickup_on,
            shown_total=self.shown_total,
        )


class ApprovalDocument(_In):
    """Approve; ``reason`` says why where the policy would not."""

    reason: Sentence | None = None


class RejectionDocument(_In):
    """Reject, with a reason that the customer reads."""

    reason: Sentence


class FoundItem(_In):
    """So many units of a line as the warehouse found them; no ``line`` for something that was not announced.

    Without ``disposition`` becomes of an announced unit what is usual for its grade; any other is set aside.
    """

    line: LongWord | None = None
    description: Sentence | None = None
    quantity: Quantity
    grade: Grade
    disposition: Disposition | None = None

    def received_item(self) -> ReceivedItem:
        """As the domain takes it."""
        return ReceivedItem(self.quantity, self.grade, self.disposition, self.line, self.description)


class ReceiptDocument(_In):
    """What the warehouse got in one go; ``id`` is the sender's own, and makes it once.

    ``corrects`` is the id of an earlier receipt that this one takes the place of.
    """

    id: Word
    corrects: Word | None = None
    received_at: Instant | None = None
    lines: Annotated[tuple[FoundItem, ...], Field(min_length=1, max_length=500)]
    note: Sentence | None = None

    def receipt(self) -> ReceiptFacts:
        """As the domain takes it."""
        return ReceiptFacts(tuple(line.received_item() for line in self.lines), self.note, self.received_at)


class AmountDocument(_In):
    """Another amount in minor units: for the whole return, what was paid already included, or for a due ``refund``."""

    amount: Amount
    reason: Sentence
    refund: Word | None = None


class AddedLine(_In):
    """So many more units of an order's line."""

    line: LongWord
    quantity: Quantity


class AddedLinesDocument(_In):
    """Lines that a return holds beside those it was asked for, with the reason."""

    lines: Annotated[tuple[AddedLine, ...], Field(min_length=1, max_length=500)]
    reason: Sentence

    def units(self) -> dict[str, int]:
        """Units by line. Raises Invalid when a line occurs twice."""
        # Added up in silence it might be one too many: the sender says what is meant.
        twice = [at for at, line in enumerate(self.lines) if line.line in {before.line for before in self.lines[:at]}]
        if twice:
            raise Invalid([Fault(f"/lines/{at}/line", "This line occurs twice") for at in twice])
        return {line.line: line.quantity for line in self.lines}


class RefundDocument(_In):
    """A refund that was paid; ``refund`` may be left out where only one is due, ``amount`` is checked if given."""

    refund: Word | None = None
    reference: Annotated[str, StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=200)]
    amount: Amount | None = None


Axis = Literal["requested", "needs_review", "approved", "rejected", "cancelled", "expired"]
GoodsAxis = Literal["awaiting", "in_transit", "partly_received", "received", "inspected", "sent_back"]
