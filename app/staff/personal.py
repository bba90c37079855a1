"""What the console keeps of a person: what the shop's people wrote about them, and those people themselves."""

from sqlalchemy import ColumnElement, false, func, or_
from sqlalchemy.orm import Session

from app.personal.blanks import NOTHING
from app.personal.claims import Basis, DataSubject, RoomClaims, TableClaim, Tier, Use, _l
from app.staff.models import (
    Passkey,
    ProviderRole,
    RecoveryCode,
    SetAside,
    SetupMark,
    SignInProvider,
    SignInTries,
    StaffIdentity,
    StaffLink,
    StaffNote,
    StaffRole,
    StaffUser,
    WorkDeed,
    WorkMark,
)


def _note(_session: Session, person: DataSubject) -> ColumnElement[bool]:
    """Of their orders, and those on rows of worklists that name them: such rows hang on nothing."""
    on_rows = (
        StaffNote.order_id.is_(None) & func.lower(StaffNote.text).contains(word, autoescape=True)
        for word in sorted(person.words)
    )
    return or_(StaffNote.order_id.in_(person.order_ids), *on_rows)


def _aside(_session: Session, person: DataSubject) -> ColumnElement[bool]:
    """Reasons that name them: rows of worklists hang on nothing."""
    return or_(false(), *(func.lower(SetAside.reason).contains(word, autoescape=True) for word in sorted(person.words)))


_NOTE = TableClaim(
    model=StaffNote,
    purpose=_l("What the shop's people want each other to know of an order"),
    term="orders",
    plain="id order_id subject written_at",
    staff="written_by",
    personal={"text": Use("A note about the order", "")},
    of=_note,
    deleted=True,
)
_ASIDE = TableClaim(
    model=SetAside,
    purpose=_l("That a row of a worklist was dealt with"),
    basis=Basis.INTEREST,
    term="raw",
    since=SetAside.at,
    plain="worklist item at",
    staff="by",
    personal={"reason": Use("Why it was set aside", NOTHING)},
    of=_aside,
)
_PEOPLE = (
    TableClaim(
        model=StaffUser,
        purpose="Who of the shop may sign in",
        basis=Basis.INTEREST,
        term="shop",
        plain="id role handed_over locale active created_at signed_in_at failures failed_at",
        staff="email name",
        hidden="password_hash totp_secret totp_step",
    ),
    TableClaim(
        model=SetupMark,
        purpose="Which steps of setting up people said are done",
        basis=Basis.INTEREST,
        term="shop",
        plain="step at",
        staff="by",
    ),
    TableClaim(
        model=SignInTries,
        purpose="Stops those who guess passwords; digests alone",
        basis=Basis.INTEREST,
        tier=Tier.NOBODY,
        term="tries",
        plain="failures failed_at known_at",
        hidden="account asker",
    ),
)

_WAYS_IN = (
    TableClaim(
        model=StaffRole,
        purpose="What a role of the shop's own may do",
        basis=Basis.INTEREST,
        term="shop",
        plain="key name permissions created_at",
    ),
    TableClaim(
        model=StaffLink,
        purpose="A mailed link by which a member chooses a password",
        basis=Basis.INTEREST,
        term="shop",
        plain="id staff_id purpose issued_at expires_at used_at sent_at fault",
        staff="issued_by",
        hidden="token_hash",
    ),
    TableClaim(
        model=Passkey,
        purpose="A device by which a member signs in",
        basis=Basis.INTEREST,
        term="shop",
        plain="id staff_id sign_count created_at used_at",
        staff="name",
        hidden="credential_id public_key handle",
    ),
    TableClaim(
        model=RecoveryCode,
        purpose="A way in for the day on which every device is lost",
        basis=Basis.INTEREST,
        tier=Tier.NOBODY,
        term="shop",
        plain="staff_id used_at",
        hidden="code_hash",
    ),
    TableClaim(
        model=SignInProvider,
        purpose="Where people may sign in instead of here",
        basis=Basis.INTEREST,
        term="shop",
        plain="key title issuer client_id domains claim trusts_factor local_for changed_at",
        hidden="secret",
    ),
    TableClaim(
        model=ProviderRole,
        purpose="Which role a member has who signs in there",
        basis=Basis.INTEREST,
        term="shop",
        plain="provider value role position",
    ),
    TableClaim(
        model=StaffIdentity,
        purpose="Who a member is there",
        basis=Basis.INTEREST,
        term="shop",
        plain="issuer staff_id linked_at",
        staff="subject",
    ),
)
_WORK = (
    TableClaim(
        model=WorkMark,
        purpose="Who takes care of a row of a worklist, and until when it rests",
        basis=Basis.INTEREST,
        term="rows",
        since=WorkMark.changed_at,
        plain="worklist item snoozed_until changed_at",
        staff="assigned_to snoozed_by changed_by",
        deleted=True,
    ),
    TableClaim(
        model=WorkDeed,
        purpose="What was done to a row of a worklist, to be undone",
        basis=Basis.INTEREST,
        term="presses",
        since=WorkDeed.at,
        plain="id press worklist item deed at before undone_at",
        staff="by",
        deleted=True,
    ),
)

PERSONAL = RoomClaims("staff", (_NOTE, _ASIDE, *_PEOPLE, *_WAYS_IN, *_WORK))
