"""What privacy itself keeps of a person: requests and copies, sealed, for days; proofs until their day."""

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from app.personal.blanks import NOTHING
from app.personal.claims import Basis, DataSubject, RoomClaims, TableClaim, Tier, Use, _l
from app.privacy.models import Erasure, PersonalCopy, RetainedRow
from app.privacy.people import subjects_of


def _request(_session: Session, person: DataSubject) -> ColumnElement[bool]:
    return Erasure.subject.in_(subjects_of(person))


def _copy(_session: Session, person: DataSubject) -> ColumnElement[bool]:
    return PersonalCopy.subject.in_(subjects_of(person))


_REQUEST = TableClaim(
    model=Erasure,
    purpose=_l("That somebody asked to be erased, and that it was done"),
    basis=Basis.DUTY,
    term="kept",
    plain="id ref state asked_at due_at ended_at counts staying",
    staff="asked_by",
    hidden="subject",
    personal={"sealed": Use("Who asked, until it is done", NOTHING, Tier.CODE)},
    of=_request,
)
_COPY = TableClaim(
    model=PersonalCopy,
    purpose=_l("A copy of what is held of a person, to be fetched once"),
    basis=Basis.DUTY,
    tier=Tier.CODE,
    term="exports",
    since=PersonalCopy.made_at,
    plain="id made_at fetched_at",
    staff="made_by",
    hidden="token_hash subject",
    personal={"sealed": Use("The copy, sealed", NOTHING)},
    of=_copy,
    deleted=True,
)
_RETAINED = TableClaim(
    model=RetainedRow,
    purpose="Proofs that the law wants kept of erased people, sealed",
    basis=Basis.DUTY,
    term="with",
    until=RetainedRow.gone_at,
    deleted=True,
    plain="id erasure_id source row_id reason kept_at gone_at",
    hidden="sealed",
)

PERSONAL = RoomClaims("privacy", (_REQUEST, _COPY, _RETAINED))
