"""What the console keeps of a person: what the shop's people wrote about them, and those people themselves."""

from sqlalchemy import ColumnElement, false, func, or_
from sqlalchemy.orm import Session

from app.personal.blanks import NOTHING
from app.personal.claims import Basis, DataSubject, RoomClaims, TableClaim, Tier, Use, _l
from app.staff.models import SetAside, SetupMark, SignInTries, StaffNote, StaffUser


def _note(_session: Session, person: DataSubject) -> ColumnElement[bool]:
    return StaffNote.order_id.in_(person.order_ids)


def _aside(_session: Session, person: DataSubject) -> ColumnElement[bool]:
    """Reasons that name them: rows of worklists hang on nothing."""
    return or_(false(), *(func.lower(SetAside.reason).contains(word, autoescape=True) for word in sorted(person.words)))


_NOTE = TableClaim(
    model=StaffNote,
    purpose=_l("What the shop's people want each other to know of an order"),
    term="orders",
    plain="id order_id written_at",
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

PERSONAL = RoomClaims("staff", (_NOTE, _ASIDE, *_PEOPLE))
