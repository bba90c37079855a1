"""What the room of carriers keeps of a person: what a carrier answered to a test, for a day."""

from sqlalchemy import ColumnElement, Text, cast, false, func, or_
from sqlalchemy.orm import Session

from app.carriers.models import CarrierTrial
from app.personal.claims import Basis, DataSubject, RoomClaims, TableClaim, Tier, Use, _l


def _trial(_session: Session, person: DataSubject) -> ColumnElement[bool]:
    """Answers that name them: a test asks for a number, not for a person."""
    answer = func.lower(cast(CarrierTrial.outcome, Text))
    return or_(false(), *(answer.contains(word, autoescape=True) for word in sorted(person.words)))


_TRIAL = TableClaim(
    model=CarrierTrial,
    purpose=_l("A test whether a carrier answers"),
    basis=Basis.INTEREST,
    tier=Tier.STAFF,
    term="tries",
    since=CarrierTrial.made_at,
    plain="id carrier number made_at done_at",
    staff="made_by",
    personal={"outcome": Use("What the carrier answered", {})},
    of=_trial,
    deleted=True,
)

PERSONAL = RoomClaims("carriers", (_TRIAL,))
