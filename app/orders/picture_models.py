"""The table of product pictures that were fetched from the shop's own host; nothing in it speaks of an order."""

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Instant, Model


class Picture(Model):
    """One picture by its address: a small WebP, or the reason why there is none and when to ask again.

    ``wanted_at`` is when an order last named it, to within a month.
    """

    __tablename__ = "picture"
    __table_args__ = (Index("ix_picture_due", "next_try_at", postgresql_where=text("content is null")),)

    url_hash: Mapped[bytes] = mapped_column(primary_key=True)
    url: Mapped[str]
    content: Mapped[bytes | None] = mapped_column(deferred=True)
    reason: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(server_default="0")
    wanted_at: Mapped[Instant]
    next_try_at: Mapped[Instant]
