"""Rows of forms that were not taken: sealed with a secret that only the browser has, gone after an hour."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Instant, Model


class KeptPage(Model):
    """A page that answered a form, or a form of an ended session, until it is read again.

    ``browser`` and ``client`` are hashes: which browser may read it, and who asked for so many.
    """

    __tablename__ = "kept_page"
    __table_args__ = (
        Index("ix_kept_page_client", "client", "made_at"),
        Index("ix_kept_page_made_at", "made_at"),
    )

    secret_hash: Mapped[bytes] = mapped_column(primary_key=True)
    browser: Mapped[bytes]
    client: Mapped[bytes]
    status: Mapped[int]
    sealed: Mapped[str]
    made_at: Mapped[Instant]
