"""Tables of staff: people, their roles and ways in, who tried to sign in, notes, what they did to worklists."""

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, UniqueConstraint, exists, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, column_property, mapped_column
from sqlalchemy.types import Text

from app.core.db import Document, Id, Instant, Model
from app.core.tables.resealing import SEALED


class StaffRole(Model):
    """A role that the shop made: its name, and the names of its permissions. Those that are built in have no row."""

    __tablename__ = "staff_role"

    key: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    permissions: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_at: Mapped[Instant]


class StaffLink(Model):
    """A mailed link by which a member chooses a password; ``purpose``: invitation, password. Only its hash is kept.

    ``sent_at`` is when the mail left, ``fault`` why it did not, by the provider's code.
    """

    __tablename__ = "staff_link"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        # One at a time: a newer link ends the one before.
        UniqueConstraint("staff_id", "purpose"),
    )

    id: Mapped[Id]
    staff_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("staff_user.id", ondelete="CASCADE"))
    purpose: Mapped[str]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    issued_by: Mapped[str]
    issued_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    used_at: Mapped[Instant | None]
    sent_at: Mapped[Instant | None]
    fault: Mapped[str | None]


class Passkey(Model):
    """A WebAuthn credential of a member under a name of theirs. ``handle`` is what the authenticator calls its user."""

    __tablename__ = "staff_passkey"
    __table_args__ = (UniqueConstraint("credential_id"), Index("ix_staff_passkey_staff_id", "staff_id"))

    id: Mapped[Id]
    staff_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("staff_user.id", ondelete="CASCADE"))
    name: Mapped[str]
    credential_id: Mapped[bytes] = mapped_column(LargeBinary)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    handle: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[Instant]
    used_at: Mapped[Instant | None]


class RecoveryCode(Model):
    """A code for the day on which every device is lost, kept as a keyed hash; good once."""

    __tablename__ = "staff_recovery_code"

    staff_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("staff_user.id", ondelete="CASCADE"), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    used_at: Mapped[Instant | None]


class StaffUser(Model):
    """Someone of the shop. ``role``: support, warehouse, marketing, admin, or the key of one of the shop's own.

    ``password_hash`` is empty for who has no password: they were invited, or sign in elsewhere.
    ``handed_over``: the password was made by somebody else, and opens nothing but the page that asks for one's own.
    ``totp_secret`` is the sealed second factor, ``totp_step`` the last step whose code was taken: each counts once.
    ``failures`` are wrong codes in a row after a right password.
    """

    __tablename__ = "staff_user"
    __table_args__ = (UniqueConstraint("email"),)

    id: Mapped[Id] = mapped_column()
    email: Mapped[str]
    name: Mapped[str]
    role: Mapped[str]
    password_hash: Mapped[str]
    handed_over: Mapped[bool] = mapped_column(server_default=text("false"))
    locale: Mapped[str] = mapped_column(server_default="es")
    totp_secret: Mapped[str | None] = mapped_column(info=SEALED)
    # Codes are compared by their step, so that one that was seen over a shoulder opens nothing a second time.
    totp_step: Mapped[int] = mapped_column(BigInteger, server_default="0")
    active: Mapped[bool] = mapped_column(server_default=text("true"))
    created_at: Mapped[Instant]
    signed_in_at: Mapped[Instant | None]
    failures: Mapped[int] = mapped_column(server_default="0")
    failed_at: Mapped[Instant | None]
    # Read with the row, for the guard asks at each request.
    passkeys: Mapped[int] = column_property(
        select(func.count(Passkey.id)).where(Passkey.staff_id == id).correlate_except(Passkey).scalar_subquery()
    )
    is_invited: Mapped[bool] = column_property(
        exists()
        .where(StaffLink.staff_id == id, StaffLink.purpose == "invitation", StaffLink.used_at.is_(None))
        .correlate_except(StaffLink)
    )

    @property
    def has_second_factor(self) -> bool:
        """Whether a password alone does not let them in."""
        return self.totp_secret is not None or self.passkeys > 0


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


class SetupMark(Model):
    """What a person said of a step of the checklist: that it is done, or of ``checklist`` itself that it is hidden."""

    __tablename__ = "setup_mark"

    step: Mapped[str] = mapped_column(primary_key=True)
    by: Mapped[str]
    at: Mapped[Instant]


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


class SignInProvider(Model):
    """Where people may sign in instead of here, by OpenID Connect; ``key`` says who: ``staff``.

    ``secret`` is sealed. ``domains``: whose addresses are taken, all where there is none. ``claim`` names what roles
    are mapped by. ``trusts_factor``: a second factor there counts here. ``local_for``: who may sign in by password
    beside it: ``everyone`` or ``admins``.
    """

    __tablename__ = "sign_in_provider"

    key: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    issuer: Mapped[str]
    client_id: Mapped[str]
    secret: Mapped[str] = mapped_column(info=SEALED)
    domains: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    claim: Mapped[str] = mapped_column(server_default="groups")
    trusts_factor: Mapped[bool] = mapped_column(server_default=text("false"))
    local_for: Mapped[str] = mapped_column(server_default="everyone")
    changed_at: Mapped[Instant]


class ProviderRole(Model):
    """The role of those whose claim has this value; of several the first by ``position`` counts."""

    __tablename__ = "sign_in_role"

    provider: Mapped[str] = mapped_column(ForeignKey("sign_in_provider.key", ondelete="CASCADE"), primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]
    position: Mapped[int]


class StaffIdentity(Model):
    """Who a member is at a provider: its issuer, and the name that it never gives to anybody else."""

    __tablename__ = "staff_identity"
    __table_args__ = (Index("ix_staff_identity_staff_id", "staff_id"),)

    issuer: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("staff_user.id", ondelete="CASCADE"))
    linked_at: Mapped[Instant]
