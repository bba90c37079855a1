"""Tables of returns: the draft, the return and its lines, what the warehouse got, the money, withdrawals."""

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Big, Document, Documents, Id, Instant, Model


class ReturnDraft(Model):
    """What a customer has filled in so far; one an order."""

    __tablename__ = "return_draft"

    order_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("order.id", ondelete="CASCADE"), primary_key=True)
    data: Mapped[Document]
    changed_at: Mapped[Instant]


class Return(Model):
    """One return of an order: decision and goods on their two axes; the money has rows of its own.

    ``quote`` is what was promised and never changes but for lines that a person adds; ``adjustments`` are what people
    changed about the amount since: {amount (the difference), total, reason, by, at}. ``cap`` is the most that the
    order's money still leaves for it, None while it leaves all that was promised. ``pickup``: ``on`` is the day of its
    collection, asked for until ``booked_at`` (then with ``note``) or ``refused_at`` (then with ``reason``) is there.
    """

    __tablename__ = "return"
    __table_args__ = (
        UniqueConstraint("ref"),
        Index("ix_return_order_id", "order_id"),
        # The interface pages through returns by what changed last.
        Index("ix_return_changed", "changed_at", "id"),
        # The listener finds the return of a parcel that moved.
        Index("ix_return_shipment_id", "shipment_id"),
        CheckConstraint(
            "decision in ('requested', 'needs_review', 'approved', 'rejected', 'cancelled', 'expired')", "decision"
        ),
        CheckConstraint(
            "goods in ('awaiting', 'in_transit', 'partly_received', 'received', 'inspected', 'sent_back')", "goods"
        ),
        # Worklists count and list by these: each holds only what waits for a person.
        Index(
            "ix_return_undecided", "requested_at", postgresql_where=text("decision in ('requested', 'needs_review')")
        ),
        Index(
            "ix_return_rejected_here",
            "received_at",
            postgresql_where=text("decision = 'rejected' and goods in ('partly_received', 'received', 'inspected')"),
        ),
        Index(
            "ix_return_pickup_asked",
            "requested_at",
            postgresql_where=text(
                "method = 'pickup' and decision = 'approved' and goods = 'awaiting' "
                "and pickup ->> 'booked_at' is null and pickup ->> 'refused_at' is null"
            ),
        ),
        Index(
            "ix_return_pickup_called_off",
            "requested_at",
            postgresql_where=text("pickup ->> 'called_off_at' is not null and pickup ->> 'cancelled_at' is null"),
        ),
        # A scan in the warehouse asks for it; what has no label has no place in it.
        Index("ix_return_label_number", "label_number", postgresql_where=text("label_number is not null")),
    )

    id: Mapped[Id]
    ref: Mapped[str]
    order_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("order.id", ondelete="CASCADE"))
    decision: Mapped[str]
    goods: Mapped[str] = mapped_column(server_default="awaiting")
    initiated_by: Mapped[str]
    method: Mapped[str]
    point_id: Mapped[int | None] = mapped_column(BigInteger)
    point: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    pickup: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    shipment_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("shipment.id", ondelete="SET NULL"))
    carrier: Mapped[str | None]
    label_number: Mapped[str | None]
    deadline: Mapped[date | None]
    currency: Mapped[str]
    quote: Mapped[Document]
    adjustments: Mapped[Documents] = mapped_column(server_default=text("'[]'"))
    cap: Mapped[int | None] = mapped_column(BigInteger)
    verdict: Mapped[Document]
    requested_at: Mapped[Instant]
    decided_at: Mapped[Instant | None]
    decided_by: Mapped[str | None]
    decision_reason: Mapped[str | None]
    handed_over_at: Mapped[Instant | None]
    received_at: Mapped[Instant | None]
    inspected_at: Mapped[Instant | None]
    cancelled_at: Mapped[Instant | None]
    reminded_at: Mapped[Instant | None]
    changed_at: Mapped[Instant]

    lines: Mapped[list["ReturnLine"]] = relationship(order_by="ReturnLine.id", cascade="all, delete-orphan")
    # Never deleted nor set loose with the return: rows of money stay, and the database holds it.
    refunds: Mapped[list["Refund"]] = relationship(order_by="Refund.id", passive_deletes="all")
    receipts: Mapped[list["Receipt"]] = relationship(order_by="Receipt.id", cascade="all, delete-orphan")


class ReturnLine(Model):
    """So many of an order line, why, and how it shall end; ``refund`` is what was quoted, in minor units."""

    __tablename__ = "return_line"
    __table_args__ = (UniqueConstraint("return_id", "order_line_id"), CheckConstraint("quantity > 0", "quantity"))

    id: Mapped[Id]
    return_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("return.id", ondelete="CASCADE"))
    order_line_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("order_line.id", ondelete="CASCADE"))
    quantity: Mapped[int]
    # The column keeps its first name: a rename would stop releases that still run beside this one.
    group: Mapped[str] = mapped_column("door", key="group")
    reason: Mapped[str]
    comment: Mapped[str | None]
    resolution: Mapped[str] = mapped_column(server_default="refund")
    refund: Mapped[Big]


class ReturnLabel(Model):
    """A label that somebody else makes: wanted until ``made_at``, then with the files that its maker gave."""

    __tablename__ = "return_label"
    __table_args__ = (
        Index("ix_return_label_return_id", "return_id"),
        Index("ix_return_label_due", "next_try_at", postgresql_where=text("made_at is null")),
    )

    shipment_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("shipment.id", ondelete="CASCADE"), primary_key=True
    )
    return_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("return.id", ondelete="CASCADE"))
    maker: Mapped[str]
    tries: Mapped[int] = mapped_column(server_default="0")
    next_try_at: Mapped[Instant]
    made_at: Mapped[Instant | None]
    pdf: Mapped[bytes | None] = mapped_column(LargeBinary)
    zpl: Mapped[bytes | None] = mapped_column(LargeBinary)


