"""Noting how jobs go: the last success of each name, and the reason of each failure; without standing in their way."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

import structlog
from procrastinate import JobContext
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from app.core.clock import utcnow
from app.core.db import in_transaction
from app.events import runs
from app.events.clockwork import NOTED_EVERY
from app.events.tries import reason

log = structlog.get_logger()
# Some jobs are done many times a second, and nobody reads more exactly when one last was.
PAUSE = NOTED_EVERY.total_seconds()
# By task, when this process last noted a success.
_noted: dict[str, float] = {}


def noted(task: str, function: Callable[..., Any], sessions: Callable[[], sessionmaker[Session]]) -> Callable[..., Any]:
    """The job as the engine calls it: what comes of it is noted in a transaction of its own."""

    @wraps(function)
    def run(context: JobContext, *args: Any, **kwargs: Any) -> Any:
        began = time.monotonic()
        try:
            answer = function(*args, **kwargs)
        except Exception as error:
            why, job_id = reason(error), context.job.id or 0
            _note(sessions, lambda session: runs.note_failed(session, job_id, task, why=why, now=utcnow()))
            raise
        _succeeded(sessions, context, task, took=time.monotonic() - began)
        return answer

    return run


def _succeeded(sessions: Callable[[], sessionmaker[Session]], context: JobContext, task: str, *, took: float) -> None:
    again, moment = bool(context.job.attempts), time.monotonic()
    if not again and moment - _noted.get(task, -PAUSE) < PAUSE:
        return

    def note(session: Session) -> None:
        runs.note_done(session, task, took_ms=round(took * 1000), now=utcnow())
        if again:
            runs.forget_failure(session, context.job.id or 0)

    if _note(sessions, note):
        _noted[task] = moment


def _note(sessions: Callable[[], sessionmaker[Session]], note: Callable[[Session], None]) -> bool:
    try:
        in_transaction(sessions(), note)
    except SQLAlchemyError as error:
        # What the job did stands by itself; that nobody can read of it is told by the log alone.
        log.warning("how a job went could not be noted", error=type(error).__name__)
        return False
    return True
