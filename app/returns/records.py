"""What others may read of returns, receipts, refunds and withdrawals."""

from datetime import date, datetime
from typing import Any, TypeVar

from app.core.tables.records import Read, Record, related
from app.returns.elsewhere.models import RefundElsewhere, ReturnElsewhere
from app.returns.models import Receipt, ReceiptLine, Refund, Return, ReturnLine, Withdrawal
from app.returns.points.models import DropOffPoint


class ReturnLineRecord(Record):
    """So many of an order line, why, and how it shall end; ``refund`` is what was quoted, in minor units."""

    __table__ = ReturnLine.__table__

    id: Read[int]
    return_id: Read[int]
    order_line_id: Read[int]
    quantity: Read[int]
    group: Read[str]
    reason: Read[str]
    comment: Read[str | None]
    resolution: Read[str]
    refund: Read[int]


class RefundRecord(Record):
    """Money for a return, in minor units: ``due``, ``paid``, or ``void``: owed no more. Rows are never deleted.

    ``idempotency_key`` is its public id, ``<ref>-<number>``; ``replaces`` is the public id of the one it came for.
    """

    __table__ = Refund.__table__

    id: Read[int]
    return_id: Read[int]
    order_id: Read[int]
    idempotency_key: Read[str]
    state: Read[str]
    amount: Read[int]
    currency: Read[str]
    breakdown: Read[dict[str, Any]]
    due_on: Read[date]
    created_at: Read[datetime]
    approved_at: Read[datetime | None]
    approved_by: Read[str | None]
    paid_at: Read[datetime | None]
    paid_by: Read[str | None]
    reference: Read[str | None]
    voided_at: Read[datetime | None]
    voided_by: Read[str | None]
    void_reason: Read[str | None]
    replaces: Read[str | None]


class ReceiptLineRecord(Record):
    """So many of one item, how they are, and what becomes of them.

    Without a return line it was not announced, or more than was announced; without an order's line it is none of ours.
    """

    __table__ = ReceiptLine.__table__

    id: Read[int]
    return_line_id: Read[int | None]
    order_line_id: Read[int | None]
    description: Read[str | None]
    quantity: Read[int]
    grade: Read[str]
    disposition: Read[str]


class ReceiptRecord(Record):
    """What the warehouse booked in one go; a corrected one is kept and marked."""

    __table__ = Receipt.__table__

    id: Read[int]
    return_id: Read[int]
    idempotency_key: Read[str]
    received_at: Read[datetime]
    received_by: Read[str]
    note: Read[str | None]
    odd: Read[list[str]]
    voided_at: Read[datetime | None]
    lines: Read[list[ReceiptLineRecord]] = related(order_by=ReceiptLineRecord.id)


class ReturnRecord(Record):
    """One return of an order: decision and goods on their two axes; the money has rows of its own.

    ``quote`` is what was promised and never changes but for lines that a person adds; ``adjustments`` are what people
    changed about the amount since: {amount (the difference), total, reason, by, at}. ``cap`` is the most that the
    order's money still leaves for it, None while it leaves all that was promised.
    """

    __table__ = Return.__table__

    id: Read[int]
    ref: Read[str]
    order_id: Read[int]
    decision: Read[str]
    goods: Read[str]
    initiated_by: Read[str]
    method: Read[str]
    point_id: Read[int | None]
    point: Read[dict[str, Any] | None]
    pickup: Read[dict[str, Any] | None]
    shipment_id: Read[int | None]
    carrier: Read[str | None]
    label_number: Read[str | None]
    deadline: Read[date | None]
    currency: Read[str]
    quote: Read[dict[str, Any]]
    adjustments: Read[list[dict[str, Any]]]
    cap: Read[int | None]
    verdict: Read[dict[str, Any]]
    requested_at: Read[datetime]
    decided_at: Read[datetime | None]
    decided_by: Read[str | None]
    decision_reason: Read[str | None]
    handed_over_at: Read[datetime | None]
    received_at: Read[datetime | None]
    inspected_at: Read[datetime | None]
    cancelled_at: Read[datetime | None]
    changed_at: Read[datetime]
    lines: Read[list[ReturnLineRecord]] = related(order_by=ReturnLineRecord.id)
    refunds: Read[list[RefundRecord]] = related(order_by=RefundRecord.id)
    receipts: Read[list[ReceiptRecord]] = related(order_by=ReceiptRecord.id)


class RefundElsewhereRecord(Record):
    """A refund that the shop's system told of; ``counted`` is its money beyond ours, ``verdict`` whose it is."""

    __table__ = RefundElsewhere.__table__

    id: Read[int]
    order_id: Read[int]
    external_id: Read[str]
    amount: Read[int]
    currency: Read[str]
    made_at: Read[datetime | None]
    reason: Read[str | None]
    key: Read[str | None]
    lines: Read[list[dict[str, Any]]]
    verdict: Read[str]
    refund_id: Read[int | None]
    counted: Read[int]
    told_at: Read[datetime]
    decided_by: Read[str | None]


class ReturnElsewhereRecord(Record):
    """A return that was made in the shop's system, as it was told last."""

    __table__ = ReturnElsewhere.__table__

    id: Read[int]
    order_id: Read[int]
    external_id: Read[str]
    stage: Read[str]
    kind: Read[str]
    key: Read[str | None]
    made_at: Read[datetime | None]
    lines: Read[list[dict[str, Any]]]
    told_at: Read[datetime]


class WithdrawalRecord(Record):
    """A statement of withdrawal as it was made, matched to an order only afterwards.

    ``form_key`` makes a form that is sent twice one statement; ``shown`` is what the person saw when confirming.
    ``own``: the address stated is one that the order has. The receipt leaves at ``receipt_at``, the notice to who is on
    file at ``notice_at``; until these are given, ``client`` is a hash of where the statement came from.
    """

    __table__ = Withdrawal.__table__

    id: Read[int]
    ref: Read[str]
    name: Read[str]
    order_text: Read[str]
    receipt_to: Read[str]
    items_text: Read[str | None]
    locale: Read[str]
    stated_at: Read[datetime]
    order_id: Read[int | None]
    shown: Read[dict[str, Any]]
    review: Read[bool]
    own: Read[bool]
    client: Read[bytes | None]
    receipt_at: Read[datetime | None]
    notice_at: Read[datetime | None]


class DropOffPointRecord(Record):
    """A place where a parcel can be handed over; ``opening_hours`` in the OpenStreetMap notation."""

    __table__ = DropOffPoint.__table__

    id: Read[int]
    network: Read[str]
    external_id: Read[str]
    kind: Read[str]
    name: Read[str]
    line1: Read[str]
    postcode: Read[str]
    city: Read[str]
    country: Read[str]
    latitude: Read[float | None]
    longitude: Read[float | None]
    approximate: Read[bool]
    location: Read[Any]
    time_zone: Read[str]
    opening_hours: Read[str | None]
    accepts: Read[list[str]]
    active: Read[bool]
    imported_at: Read[datetime]
    made_by: Read[str | None]


AnyReturn = Return | ReturnRecord
"""A return as its own room holds it or as others read it: what only reads takes either."""

# A type variable and no union: whoever hands in a list of records gets a list of records back.
AnyRefund = TypeVar("AnyRefund", Refund, RefundRecord)
