"""Tables of the way in: sessions, what each may see, mailed links, one-time codes, counted guesses."""

from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Id, Instant, Model


class WebSession(Model):
    """A browser's session; only the hash of its id is kept."""

    __tablename__ = "web_session"
    __table_args__ = (Index("ix_web_session_staff", "staff_id"), Index("ix_web_session_seen", "seen_at"))

    id_hash: Mapped[bytes] = mapped_column(primary_key=True)
    created_at: Mapped[Instant]
    seen_at: Mapped[Instant]
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    staff_id: Mapped[int | None] = mapped_column(BigInteger)


class AccessLink(Model):
    """A mailed link to one order: opens tier 1 by POST; only the hash of its token is kept."""

    __tablename__ = "access_link"
    __table_args__ = (UniqueConstraint("token_hash"), Index("ix_access_link_order_id", "order_id"))

    id: Mapped[Id]
    token_hash: Mapped[bytes]
    order_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("order.id", ondelete="CASCADE"))
    purpose: Mapped[str]
    issued_at: Mapped[Instant]
    revoked_at: Mapped[Instant | None]


class LinkBrowser(Model):
    """A browser that opened a link: the first has longer than the next four."""

    __tablename__ = "link_browser"

    link_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("access_link.id", ondelete="CASCADE"), primary_key=True)
    browser_hash: Mapped[bytes] = mapped_column(primary_key=True)
    opened_at: Mapped[Instant]


class OneTimeCode(Model):
    """A code sent to an address on file; argon2id at rest, bound to the session that asked.

    ``asked_by`` is who asked, as limits count it: a client, or a browser that is ``known`` by a mailed link.
    """

    __tablename__ = "one_time_code"
    __table_args__ = (Index("ix_one_time_code_subject", "subject", "sent_at"),)

    id: Mapped[Id]
    subject: Mapped[bytes]
    session_hash: Mapped[bytes]
    code_hash: Mapped[str]
    sent_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    tries: Mapped[int] = mapped_column(server_default="0")
    used_at: Mapped[Instant | None]
    asked_by: Mapped[bytes] = mapped_column(server_default=text("''"))
    is_known: Mapped[bool] = mapped_column("known", key="is_known", server_default=text("false"))


class UsedHandover(Model):
    """A link from the shop's own pages that was used, until it would have ended by itself."""

    __tablename__ = "used_handover"
    __table_args__ = (Index("ix_used_handover_ends_at", "ends_at"),)

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    ends_at: Mapped[Instant]


class Guess(Model):
    """One try at a subject (an order, a contact, a client) that was let through and was not right; kept for a day."""

    __tablename__ = "guess"
    __table_args__ = (Index("ix_guess_subject", "subject", "tried_at"), Index("ix_guess_tried_at", "tried_at"))

    id: Mapped[Id]
    subject: Mapped[bytes]
    tried_at: Mapped[Instant]


class GuessTally(Model):
    """Tries of everyone in one minute, and how many were wrong."""

    __tablename__ = "guess_tally"

    minute: Mapped[Instant] = mapped_column(primary_key=True)
    tried: Mapped[int] = mapped_column(server_default=text("0"))
    wrong: Mapped[int] = mapped_column(server_default=text("0"))