class Receipt(Model):
    """What the warehouse booked in one go; a corrected one is kept and marked."""

    __tablename__ = "receipt"
    __table_args__ = (
        # The same press or call sent twice is one receipt, whatever ran at once.
        UniqueConstraint("return_id", "idempotency_key"),
        # Worklists count and list by these: each holds only what waits for a person.
        Index("ix_receipt_odd", "received_at", postgresql_where=text("odd <> '{}' and voided_at is null")),
    )

    id: Mapped[Id]
    return_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("return.id", ondelete="CASCADE"))
    idempotency_key: Mapped[str]
    received_at: Mapped[Instant]
    received_by: Mapped[str]
    note: Mapped[str | None]
    odd: Mapped[list[str]] = mapped_column(ARRAY(Text()), server_default=text("'{}'"))
    voided_at: Mapped[Instant | None]

    lines: Mapped[list["ReceiptLine"]] = relationship(order_by="ReceiptLine.id", cascade="all, delete-orphan")


class ReceiptLine(Model):
    """So many of one item, how they are, and what becomes of them.

    Without a return line it was not announced, or more than was announced; without an order's line it is none of ours.
    """

    __tablename__ = "receipt_line"
    __table_args__ = (CheckConstraint("quantity > 0", "quantity"),)

    id: Mapped[Id]
    receipt_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("receipt.id", ondelete="CASCADE"))
    return_line_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("return_line.id", ondelete="CASCADE"))
    order_line_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("order_line.id", ondelete="CASCADE"))
    description: Mapped[str | None]
    quantity: Mapped[int]
    grade: Mapped[str]
    disposition: Mapped[str]


class Refund(Model):
    """Money for a return, in minor units: ``due``, ``paid``, or ``void``: owed no more. Rows are never deleted.

    ``idempotency_key`` is its public id, ``<ref>-<number>``; ``replaces`` is the public id of the one it came for.
    """

    __tablename__ = "refund"
    __table_args__ = (
        UniqueConstraint("idempotency_key"),
        Index("ix_refund_return_id", "return_id"),
        Index("ix_refund_order_id", "order_id"),
        CheckConstraint("state in ('due', 'paid', 'void')", "state"),
        CheckConstraint("amount > 0", "amount"),
        CheckConstraint("state <> 'paid' or (paid_at is not null and reference is not null)", "paid"),
        CheckConstraint("state <> 'void' or (voided_at is not null and void_reason is not null)", "void"),
        # Worklists count and list by these: each holds only what waits for a person.
        Index("ix_refund_due", "due_on", postgresql_where=text("state = 'due'")),
    )

    id: Mapped[Id]
    # Money outlives what it was for: neither a return nor an order with refunds can be deleted.
    return_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("return.id", ondelete="RESTRICT"))
    order_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("order.id", ondelete="RESTRICT"))
    idempotency_key: Mapped[str]
    state: Mapped[str]
    amount: Mapped[Big]
    currency: Mapped[str]
    breakdown: Mapped[Document]
    due_on: Mapped[date]
    created_at: Mapped[Instant]
    approved_at: Mapped[Instant | None]
    approved_by: Mapped[str | None]
    paid_at: Mapped[Instant | None]
    paid_by: Mapped[str | None]
    reference: Mapped[str | None]
    voided_at: Mapped[Instant | None]
    voided_by: Mapped[str | None]
    void_reason: Mapped[str | None]
    replaces: Mapped[str | None]


class Withdrawal(Model):
    """A statement of withdrawal as it was made, matched to an order only afterwards.

    ``form_key`` makes a form that is sent twice one statement; ``shown`` is what the person saw when confirming.
    ``own``: the address stated is one that the order has. The receipt leaves at ``receipt_at``, the notice to who is on
    file at ``notice_at``; until these are given, ``client`` is a hash of where the statement came from.
    """

    __tablename__ = "withdrawal"
    __table_args__ = (
        UniqueConstraint("ref"),
        UniqueConstraint("form_key"),
        Index("ix_withdrawal_stated_at", "stated_at"),
        Index("ix_withdrawal_order_id", "order_id"),
        # The job asks for these each time, while matched statements stay for years.
        Index("ix_withdrawal_waiting", "id", postgresql_where=text("matched_at is null")),
        # Worklists count and list by these: each holds only what waits for a person.
        Index("ix_withdrawal_review", "stated_at", postgresql_where=text("review")),
    )

    id: Mapped[Id]
    ref: Mapped[str]
    form_key: Mapped[str]
    name: Mapped[str]
    order_text: Mapped[str]
    receipt_to: Mapped[str]
    items_text: Mapped[str | None]
    locale: Mapped[str]
    stated_at: Mapped[Instant]
    # A statement is evidence by itself: it stays when its order goes.
    order_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("order.id", ondelete="SET NULL"))
    shown: Mapped[Document] = mapped_column(server_default=text("'{}'"))
    matched_at: Mapped[Instant | None]
    review: Mapped[bool] = mapped_column(server_default=text("false"))
    own: Mapped[bool] = mapped_column(server_default=text("false"))
    client: Mapped[bytes | None]
    receipt_at: Mapped[Instant | None]
    notice_at: Mapped[Instant | None]
