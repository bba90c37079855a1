"""Deferring a job on the session's own connection: the job exists exactly if the change does."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import psycopg
from procrastinate import App, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from app.core.db import after_commit, at_commit, passes

deferrer = App(connector=SyncPsycopgConnector())

# Jobs that can hold each other up share a queue; each queue has workers of its own, so that ten thousand messages
# for a slow provider never keep a scan from being folded. What is not named here is upkeep.
QUEUES = {
    "fold": ("fold_shipments",),
    "understand": ("understand_carriers", "understand_oms", "understand_messages"),
    "hear": ("hear_notify", "hear_returns", "hear_webhooks"),
    "codes": ("send_code", "mail_order_links", "mail_staff_link", "answer_forgotten"),
    "mails": ("send_mails",),
    "texts": ("send_texts",),
    "reconcile": ("reconcile_messages",),
    "poll": (
        "poll_carriers",
        "poll_source",
        "catch_up_carriers",
        "renew_ups_alerts",
        "make_labels",
        "try_carrier",
        "try_connection",
    ),
    "deliver": ("deliver_webhooks",),
    "pictures": ("fetch_pictures", "forget_pictures"),
}
UPKEEP = "upkeep"
_QUEUE_OF = {task: queue for queue, tasks in QUEUES.items() for task in tasks}

_WAITS = text("select exists (select from procrastinate_jobs where queueing_lock = :name and status = 'todo')")


def queue_of(task: str) -> str:
    """The queue in which a job for ``task`` waits."""
    return _QUEUE_OF.get(task, UPKEEP)


def defer(
    session: Session,
    task: str,
    *,
    queueing_lock: str | None = None,
    at: datetime | None = None,
    priority: int = 0,
    **kwargs: Any,
) -> bool:
    """Put a job for ``task`` into this transaction; it starts at ``at`` or at once after the commit.

    With ``queueing_lock`` it is a wake-up: at most one of the name waits, it takes no ``kwargs``, and it is written as
    the last thing before the commit, since everybody who changes something wants that one row. False when this
    transaction has the wake-up already. Without, the job is written now; ``kwargs`` must be plain JSON.
    """
    if queueing_lock is None:
        json.dumps(kwargs)
        session.flush()
        return _insert(session, task, at=at, priority=priority, **kwargs)
    if kwargs:
        raise TypeError("A wake-up carries nothing: what it is about is found in the tables.")
    lock = queueing_lock
    return at_commit(session, f"wake:{lock}", lambda done: _wake(done, task, lock, at=at, priority=priority))


def wake_about(session: Session, task: str, about: str) -> bool:
    """A wake-up for one thing of many, such as a carrier: at most one of it waits, and one is at work.

    ``about`` is all that the job is told. False when this transaction has the wake-up already.
    """
    key = f"{task}:{about}"
    return at_commit(session, f"wake:{key}", lambda done: _wake(done, task, key, lock=key, about=about))


def _wake(session: Session, task: str, queueing_lock: str, **how: Any) -> None:
    """Looking first spares the usual case, a job that waits already, a savepoint and its failure.

    A worker may take that job before this transaction commits: it looks, finds nothing yet, and what came would wait
    for the clock. So who found one looks again after the commit; one that waits then will see what was committed.
    """
    if not _woken(session, task, queueing_lock, **how):
        after_commit(session, f"wake:{queueing_lock}", lambda done: _woken(done, task, queueing_lock, **how))


def _woken(session: Session, task: str, queueing_lock: str, **how: Any) -> bool:
    """Whether the wake-up had to be written, and was."""
    waits = session.connection().scalar(_WAITS, {"name": queueing_lock})
    return not waits and _insert(session, task, queueing_lock=queueing_lock, **how)


def _insert(
    session: Session,
    task: str,
    *,
    queueing_lock: str | None = None,
    lock: str | None = None,
    at: datetime | None = None,
    priority: int = 0,
    **kwargs: Any,
) -> bool:
    try:
        with session.begin_nested():
            connection = session.connection().connection.driver_connection
            deferrer.configure_task(
                name=task,
                queue=queue_of(task),
                queueing_lock=queueing_lock,
                lock=lock,
                schedule_at=at,
                priority=priority,
                connection=connection,
            ).defer(**kwargs)
    except AlreadyEnqueued:
        return False
    except ConnectorException as error:
        # Others at work at the same moment: who holds the wake-up is about to commit the very same, and it is looked at
        # again after this commit. Anything else is the database's own error, which the edges know how to meet.
        met = _met(error)
        if queueing_lock is None or not passes(met):
            raise met from error
        return False
    return True


def _met(error: ConnectorException) -> OperationalError:
    """What the job engine wrapped, as SQLAlchemy would have told it.

    The connection went where the server says no more, or says that it is shut down (57P) or cannot be talked to (08).
    """
    cause = error.__cause__ or error
    state = cause.sqlstate if isinstance(cause, psycopg.OperationalError) else "no word of the server"
    gone = state is None or state.startswith(("08", "57P"))
    return OperationalError("a job was to be deferred", None, cause, hide_parameters=True, connection_invalidated=gone)


def revive(
    session: Session, *, never_twice: frozenset[str], silent_for: timedelta, longest: timedelta, now: datetime
) -> int:
    """Put the jobs of workers that died back in line; gives how many. Their workers show no sign of life.

    So are jobs begun longer ago than any job takes: their worker lives, but could not write down how they ended.
    A job whose like waits already is dropped. Those in ``never_twice`` are given up: what they did is in doubt.
    """
    lost = session.execute(_LOST, {"before": now - silent_for, "begun": now - longest}).all()
    revived = 0
    # By the names of their wake-ups, as every transaction writes them: else two would wait for each other crosswise.
    for job_id, task, _name in sorted(lost, key=lambda job: (job.queueing_lock or "", job.id)):
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
    select job.id, job.task_name, job.queueing_lock from procrastinate_jobs job
    left join procrastinate_workers worker on worker.id = job.worker_id
    where job.status = 'doing' and (worker.id is null or worker.last_heartbeat < :before
        or (select max(at) from procrastinate_events where job_id = job.id and type = 'started') < :begun)
    order by job.id for update of job skip locked
    """
)
_AGAIN = text("select procrastinate_retry_job_v2(:id, :at, null, null, null)")
_GIVE_UP = text("select procrastinate_finish_job_v1(:id, 'failed', false)")


