"""Deferring a job on the session's own connection: the job exists exactly if the change does."""

import json
from datetime import datetime
from typing import Any

from procrastinate import App, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued
from sqlalchemy import text
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
