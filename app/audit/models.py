"""The audit trail's table; the database refuses to change, remove or empty its rows."""

from sqlalchemy import BigInteger, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Document, Id, Instant, Model


class AuditRow(Model):
    """Who did or saw what, chained by hash: each row's hash covers the one before.

    ``actor`` is ``staff:<address>``, ``api:<name of the key>`` or ``cli:<user of the machine>``.
    """

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_order_id", "order_id", "id"),
        Index("ix_audit_at", "at"),
        Index("ix_audit_actor", "actor", "id"),
        Index("ix_audit_seen", "subject", postgresql_where=text("action = 'receipt.seen'")),
    )

    id: Mapped[Id]
    at: Mapped[Instant]
    actor: Mapped[str]
    action: Mapped[str]
    order_id: Mapped[int | None] = mapped_column(BigInteger)
    subject: Mapped[str | None]
    detail: Mapped[Document] = mapped_column(server_default=text("'{}'"))
    previous_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
