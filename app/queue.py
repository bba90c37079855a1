"""Deferring a job on the session's own connection: the job exists exactly if the change does."""

import json
from datetime import datetime, timedelta
from typing import Any

from procrastinate import App, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

deferrer = App(connector=SyncPsycopgConnector())

_WAITS = text("select exists (select from procrastinate_jobs where queueing_lock = :name and status = 'todo')")


def defer(
    session: Session,
    task: str,
    *,
    queueing_lock: str | None = None,
    lock: str | None = None,
    at: datetime | None = None,
    priority: int = 0,
    **kwargs: Any,
) -> bool:
    """Put a job for ``task`` into this transaction; False when one with this ``queueing_lock`` waits already.

    ``kwargs`` must be plain JSON. The job starts at ``at`` or at once after the commit. Looking first spares the
    usual case, a job that waits already, a savepoint and its failure; of two that look at once, one fails there.
    """
    json.dumps(kwargs)
    session.flush()
    if queueing_lock and session.connection().scalar(_WAITS, {"name": queueing_lock}):
        return False
    try:
        with session.begin_nested():
            connection = session.connection().connection.driver_connection
            deferrer.configure_task(
                name=task,
                queueing_lock=queueing_lock,
                lock=lock,
                schedule_at=at,
                priority=priority,
                connection=connection,
            ).defer(**kwargs)
    except AlreadyEnqueued:
        return False
    return True


def revive(session: Session, *, never_twice: frozenset[str], silent_for: timedelta, now: datetime) -> int:
    """Put the jobs of workers that died back in line; gives how many. Their workers show no sign of life.

    A job whose like waits already is dropped. Those in ``never_twice`` are given up: what they did is in doubt.
    """
    lost = session.execute(_LOST, {"before": now - silent_for}).all()
    revived = 0
    for job_id, task in lost:
        if task in never_twice:
            session.execute(_GIVE_UP, {"id": job_id})
            continue
        try:
            with session.begin_nested():
                session.execute(_AGAIN, {"id": job_id, "at": now})
            revived += 1
        except IntegrityError:
            session.execute(_GIVE_UP, {"id": job_id})
    return revived


_LOST = text(
    """
    select job.id, job.task_name from procrastinate_jobs job
    left join procrastinate_workers worker on worker.id = job.worker_id
    where job.status = 'doing' and (worker.id is null or worker.last_heartbeat < :before)
    order by job.id for update of job skip locked
    """
)
_AGAIN = text("select procrastinate_retry_job_v2(:id, :at, null, null, null)")
_GIVE_UP = text("select procrastinate_finish_job_v1(:id, 'failed', false)")
