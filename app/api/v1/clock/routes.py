"""The clock over HTTP: what it fires and how late that is, queues, jobs that failed; try one again, give one up."""

from datetime import datetime

from flask import current_app
from flask_babel import lazy_gettext as _l
from pydantic import BaseModel
from sqlalchemy.orm import Session

from app.api.http.blueprint import api
from app.api.http.operations import Answer, Noted, NothingMore, Operation, operation, same_names
from app.core.clock import utcnow
from app.core.errors import Conflict, NotFound
from app.events import clockwork, runs


class FiringAnswer(BaseModel):
    """One entry of the clock; ``late_s`` is for how many seconds it is overdue, ``reason`` why its last try failed."""

    job: str
    every_s: int
    fired_at: datetime | None
    done_at: datetime | None
    next_at: datetime | None
    late_s: int | None
    reason: str | None


class QueueAnswer(BaseModel):
    """What waits in a queue, and since when the oldest of it is due."""

    name: str
    waiting: int
    working: int
    later: int
    oldest: datetime | None


class FailedJobAnswer(BaseModel):
    """A job that was given up; ``again`` says whether it may be tried again."""

    id: int
    task: str
    queue: str
    tries: int
    reason: str | None
    failed_at: datetime | None
    again: bool


class ClockAnswer(BaseModel):
    """How the clock and its jobs do; ``leader_since`` is None where no process keeps the clock."""

    leader_since: datetime | None
    firings: list[FiringAnswer]
    queues: list[QueueAnswer]
    failed: list[FailedJobAnswer]


@api.get("/clock")
@operation(Operation(scope="clock:read", summary=_l("How the clock does"), answer=ClockAnswer))
def get_clock(session: Session) -> Answer:
    """Tell everything of it."""
    now, leader = utcnow(), clockwork.leader(session)
    rows = clockwork.states(session, current_app.extensions["clock_table"](), now=now)
    return Answer(
        ClockAnswer(
            leader_since=leader.since if leader else None,
            firings=[_firing(row) for row in rows],
            queues=[QueueAnswer(**same_names(QueueAnswer, queue)) for queue in runs.queues(session, now=now)],
            failed=[FailedJobAnswer(**same_names(FailedJobAnswer, job)) for job in runs.failed_jobs(session)],
        )
    )


@api.post("/jobs/<int:job_id>/retry")
@operation(
    Operation(
        scope="clock:write",
        summary=_l("Try a failed job again"),
        body=NothingMore,
        status=204,
        example={},
        audit="job.retried",
    )
)
def post_job_retry(session: Session, job_id: int, body: NothingMore) -> Answer:
    """Put it in line again."""
    task = _failed(session, job_id).task
    # A job that hands something out is not repeated by hand: nobody can say what had left already.
    if not runs.retry_job(session, job_id, now=utcnow()):
        raise Conflict("It may not be done twice, or one like it waits already.")
    return Answer(None, status=204, noted=Noted(f"{task}/{job_id}"))


@api.delete("/jobs/<int:job_id>")
@operation(Operation(scope="clock:write", summary=_l("Give a failed job up"), status=204, audit="job.given_up"))
def delete_job(session: Session, job_id: int) -> Answer:
    """Remove it for good."""
    task = _failed(session, job_id).task
    runs.drop_job(session, job_id)
    return Answer(None, status=204, noted=Noted(f"{task}/{job_id}"))


def _failed(session: Session, job_id: int) -> runs.FailedJob:
    job = runs.failed_job(session, job_id)
    if job is None:
        raise NotFound("there is no failed job of this number")
    return job


def _firing(row: clockwork.FiringState) -> FiringAnswer:
    # Whole seconds, since the clock fires in seconds.
    late = round(row.late.total_seconds()) if row.late is not None else None
    return FiringAnswer(**same_names(FiringAnswer, row) | {"every_s": round(row.every.total_seconds()), "late_s": late})
