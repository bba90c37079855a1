"""How work that failed is tried again: pauses, the last try, and why one that failed before is tried alone."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy.orm import Session

from app.core.queue import defer

# A unit of work small enough that nobody waits long for its locks, large enough that a commit is not most of it.
CHUNK = 20
# Five tries within eleven minutes outlast a restart, a deadlock and a report that came before its message.
TRIES = 5
_PAUSES = (1, 10, 60, 600)
# While a worker lives it holds the rows' locks as well, so the lease need only outlast the step from one transaction
# to the next; the shorter it is, the sooner another takes up what a killed worker left.
LEASE = timedelta(seconds=10)

Key = TypeVar("Key")


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many tries that failed, the first being 1."""
    return timedelta(seconds=_PAUSES[min(attempts, len(_PAUSES)) - 1])


def alone_or_fresh(waiting: Sequence[tuple[Key, int]]) -> list[Key]:
    """Of keys with their tries so far: the first alone if it was tried before, else all that were not."""
    if waiting and waiting[0][1]:
        return [waiting[0][0]]
    return [key for key, tries in waiting if not tries]


def reason(error: Exception) -> str:
    """An error as it is kept for a person: its kind and its first line, without the statement that it stood in."""
    lines = str(error).splitlines()
    return f"{type(error).__name__}: {lines[0] if lines else ''}"[:500]


def wake_for(session: Session, task: str, *, at: datetime) -> None:
    """Have ``task`` look again at ``at``; one waking a second is enough."""
    defer(session, task, queueing_lock=f"{task}:{int(at.timestamp())}", at=at)
