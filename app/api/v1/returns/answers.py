"""A return as the interface tells it: decision, goods and money, each on its own."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel

from app.api.http.operations import same_names
from app.api.v1.returns.eligibility import FindingAnswer
from app.returns.queries import ReturnView
from app.returns.records import ReceiptLineRecord, ReceiptRecord, RefundRecord, ReturnLineRecord
from app.returns.status.standing import Situation, collection_day, standing_of
from app.returns.status.stops import ReturnStage
from app.returns.words import in_english


class ReturnLineAnswer(BaseModel):
    """So many of an order's line; ``refund`` is what was quoted, in minor units."""

    line: str
    quantity: int
    reason: str
    note: str | None
    resolution: str
    refund: int


class RefundAnswer(BaseModel):
    """Money that is due, paid or void: owed no more. Its id is used once; ``replaces`` names a void one."""

    id: str
    state: str
    amount: int
    currency: str
    breakdown: dict[str, Any]
    due_on: date
    paid_at: datetime | None
    reference: str | None
    voided_at: datetime | None
    void_reason: str | None
    replaces: str | None


class ReceiptLineAnswer(BaseModel):
    """So many of one item, how they are, and what becomes of them."""

    line: str | None
    description: str | None
    quantity: int
    grade: str
    disposition: str


class ReceiptAnswer(BaseModel):
    """What the warehouse booked in one go."""

    id: str
    received_at: datetime
    received_by: str
    note: str | None
    odd: list[str]
    voided: bool
    lines: list[ReceiptLineAnswer]


class ReturnAnswer(BaseModel):
    """A return. ``quote`` is what was promised; ``findings`` what the policy said of it.

    ``situation``, ``stage``, ``amount``, ``refund_by`` and ``pickup_on`` are what its customer is told as things stand.
    """

    ref: str
    order: str
    brand: str
    decision: str
    goods: str
    situation: Situation
    stage: ReturnStage
    initiated_by: str
    method: str
    carrier: str | None
    tracking_number: str | None
    deadline: date | None
    pickup_on: date | None
    amount: int | None
    refund_by: date | None
    currency: str
    quote: dict[str, Any]
    findings: list[FindingAnswer]
    lines: list[ReturnLineAnswer]
    receipts: list[ReceiptAnswer]
    refunds: list[RefundAnswer]
    requested_at: datetime
    decided_at: datetime | None
    decided_by: str | None
    decision_reason: str | None
    handed_over_at: datetime | None
    received_at: datetime | None
    inspected_at: datetime | None
    cancelled_at: datetime | None
    changed_at: datetime


class ReturnPage(BaseModel):
    """A page of returns, those that changed longest ago first."""

    returns: list[ReturnAnswer]
    next: str | None


def return_answer(view: ReturnView, *, now: datetime) -> ReturnAnswer:
    """One return; its order is already read. Its lines may be some that the shop has since taken out."""
    return_, order, standing = view.return_, view.order, standing_of(view, now=now)
    names = {line.id: line.line_id for line in order.all_lines}
    other_fields = {
        "situation": standing.situation,
        "stage": standing.stage,
        "pickup_on": collection_day(return_),
        "amount": standing.amount,
        "refund_by": standing.refund_by,
        "order": order.number,
        "brand": order.brand_key,
        "tracking_number": return_.label_number,
        "findings": [_finding(finding) for finding in return_.verdict.get("findings", [])],
        "lines": [_line(line, names) for line in return_.lines],
        "receipts": [_receipt(receipt, names) for receipt in return_.receipts],
        "refunds": [_refund(refund) for refund in return_.refunds],
    }
    return ReturnAnswer(**same_names(ReturnAnswer, return_) | other_fields)


def _line(line: ReturnLineRecord, names: Mapping[int, str]) -> ReturnLineAnswer:
    other_fields = {"line": names[line.order_line_id], "note": line.comment}
    return ReturnLineAnswer(**same_names(ReturnLineAnswer, line) | other_fields)


def _refund(refund: RefundRecord) -> RefundAnswer:
    """Under its public name."""
    return RefundAnswer(**same_names(RefundAnswer, refund) | {"id": refund.idempotency_key})


def _receipt(receipt: ReceiptRecord, names: Mapping[int, str]) -> ReceiptAnswer:
    other_fields = {
        "id": receipt.idempotency_key,
        "voided": receipt.voided_at is not None,
        "lines": [_received(line, names) for line in receipt.lines],
    }
    return ReceiptAnswer(**same_names(ReceiptAnswer, receipt) | other_fields)


def _received(line: ReceiptLineRecord, names: Mapping[int, str]) -> ReceiptLineAnswer:
    other_fields = {"line": names[line.order_line_id] if line.order_line_id is not None else None}
    return ReceiptLineAnswer(**same_names(ReceiptLineAnswer, line) | other_fields)


def _finding(finding: Mapping[str, Any]) -> FindingAnswer:
    # As it was written down at the time: older verdicts may lack a field or name a code that is gone.
    words = in_english(finding["code"], finding.get("params"))
    return FindingAnswer(answer=finding.get("answer", "person"), code=finding["code"], words=words)
