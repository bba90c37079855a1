"""How a row of a worklist is finished, by list: what is kept, how it is taken back, what leaves it out of the list."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, cast, delete, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.events import inbox, log, stumbles
from app.events.kinds import Listener
from app.notify.inbound.inbound_sms import mark_read
from app.returns.withdrawal.matching import settle_withdrawal
from app.staff.models import SetAside
from app.support import cases

MESSAGES, TROUBLE, RECEIPTS, INBOX, EVENTS, JOBS = "messages", "trouble", "receipts", "inbox", "events", "jobs"
LATE, FAILED, RETURNING, WORDS = "late", "failed-attempts", "returning", "words"
NOTED, DOUBTFUL, CARRIERLESS = "noted", "doubtful", "carrier-unknown"
CASES, TEXTS, WITHDRAWALS = "cases", "texts", "withdrawals"
Deed = Callable[[Session, str, str, datetime], bool]


@dataclass(frozen=True, slots=True)
class Finish:
    """How a row is finished: by whom and when; False when it is on its list no longer. ``undo`` brings it back.

    ``last``: nothing more is ever done about it, so that it is asked first, for a reason.
    ``on_row``: the row has no button of its own for it.
    """

    do: Deed
    undo: Deed | None = None
    last: bool = False
    on_row: bool = False


def put(session: Session, worklist: str, item: str, *, by: str, now: datetime) -> bool:
    """Take a row off its list; False when it is on it no longer. Raises KeyError for a list without such an action."""
    return FINISHES[worklist].do(session, item, by, now)


# Asked by EXISTS against the primary key: what was set aside years ago costs the lists nothing.
def is_aside(worklist: str, item: ColumnElement[Any] | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Whether the row of this name was set aside."""
    return exists().where(SetAside.worklist == worklist, SetAside.item == cast(item, String))


def set_aside_on(session: Session, worklist: str) -> set[str]:
    """The names of all rows that were set aside on a list, for one that is put together from groups."""
    return set(session.scalars(select(SetAside.item).where(SetAside.worklist == worklist)))


def who_finished(session: Session, worklist: str, item: str) -> tuple[str, datetime] | None:
    """Who set a row aside and when, where that is kept here."""
    row = session.get(SetAside, (worklist, item), populate_existing=True)
    return (row.by, row.at) if row else None


def note(session: Session, worklist: str, item: str, *, reason: str, by: str, now: datetime) -> None:
    """Keep why a row was taken off its list."""
    row = insert(SetAside).values(worklist=worklist, item=item, by=by, at=now, reason=reason)
    # Lists that keep their own mark have no row here yet; the others have one since `put`.
    session.execute(row.on_conflict_do_update(index_elements=["worklist", "item"], set_={"reason": reason}))


def _keep(worklist: str) -> Finish:
    def keep(session: Session, item: str, by: str, now: datetime) -> bool:
        # Two who press at once: the first has done it, and only their press is a row of the trail.
        row = insert(SetAside).values(worklist=worklist, item=item, by=by, at=now).on_conflict_do_nothing()
        return session.scalar(row.returning(SetAside.item)) is not None

    def take_back(session: Session, item: str, by: str, now: datetime) -> bool:
        row = delete(SetAside).where(SetAside.worklist == worklist, SetAside.item == item, SetAside.by == by)
        return session.scalar(row.returning(SetAside.item)) is not None

    return Finish(keep, take_back, on_row=worklist != RECEIPTS)


def _delivery(session: Session, item: str, by: str, now: datetime) -> bool:
    return inbox.set_aside(session, int(item), now=now)


def _event(session: Session, item: str, by: str, now: datetime) -> bool:
    listener, _, event_id = item.partition("-")
    return log.set_aside(session, int(event_id), Listener(listener))


def _job(session: Session, item: str, by: str, now: datetime) -> bool:
    task, _, number = item.rpartition("-")
    return stumbles.set_aside(session, task, int(number))


def _close(session: Session, item: str, by: str, now: datetime) -> bool:
    return cases.close(session, case_id(item), now=now)


def _reopen(session: Session, item: str, by: str, now: datetime) -> bool:
    return cases.reopen(session, case_id(item), now=now)


def _read(session: Session, item: str, by: str, now: datetime) -> bool:
    return mark_read(session, int(item), now=now)


def _settle(session: Session, item: str, by: str, now: datetime) -> bool:
    return settle_withdrawal(session, int(item))


def case_id(item: str) -> int:
    """The case that a row of the list of cases is about."""
    return int(item.partition("-")[0])


MARKED = (MESSAGES, TROUBLE, RECEIPTS, NOTED, DOUBTFUL, CARRIERLESS, LATE, FAILED, RETURNING, WORDS)
# What is owed to a customer (a decision, a refund, a collection) is on no such list: only its own act ends it.
FINISHES: dict[str, Finish] = {
    **{name: _keep(name) for name in MARKED},
    CASES: Finish(_close, _reopen, on_row=True),
    TEXTS: Finish(_read),
    WITHDRAWALS: Finish(_settle),
    INBOX: Finish(_delivery, last=True),
    EVENTS: Finish(_event, last=True),
    JOBS: Finish(_job, last=True),
}
