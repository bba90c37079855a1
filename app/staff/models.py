"""Tables of staff: people with their role, who tried to sign in, their notes, and what they did to worklists."""

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Document, Id, Instant, Model


class StaffUser(Model):
    """Someone of the shop. ``role``: support, warehouse, marketing, admin.

    ``handed_over``: the password was made by somebody else, and opens nothing but the page that asks for one's own.
    ``totp_secret`` is the sealed second factor, ``totp_step`` the last step whose code was taken: each counts once.
    ``failures`` are wrong codes in a row after a right password.
    """

    __tablename__ = "staff_user"
    __table_args__ = (UniqueConstraint("email"),)

    id: Mapped[Id]
    email: Mapped[str]
    name: Mapped[str]
    role: Mapped[str]
    password_hash: Mapped[str]
    handed_over: Mapped[bool] = mapped_column(server_default=text("false"))
    locale: Mapped[str] = mapped_column(server_default="es")
    totp_secret: Mapped[str | None]
    # Codes are compared by their step, so that one that was seen over a shoulder opens nothing a second time.
    totp_step: Mapped[int] = mapped_column(BigInteger, server_default="0")
    active: Mapped[bool] = mapped_column(server_default=text("true"))
    created_at: Mapped[Instant]
    signed_in_at: Mapped[Instant | None]
    failures: Mapped[int] = mapped_column(server_default="0")
    failed_at: Mapped[Instant | None]


class SignInTries(Model):
    """Failed tries in a row at one account by one asker: a client, or a browser that signed in to it (``known_at``).

    Neither address rests here: both are hashes.
    """

    __tablename__ = "sign_in_tries"

    # Of an address that no member has there is a row as well: its absence would tell who is a member.
    account: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    asker: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    failures: Mapped[int] = mapped_column(server_default="0")
    failed_at: Mapped[Instant | None]
    known_at: Mapped[Instant | None]


class StaffNote(Model):
    """What a member of staff wrote; it goes with its order when that is erased, unlike the audit trail.

    ``subject`` says of what below the order it is: «return/REF», «case/REF»; of the order itself where it is None. What
    belongs to no order (a delivery that nobody could read) is named by it alone: «work/list/row».
    """

    __tablename__ = "staff_note"
    __table_args__ = (
        Index("ix_staff_note_order_id", "order_id", "id"),
        Index("ix_staff_note_subject", "subject", "id", postgresql_where=text("order_id is null")),
    )

    id: Mapped[Id]
    # With the order: a note may name its customer, and erasing the order must not leave it behind.
    order_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("order.id", ondelete="CASCADE"))
    subject: Mapped[str | None]
    written_by: Mapped[str]
    written_at: Mapped[Instant]
    text: Mapped[str]


class SetAside(Model):
    """A row of a worklist that a person has dealt with, and why; ``item`` names it in its list.

    The words stand here and not in the audit trail, which is never erased.
    """

    __tablename__ = "set_aside"

    worklist: Mapped[str] = mapped_column(primary_key=True)
    item: Mapped[str] = mapped_column(primary_key=True)
    by: Mapped[str]
    at: Mapped[Instant]
    reason: Mapped[str | None]


class WorkMark(Model):
    """Who takes care of a row of a worklist, and until when it rests; ``item`` names it in its list.

    ``changed_by`` and ``changed_at`` tell whoever comes a moment later that somebody was faster.
    """

    __tablename__ = "work_mark"
    __table_args__ = (
        Index("ix_work_mark_assigned_to", "assigned_to", "worklist", postgresql_where=text("assigned_to is not null")),
    )

    worklist: Mapped[str] = mapped_column(primary_key=True)
    item: Mapped[str] = mapped_column(primary_key=True)
    assigned_to: Mapped[str | None]
    snoozed_until: Mapped[Instant | None]
    snoozed_by: Mapped[str | None]
    changed_by: Mapped[str]
    changed_at: Mapped[Instant]


class WorkDeed(Model):
    """What one press did to one row of a worklist, with what stood there ``before``, so that it can be undone."""

    __tablename__ = "work_deed"
    __table_args__ = (Index("ix_work_deed_press", "press"), Index("ix_work_deed_at", "at"))

    id: Mapped[Id]
    press: Mapped[str]
    worklist: Mapped[str]
    item: Mapped[str]
    deed: Mapped[str]
    by: Mapped[str]
    at: Mapped[Instant]
    before: Mapped[Document] = mapped_column(server_default=text("'{}'"))
    undone_at: Mapped[Instant | None]
