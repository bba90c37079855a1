"""Tables of staff: people with their role, failed sign-ins, and the audit trail."""

from sqlalchemy import BigInteger, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Document, Id, Instant, Model


class StaffUser(Model):
    """Someone of the shop. ``role``: support, warehouse, marketing, admin."""

    __tablename__ = "staff_user"
    __table_args__ = (UniqueConstraint("email"),)

    id: Mapped[Id]
    email: Mapped[str]
    name: Mapped[str]
    role: Mapped[str]
    password_hash: Mapped[str]
    locale: Mapped[str] = mapped_column(server_default="es")
    totp_secret: Mapped[str | None]
    active: Mapped[bool] = mapped_column(server_default=text("true"))
    created_at: Mapped[Instant]
    signed_in_at: Mapped[Instant | None]
    failures: Mapped[int] = mapped_column(server_default="0")
    failed_at: Mapped[Instant | None]


class AuditRow(Model):
    """Who did or saw what, chained by hash: each row's hash covers the one before."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_order_id", "order_id", "id"), Index("ix_audit_at", "at"))

    id: Mapped[Id]
    at: Mapped[Instant]
    actor: Mapped[str]
    action: Mapped[str]
    order_id: Mapped[int | None] = mapped_column(BigInteger)
    subject: Mapped[str | None]
    detail: Mapped[Document] = mapped_column(server_default=text("'{}'"))
    previous_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
