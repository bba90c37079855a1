"""What the room of support keeps of a person: what they wrote to the shop, and what it answered."""

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.personal.blanks import NOTHING
from app.personal.claims import DataSubject, RoomClaims, TableClaim, Tier, Use, _l
from app.support.models import SupportCase, SupportEntry


def _case(_session: Session, person: DataSubject) -> ColumnElement[bool]:
    """Of their orders, or with their address, whoever's order it was about."""
    return SupportCase.order_id.in_(person.order_ids) | func.lower(SupportCase.contact).in_(person.emails)


def _entry(session: Session, person: DataSubject) -> ColumnElement[bool]:
    # Read at once: the contact by which a case is found is blanked before its entries are.
    cases = session.scalars(select(SupportCase.id).where(SupportCase.order_id.in_(person.order_ids))).all()
    return SupportEntry.case_id.in_(cases)


_ENTRY = TableClaim(
    model=SupportEntry,
    purpose=_l("What was written in a case"),
    tier=Tier.CODE,
    term="cases",
    since=SupportEntry.at,
    ended=SupportEntry.case_id.in_(select(SupportCase.id).where(SupportCase.state == "closed")),
    plain="id case_id who at seen_at",
    staff="by",
    hidden="form_key",
    personal={"words": Use("The words of the customer and of the shop", "")},
    of=_entry,
)
_CASE = TableClaim(
    model=SupportCase,
    purpose=_l("One matter that a customer wrote about"),
    tier=Tier.CODE,
    term="cases",
    since=SupportCase.closed_at,
    plain="""id ref order_id brand_key about shipment_id return_id lines state locale answer_by created_at changed_at
        waits_since closed_at""",
    staff="assigned_to",
    hidden="form_key",
    personal={"contact": Use("Where to answer, where it isn't the order's", NOTHING)},
    of=_case,
)

PERSONAL = RoomClaims("support", (_ENTRY, _CASE))
