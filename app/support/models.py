"""Tables of support: the case of an order, and what was written in it."""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Id, Instant, Model


class SupportCase(Model):
    """One matter of an order that a customer wrote about.

    ``state``: open waits for the shop, answered for the customer. ``answer_by``: email or phone; ``contact`` is an
    e-mail address on no file, None for what the order has. ``lines`` are rows of the order's lines. ``form_key`` makes
    the same form sent twice one case. ``assigned_to`` is who of the shop has taken it.
    """

    __tablename__ = "support_case"
    __table_args__ = (
        UniqueConstraint("ref"),
        UniqueConstraint("order_id", "form_key"),
        CheckConstraint("state in ('open', 'answered', 'closed')", "state"),
        Index("ix_support_case_order_id", "order_id", "created_at"),
        # The interface pages through cases by what changed last.
        Index("ix_support_case_changed", "changed_at", "id"),
        # The worklist counts and lists by it: it holds only what waits for a person.
        Index("ix_support_case_open", "waits_since", "id", postgresql_where=text("state = 'open'")),
    )

    id: Mapped[Id]
    ref: Mapped[str]
    order_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("order.id", ondelete="CASCADE"))
    brand_key: Mapped[str] = mapped_column(ForeignKey("brand.key", onupdate="CASCADE"))
    about: Mapped[str]
    shipment_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("shipment.id", ondelete="SET NULL"))
    return_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("return.id", ondelete="SET NULL"))
    lines: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default=text("'{}'"))
    state: Mapped[str]
    locale: Mapped[str]
    answer_by: Mapped[str]
    contact: Mapped[str | None]
    form_key: Mapped[str]
    created_at: Mapped[Instant]
    changed_at: Mapped[Instant]
    waits_since: Mapped[Instant]
    closed_at: Mapped[Instant | None]
    assigned_to: Mapped[str | None]


class SupportEntry(Model):
    """What one side wrote. ``by`` is who of the shop did; ``seen_at`` when the customer's page first showed an answer.

    ``form_key`` makes the same form sent twice one entry.
    """

    __tablename__ = "support_entry"
    __table_args__ = (
        UniqueConstraint("case_id", "form_key"),
        CheckConstraint("who in ('customer', 'staff')", "who"),
    )

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("support_case.id", ondelete="CASCADE"))
    who: Mapped[str]
    by: Mapped[str | None]
    words: Mapped[str]
    form_key: Mapped[str]
    at: Mapped[Instant]
    seen_at: Mapped[Instant | None]