def forget(session: Session, *, since: datetime, keep_last: int, limit: int) -> int:
    """Remove jobs that ended before ``since``, and all others that ended but the last ``keep_last``; at most ``limit``.

    Only what failed is left behind by the worker, for a person to look at; gives how many were removed.
    """
    values = {"since": since, "keep_last": keep_last, "limit": limit}
    return len(session.execute(_FORGET, values).all())


_FORGET = text(
    """
    delete from procrastinate_jobs where id in (
        select id from procrastinate_jobs job where status not in ('todo', 'doing') and (
            id <= (select id from procrastinate_jobs where status not in ('todo', 'doing')
                   order by id desc offset :keep_last limit 1)
            or not exists (select from procrastinate_events where job_id = job.id and at >= :since))
        order by id limit :limit for update skip locked)
    returning id
    """
)


def forget_named(session: Session, words: Sequence[str]) -> int:
    """Remove jobs whose arguments hold one of these texts and that nobody is at; gives how many."""
    if not words:
        return 0
    return len(session.execute(_FORGET_NAMED, {"words": [word.casefold() for word in words]}).all())


def hold_back(session: Session, tasks: Sequence[str]) -> int:
    """Remove jobs of these tasks that wait; gives how many."""
    return len(session.execute(_HOLD_BACK, {"tasks": list(tasks)}).all())


_FORGET_NAMED = text(
    """
    delete from procrastinate_jobs where status <> 'doing' and exists (
        select from unnest(cast(:words as text[])) as word where position(word in lower(args::text)) > 0)
    returning id
    """
)
_HOLD_BACK = text("delete from procrastinate_jobs where status = 'todo' and task_name = any(:tasks) returning id")
