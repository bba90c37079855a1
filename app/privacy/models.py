"""Tables of privacy: requests to erase, copies to be fetched, and what stays by law."""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Document, Id, Instant, Model
from app.core.tables.resealing import SEALED


class Erasure(Model):
    """A request to erase one person; ``state``: asked, done, cancelled.

    ``sealed`` is whom it is about, until it is done; ``subject`` a digest, so that two requests are one. ``counts``
    says how many rows went, by table, and ``staying`` how many stay by law.
    """

    __tablename__ = "erasure"
    __table_args__ = (
        UniqueConstraint("ref"),
        CheckConstraint("state in ('asked', 'done', 'cancelled')", "state"),
        Index("ix_erasure_due", "due_at", postgresql_where=text("state = 'asked'")),
        Index("ix_erasure_subject", "subject", unique=True, postgresql_where=text("state = 'asked'")),
    )

    id: Mapped[Id]
    ref: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="asked")
    subject: Mapped[bytes] = mapped_column(LargeBinary)
    sealed: Mapped[str | None] = mapped_column(info=SEALED)
    asked_by: Mapped[str]
    asked_at: Mapped[Instant]
    due_at: Mapped[Instant]
    ended_at: Mapped[Instant | None]
    counts: Mapped[Document] = mapped_column(server_default=text("'{}'"))
    staying: Mapped[Document] = mapped_column(server_default=text("'{}'"))


class RetainedRow(Model):
    """Facts of an erased person that the law wants kept: sealed, with the reason, and the day when they go."""

    __tablename__ = "retained_row"
    __table_args__ = (Index("ix_retained_row_gone_at", "gone_at"),)

    id: Mapped[Id]
    erasure_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("erasure.id", ondelete="CASCADE"))
    source: Mapped[str]
    row_id: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str]
    sealed: Mapped[str] = mapped_column(info=SEALED)
    kept_at: Mapped[Instant]
    gone_at: Mapped[Instant]


class PersonalCopy(Model):
    """A copy of what is held of a person, sealed, to be fetched once within a day by who asked for it."""

    __tablename__ = "personal_copy"
    __table_args__ = (UniqueConstraint("token_hash"), Index("ix_personal_copy_made_at", "made_at"))

    id: Mapped[Id]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    subject: Mapped[bytes] = mapped_column(LargeBinary)
    sealed: Mapped[str | None] = mapped_column(info=SEALED)
    made_by: Mapped[str]
    made_at: Mapped[Instant]
    fetched_at: Mapped[Instant | None]
