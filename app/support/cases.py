"""Cases, as other parts change them: opened and added to by customers, answered, closed and taken by the shop."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Conflict, NotFound
from app.core.tokens import new_ref
from app.events.kinds import EventKind
from app.events.log import append
from app.orders.services import lock_order
from app.support.models import SupportCase, SupportEntry
from app.support.states import CaseAction, CaseState, after

# Nobody has more to ask in an hour; whoever sends more wants to fill a mailbox.
MOST_CASES, MOST_ENTRIES, SPAN = 5, 20, timedelta(hours=1)
LONGEST = 2000
"""Characters of one entry."""


class TooMuchWritten(Conflict):
    """So much was written about an order within the hour that more has to wait until ``until``."""

    def __init__(self, until: datetime) -> None:
        """``until`` in UTC."""
        super().__init__(f"Too much was written about this order; try again at {until.isoformat()}.")
        self.until = until


@dataclass(frozen=True, slots=True)
class NewCase:
    """What a customer sends with the form; ``contact`` is an address to answer to that is on no file."""

    order_id: int
    about: str
    words: str
    locale: str
    form_key: str
    answer_by: str = "email"
    contact: str | None = None
    shipment_id: int | None = None
    return_id: int | None = None
    lines: tuple[int, ...] = ()


def open_case(session: Session, new: NewCase, *, now: datetime) -> SupportCase:
    """Take what was written as a case of its own; the same form sent twice is one. Raises TooMuchWritten."""
    # Locked first: two presses of one form wait here, and the second finds what the first has written.
    order = lock_order(session, new.order_id)
    known_case = session.scalar(
        select(SupportCase).where(SupportCase.order_id == order.id, SupportCase.form_key == new.form_key)
    )
    if known_case is not None:
        return known_case
    _refuse_too_many(session, order.id, now=now)
    case = SupportCase(
        ref=new_ref(),
        order_id=order.id,
        brand_key=order.brand_key,
        about=new.about,
        shipment_id=new.shipment_id,
        return_id=new.return_id,
        lines=list(new.lines),
        state=CaseState.OPEN,
        locale=new.locale,
        answer_by=new.answer_by,
        contact=new.contact,
        form_key=new.form_key,
        created_at=now,
        changed_at=now,
        waits_since=now,
    )
    session.add(case)
    session.flush()
    entry = _add(session, case, new.words, form_key=new.form_key, now=now)
    _tell(session, EventKind.CASE_OPENED, case, now=now, entry_id=entry.id)
    return case


def write_more(session: Session, case_id: int, words: str, *, form_key: str, now: datetime) -> SupportCase:
    """The customer adds something: the case waits for the shop again. Raises NotFound, TooMuchWritten."""
    case = _locked(session, case_id)
    if _has(session, case, form_key):
        return case
    _refuse_too_much(session, case, now=now)
    entry = _add(session, case, words, form_key=form_key, now=now)
    # The oldest question that nobody answered counts: whoever asks again does not go to the end of the list.
    case.waits_since = case.waits_since if case.state == CaseState.OPEN else now
    _move(session, case, CaseAction.WRITE, now=now)
    _tell(session, EventKind.CASE_REPLIED, case, now=now, entry_id=entry.id)
    return case


def answer(session: Session, case_id: int, words: str, *, by: str, form_key: str, now: datetime) -> bool:
    """The shop answers, and has taken the case by that; False for a form that was sent before. Raises NotFound."""
    case = _locked(session, case_id)
    if _has(session, case, form_key):
        return False
    entry = _add(session, case, words, form_key=form_key, now=now, by=by)
    case.assigned_to = case.assigned_to or by
    _move(session, case, CaseAction.ANSWER, now=now)
    _tell(session, EventKind.CASE_ANSWERED, case, now=now, entry_id=entry.id)
    return True


def close(session: Session, case_id: int, *, now: datetime) -> bool:
    """Nothing is left to do; False when it was closed before. Raises NotFound."""
    case = _locked(session, case_id)
    if not _move(session, case, CaseAction.CLOSE, now=now):
        return False
    case.closed_at = now
    _tell(session, EventKind.CASE_CLOSED, case, now=now)
    return True


def reopen(session: Session, case_id: int, *, now: datetime) -> bool:
    """It waits for the shop again; False when it does already. Raises NotFound."""
    case = _locked(session, case_id)
    if not _move(session, case, CaseAction.REOPEN, now=now):
        return False
    case.waits_since = now
    _tell(session, EventKind.CASE_REOPENED, case, now=now)
    return True


def assign(session: Session, case_id: int, *, to: str | None) -> bool:
    """Somebody of the shop takes it, or with None nobody has it; False when that is so already. Raises NotFound."""
    case = _locked(session, case_id)
    taken_before, case.assigned_to = case.assigned_to, to
    return taken_before != to


def note_seen(session: Session, case_id: int, *, now: datetime) -> None:
    """The customer's page shows the shop's answers."""
    unseen = select(SupportEntry).where(
        SupportEntry.case_id == case_id, SupportEntry.who == "staff", SupportEntry.seen_at.is_(None)
    )
    # Two pages of one customer may be opened at once.
    for entry in session.scalars(unseen.with_for_update(skip_locked=True)):
        entry.seen_at = now


def _locked(session: Session, case_id: int) -> SupportCase:
    order_id = session.scalar(select(SupportCase.order_id).where(SupportCase.id == case_id))
    if order_id is None:
        raise NotFound(f"There is no case {case_id}.")
    lock_order(session, order_id)
    # The order stands first, as everywhere; its cases follow it.
    chosen = select(SupportCase).where(SupportCase.id == case_id).with_for_update()
    return session.scalars(chosen.execution_options(populate_existing=True)).one()


def _move(session: Session, case: SupportCase, action: CaseAction, *, now: datetime) -> bool:
    """By the table of states; whether the state changed."""
    before = CaseState(case.state)
    case.state, case.changed_at = after(before, action), now
    if case.state != CaseState.CLOSED:
        case.closed_at = None
    return case.state != before


def _add(
    session: Session, case: SupportCase, words: str, *, form_key: str, now: datetime, by: str | None = None
) -> SupportEntry:
    who = "staff" if by else "customer"
    entry = SupportEntry(case_id=case.id, who=who, by=by, words=words[:LONGEST], form_key=form_key, at=now)
    session.add(entry)
    session.flush()
    return entry


def _has(session: Session, case: SupportCase, form_key: str) -> bool:
    same_form = (SupportEntry.case_id == case.id, SupportEntry.form_key == form_key)
    return session.scalar(select(SupportEntry.id).where(*same_form)) is not None


def _refuse_too_many(session: Session, order_id: int, *, now: datetime) -> None:
    recent = select(SupportCase.created_at).where(SupportCase.order_id == order_id, SupportCase.created_at > now - SPAN)
    moments = session.scalars(recent.order_by(SupportCase.created_at.desc()).limit(MOST_CASES)).all()
    if len(moments) == MOST_CASES:
        raise TooMuchWritten(moments[-1] + SPAN)


def _refuse_too_much(session: Session, case: SupportCase, *, now: datetime) -> None:
    recent = select(SupportEntry.at).where(
        SupportEntry.case_id == case.id, SupportEntry.who == "customer", SupportEntry.at > now - SPAN
    )
    moments = session.scalars(recent.order_by(SupportEntry.at.desc()).limit(MOST_ENTRIES)).all()
    if len(moments) == MOST_ENTRIES:
        raise TooMuchWritten(moments[-1] + SPAN)


def _tell(session: Session, kind: EventKind, case: SupportCase, *, now: datetime, **facts: Any) -> None:
    """No words of anybody's: those stay in their rows, and go with the order."""
    append(
        session,
        kind,
        order_id=case.order_id,
        shipment_id=case.shipment_id,
        return_id=case.return_id,
        payload={"ref": case.ref, "about": case.about, "case_id": case.id, **facts},
        now=now,
    )
