"""Jobs of upkeep: take up what dead workers left, forget what the clock no longer needs."""

from datetime import timedelta

import structlog
from sqlalchemy.orm import Session

from app.carriers import trials
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.queue import forget, revive
from app.events.firings import forget_firings
from app.events.runs import NEVER_TWICE, forget_failures
from app.jobs.engine import drain, settings, task, work_session
from app.returns.points.keeping import uploads

log = structlog.get_logger()
FIRINGS = timedelta(days=7)
UPLOADS = timedelta(days=90)
# What a carrier answered to a test may name the addressee; it is looked at in the minutes after.
TRIALS = timedelta(days=1)
# Rows that nobody else wants; so many are removed in some hundred milliseconds.
MANY = 1000
# Six signs of life that did not come.
SILENT = timedelta(seconds=30)
# Longer than any job goes on: a round is bounded in seconds, and so is each call outside.
STUCK = timedelta(minutes=15)
# Jobs that ended are kept for a person to look at: for a week, and no more than so many.
ENDED, MOST_ENDED = timedelta(days=7), 1000


@task("revive_jobs")
def revive_jobs() -> None:
    """Put the jobs of workers that died back in line."""
    with work_session() as session, transaction(session):
        revive(session, never_twice=NEVER_TWICE, silent_for=SILENT, longest=STUCK, now=utcnow())


@task("forget_events")
def forget_events() -> None:
    """Forget the clock's old firings."""
    with work_session() as session, transaction(session):
        forget_firings(session, before=utcnow() - FIRINGS)
        forget_failures(session, before=utcnow() - ENDED)
        trials.forget(session, before=utcnow() - TRIALS)
        uploads.forget(session, before=utcnow() - UPLOADS)


@task("forget_jobs")
def forget_jobs() -> None:
    """Forget jobs that have ended."""
    drain("forget_jobs", _forget_jobs, batch=MANY)


def _forget_jobs(session: Session) -> int:
    gone = forget(session, since=utcnow() - ENDED, keep_last=MOST_ENDED, limit=MANY)
    if gone:
        log.info("jobs that ended were forgotten", many=gone)
    return gone


@task("anchor_audit")
def anchor_audit() -> None:
    """Write down, outside of the database, how far the audit trail has come: in a file and in the log."""
    from app.audit import anchor

    config = settings()
    key = config.key
    with work_session() as session:
        new_anchor = anchor.take(session, now=utcnow())
    if new_anchor is None:
        return
    try:
        if anchor.keep(config.audit_anchor, new_anchor, key=key):
            log.info("audit anchor", anchor=new_anchor.line(key))
    except OSError as error:
        log.warning("the audit anchor has no file; keep this line", anchor=new_anchor.line(key), reason=error.strerror)
