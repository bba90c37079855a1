"""How the clock does: what was fired and done when, what is late, and which process leads; one judgement for all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, select, text
from sqlalchemy.orm import Session

from app.events.models import Firing, JobRun

# «para» in ASCII; any number will do that nothing else locks in this database.
LEADER_KEY = 0x70617261
# So that a worker that is just being restarted is no fault.
GRACE = timedelta(minutes=3)
# A job that is done every few seconds notes it now and then only, and may take as long as a round of others.
DONE_GRACE = timedelta(minutes=5)
# A success so shortly after another is not noted.
NOTED_EVERY = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class FiringState:
    """One entry of the clock: ``every`` is its rhythm; ``late`` is how long it is overdue, None while it is not.

    ``reason`` is why its last try failed, where that is newer than its last success.
    """

    job: str
    every: timedelta
    fired_at: datetime | None
    done_at: datetime | None
    took: timedelta | None
    next_at: datetime | None
    late: timedelta | None
    failed_at: datetime | None
    reason: str | None

    @property
    def failing(self) -> bool:
        """Whether its last try failed."""
        return self.reason is not None


@dataclass(frozen=True, slots=True)
class LeadingProcess:
    """Who keeps the clock: since when it is connected, from where, and under which number PostgreSQL knows it."""

    pid: int
    since: datetime
    address: str | None


_STATE = text(
    """
    select entry.job, firing.due_at, firing.fired_at, run.done_at, run.took_ms, failure.reason, failure.failed_at
    from unnest(cast(:jobs as text[])) with ordinality as entry(job, position)
    left join lateral (select due_at, fired_at from firing where job = entry.job order by due_at desc limit 1)
        as firing on true
    left join job_run run on run.task = entry.job
    left join lateral (select reason, failed_at from job_failure where task = entry.job order by failed_at desc limit 1)
        as failure on true
    order by entry.position
    """
)
_LEADER = text(
    "select activity.pid, backend_start, host(client_addr) from pg_locks "
    "join pg_stat_activity activity on activity.pid = pg_locks.pid where locktype = 'advisory' and granted "
    "and classid = 0 and objid = :key and pg_locks.database = (select oid from pg_database "
    "where datname = current_database())"
)


def states(session: Session, table: Mapping[str, int], *, now: datetime) -> list[FiringState]:
    """Every entry of the clock's table (job → seconds), in its order."""
    rows = session.execute(_STATE, {"jobs": list(table)})
    return [_state(row.job, timedelta(seconds=table[row.job]), row, now=now) for row in rows]


def late(rows: Sequence[FiringState]) -> list[FiringState]:
    """Those that are overdue."""
    return [row for row in rows if row.late is not None]


def last_fired(session: Session) -> datetime | None:
    """When the clock fired anything at all."""
    return session.scalar(select(func.max(Firing.fired_at)))


def stands_still(fired_at: datetime | None, table: Mapping[str, int], *, now: datetime) -> bool:
    """Whether the clock has fired nothing for longer than a restart takes."""
    return fired_at is None or now - fired_at > max(GRACE, 3 * timedelta(seconds=min(table.values())))


def last_done(session: Session, task: str) -> datetime | None:
    """When a job of this name was last done."""
    return session.scalar(select(JobRun.done_at).where(JobRun.task == task))


def leader(session: Session) -> LeadingProcess | None:
    """The process that keeps the clock, if any does."""
    row = session.execute(_LEADER, {"key": LEADER_KEY}).first()
    return LeadingProcess(*row) if row else None


def _state(job: str, every: timedelta, row: Row[Any], *, now: datetime) -> FiringState:
    failing = row.failed_at is not None and (row.done_at is None or row.failed_at > row.done_at)
    return FiringState(
        job=job,
        every=every,
        fired_at=row.fired_at,
        done_at=row.done_at,
        took=timedelta(milliseconds=row.took_ms) if row.took_ms is not None else None,
        next_at=row.due_at + every if row.due_at else None,
        late=_late(row, every, now=now) if row.due_at else None,
        failed_at=row.failed_at if failing else None,
        reason=row.reason if failing else None,
    )


def _late(row: Row[Any], every: timedelta, *, now: datetime) -> timedelta | None:
    """For how long it is overdue, by the clock that fires it or by the worker that does it."""
    unfired: timedelta = now - (row.due_at + every)
    if unfired > GRACE:
        return unfired
    if row.done_at is None:
        undone: timedelta = now - row.fired_at
    elif now - row.done_at > every + DONE_GRACE:
        # What is fired anew each few seconds was fired just now, whatever became of the firing before.
        undone = now - row.done_at - every
    else:
        undone = now - row.fired_at if row.done_at < row.fired_at - NOTED_EVERY else timedelta()
    return undone if undone > DONE_GRACE else None
