"""Things that a job of the clock could not do: kept apart with the reason, tried again alone, dead after five tries."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import structlog
from sqlalchemy import ColumnElement, and_, delete, exists, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.core.db import lost
from app.events.models import Stumble
from app.events.tries import TRIES, pause_after, reason

log = structlog.get_logger()

Work = Callable[[Sequence[int]], object]


def ready(task: str, item: InstrumentedAttribute[int], *, now: datetime) -> ColumnElement[bool]:
    """The condition that keeps what stumbled in ``task`` out of a claim until its next try, and the dead for good."""
    same_item = (Stumble.task == task, Stumble.item_id == item)
    return ~exists().where(*same_item, or_(Stumble.dead_at.is_not(None), Stumble.next_try_at > now))


def each(session: Session, task: str, ids: Sequence[int], work: Work, *, now: datetime) -> int:
    """Have ``work`` do these together in a savepoint; when one spoils that, each in a savepoint of its own.

    Gives how many were done. Who could not be done is noted with the reason, and holds up no other.
    """
    if not ids:
        return 0
    try:
        with session.begin_nested():
            work(ids)
        over(session, task, ids)
        return len(ids)
    except Exception as error:
        if lost(error):
            raise
        if len(ids) > 1:
            # Which of them it was, nobody knows: each by itself shows it.
            return sum(each(session, task, [item_id], work, now=now) for item_id in ids)
        log.exception("it could not be done", task=task, number=ids[0])
        note(session, task, ids[0], error, now=now)
        return 0


def note(session: Session, task: str, item_id: int, error: Exception, *, now: datetime) -> None:
    """This item could not be done: count the try, keep the reason."""
    fresh = {"task": task, "item_id": item_id, "attempts": 0, "next_try_at": now}
    # Made first and locked then: of two that stumble over it at once no try is lost.
    session.execute(insert(Stumble).values(fresh).on_conflict_do_nothing())
    row = session.get_one(Stumble, (task, item_id), with_for_update=True, populate_existing=True)
    row.attempts, row.error = row.attempts + 1, reason(error)
    row.next_try_at = now + pause_after(row.attempts)
    row.dead_at = now if row.attempts >= TRIES else None


def over(session: Session, task: str, item_ids: Iterable[int]) -> None:
    """These were done after all."""
    session.execute(delete(Stumble).where(Stumble.task == task, Stumble.item_id.in_(list(item_ids))))


def set_aside(session: Session, task: str, item_id: int) -> bool:
    """A person has dealt with a dead one: it is never tried again, nor shown. False when it is not dead."""
    same_item = (Stumble.task == task, Stumble.item_id == item_id, Stumble.dead_at.is_not(None))
    done = update(Stumble).where(*same_item, ~Stumble.aside).values(aside=True)
    return session.scalar(done.returning(Stumble.item_id)) is not None


def dead(session: Session, *, limit: int) -> Sequence[Stumble]:
    """What waits for a person, the oldest first."""
    return session.scalars(
        select(Stumble).where(Stumble.dead_at.is_not(None), ~Stumble.aside).order_by(Stumble.dead_at).limit(limit)
    ).all()


def revive(session: Session, task: str, item_id: int) -> bool:
    """Have a dead one tried again with the clock's next round; False when it is not dead."""
    gone = delete(Stumble).where(and_(Stumble.task == task, Stumble.item_id == item_id, Stumble.dead_at.is_not(None)))
    return session.scalar(gone.returning(Stumble.item_id)) is not None
