"""Tables of those who are gone: marks of what an erased customer was known by, and marks of restored backups."""

from sqlalchemy import Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Id, Instant, Model


class Tombstone(Model):
    """A keyed digest of an e-mail address, phone, customer id, order or parcel of somebody who was erased."""

    __tablename__ = "tombstone"
    __table_args__ = (Index("ix_tombstone_erased_at", "erased_at"),)

    # The digest is the key: what is put up twice stands once.
    mark: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    kind: Mapped[str]
    erased_at: Mapped[Instant]


class RestoreMark(Model):
    """A backup was put back at this moment: what is older may have been sent already."""

    __tablename__ = "restore_mark"

    id: Mapped[Id]
    at: Mapped[Instant]
    by: Mapped[str]
