"""How jobs went: when each was last done, which failed and why; a failed one is tried again or given up by a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.events.models import JobFailure, JobRun

# A code that may have gone is never sent again by itself: its owner asks for another.
NEVER_TWICE = frozenset({"send_code"})


@dataclass(frozen=True, slots=True)
class FailedJob:
    """A job that the worker gave up; ``again`` says whether it may be tried again."""

    id: int
    task: str
    queue: str
    tries: int
    reason: str | None
    failed_at: datetime | None
    again: bool


@dataclass(frozen=True, slots=True)
class QueueState:
    """What waits in a queue: how many are due, how many are at work, and since when the oldest is due."""

    name: str
    waiting: int
    working: int
    later: int
    oldest: datetime | None


def note_done(session: Session, task: str, *, took_ms: int, now: datetime) -> None:
    """A job of this name was done."""
    facts = {"done_at": now, "took_ms": took_ms}
    row = insert(JobRun).values(task=task, **facts)
    session.execute(row.on_conflict_do_update(index_elements=["task"], set_=facts))


def note_failed(session: Session, job_id: int, task: str, *, why: str, now: datetime) -> None:
    """A try of this job failed."""
    row = insert(JobFailure).values(job_id=job_id, task=task, reason=why, failed_at=now)
    again = {"reason": why, "failed_at": now, "tries": JobFailure.tries + 1}
    session.execute(row.on_conflict_do_update(index_elements=["job_id"], set_=again))


def forget_failure(session: Session, job_id: int) -> None:
    """The job was done after all, or is not wanted any more."""
    session.execute(delete(JobFailure).where(JobFailure.job_id == job_id))


def forget_failures(session: Session, *, before: datetime) -> None:
    """Drop what failed before a moment: jobs that failed are forgotten then, too."""
    session.execute(delete(JobFailure).where(JobFailure.failed_at < before))


# A job that nobody has looked at for a week is forgotten with its reason; nobody reads more than this many at once.
MOST_SHOWN = 200
_FAILED = text(
    """
    select job.id, task_name, queue_name, attempts, reason, coalesce(failure.failed_at, (
        select max(at) from procrastinate_events where job_id = job.id)) as failed_at
    from procrastinate_jobs job left join job_failure failure on failure.job_id = job.id
    where status = 'failed' and job.id = coalesce(cast(:id as bigint), job.id)
    order by failed_at desc nulls last, job.id desc limit :most
    """
)
_QUEUES = text(
    """
    select queue_name, count(*) filter (where status = 'todo' and due) as waiting,
        count(*) filter (where status = 'doing') as working,
        count(*) filter (where status = 'todo' and not due) as later,
        min(coalesce(scheduled_at, deferred_at)) filter (where status = 'todo' and due) as oldest
    from (
        select queue_name, status, scheduled_at, coalesce(scheduled_at <= :now, true) as due, (
            select min(at) from procrastinate_events where job_id = job.id) as deferred_at
        from procrastinate_jobs job where status in ('todo', 'doing')) as jobs
    group by queue_name order by queue_name
    """
)
_RETRY = text(
    "select procrastinate_retry_job_v2(id, :now, null, null, null) from procrastinate_jobs "
    "where id = :id and status = 'failed' and task_name != all(:never)"
)
_DROP = text("delete from procrastinate_jobs where id = :id and status = 'failed' returning task_name")


def failed_jobs(session: Session) -> Sequence[FailedJob]:
    """What the worker gave up, the newest first."""
    return _read_failed(session, None)


def failed_job(session: Session, job_id: int) -> FailedJob | None:
    """One job that the worker gave up."""
    return next(iter(_read_failed(session, job_id)), None)


def _read_failed(session: Session, job_id: int | None) -> Sequence[FailedJob]:
    return [
        FailedJob(
            row.id,
            row.task_name,
            row.queue_name,
            row.attempts,
            row.reason,
            row.failed_at,
            row.task_name not in NEVER_TWICE,
        )
        for row in session.execute(_FAILED, {"most": MOST_SHOWN, "id": job_id})
    ]


def queues(session: Session, *, now: datetime) -> Sequence[QueueState]:
    """Every queue in which something waits or is at work."""
    return [QueueState(*row) for row in session.execute(_QUEUES, {"now": now})]


def retry_job(session: Session, job_id: int, *, now: datetime) -> bool:
    """Put a failed job in line again; False when it is not failed, may not come twice, or its like waits already."""
    try:
        with session.begin_nested():
            return session.execute(_RETRY, {"id": job_id, "now": now, "never": list(NEVER_TWICE)}).first() is not None
    # A wake-up of the same name waits: it does the same work.
    except IntegrityError:
        return False


def drop_job(session: Session, job_id: int) -> str | None:
    """Give a failed job up for good; the name of its task, None when it is not failed."""
    task: str | None = session.scalar(_DROP, {"id": job_id})
    if task is not None:
        forget_failure(session, job_id)
    return task
