"""Tables of what was given back in the shop's own system: refunds as they were told and judged, units by line."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Big, Documents, Id, Instant, Model


class RefundElsewhere(Model):
    """A refund that the shop's system told of, kept when it tells of it no more; ``counted`` is its money beyond ours.

    ``verdict`` is whose it is, ``refund_id`` ours that it is, with ``further_ids`` where it pays several; with
    ``decided_by`` a person said so.
    """

    __tablename__ = "refund_elsewhere"
    __table_args__ = (
        UniqueConstraint("order_id", "external_id"),
        CheckConstraint("verdict in ('ours', 'elsewhere', 'unsure')", "verdict"),
        # The worklist counts and lists by it: only what waits for a person.
        Index("ix_refund_elsewhere_unsure", "told_at", postgresql_where=text("verdict = 'unsure'")),
    )

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("order.id", ondelete="CASCADE"))
    external_id: Mapped[str]
    amount: Mapped[Big]
    currency: Mapped[str]
    made_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    reason: Mapped[str | None]
    key: Mapped[str | None]
    lines: Mapped[Documents] = mapped_column(server_default=text("'[]'"))
    verdict: Mapped[str]
    refund_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("refund.id", ondelete="RESTRICT"))
    further_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default=text("'{}'"))
    counted: Mapped[Big]
    told_at: Mapped[Instant]
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_by: Mapped[str | None]


class ReturnElsewhere(Model):
    """A return that was made in the shop's system, as it was told last; one that is told no more stays as it was."""

    __tablename__ = "return_elsewhere"
    __table_args__ = (UniqueConstraint("order_id", "external_id"),)

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("order.id", ondelete="CASCADE"))
    external_id: Mapped[str]
    stage: Mapped[str]
    kind: Mapped[str]
    key: Mapped[str | None]
    made_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    lines: Mapped[Documents]
    told_at: Mapped[Instant]


class UnitsElsewhere(Model):
    """How the shop's count of a line's returned units came about: ``elsewhere`` of the ``counted`` were never ours.

    ``correction`` is what a person put right about what follows from it, with the reason.
    """

    __tablename__ = "units_elsewhere"
    __table_args__ = (CheckConstraint("elsewhere between 0 and counted", "elsewhere"),)

    order_line_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("order_line.id", ondelete="CASCADE"), primary_key=True
    )
    order_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("order.id", ondelete="CASCADE"), index=True)
    counted: Mapped[int]
    elsewhere: Mapped[int]
    correction: Mapped[int] = mapped_column(server_default="0")
    corrected_by: Mapped[str | None]
    reason: Mapped[str | None]
    changed_at: Mapped[Instant]
