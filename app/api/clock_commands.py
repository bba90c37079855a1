"""``paradero clock …``: what the clock fires and how late it is; failed jobs, tried again or given up."""

from datetime import datetime

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from app.audit import trail as audit
from app.core.clock import utcnow
from app.core.db import Database, transaction
from app.core.errors import NotFound
from app.events import clockwork, runs

clock = AppGroup("clock", help="What the clock fires, and the jobs that failed.")


@clock.command("list")
def list_command() -> None:
    """Each firing with its last success, queues, and jobs that failed; exit 1 when something is late."""
    database: Database = current_app.extensions["database"]
    now = utcnow()
    with database.sessions() as session:
        rows = clockwork.states(session, current_app.extensions["clock_table"](), now=now)
        for row in rows:
            click.echo(f"{_mark(row)} {row.job:24}every {_span(row.every.total_seconds()):8}done {_at(row.done_at)}")
            if row.reason:
                click.echo(f"  its last try failed {_at(row.failed_at)}: {row.reason}")
        for queue in runs.queues(session, now=now):
            click.echo(f"queue {queue.name}: {queue.waiting} wait, {queue.working} at work, {queue.later} for later")
        for job in runs.failed_jobs(session):
            click.echo(f"failed {job.id} {job.task} {_at(job.failed_at)}: {job.reason or 'no reason was kept'}")
    if clockwork.late(rows):
        raise click.exceptions.Exit(1)


@clock.command("retry")
@click.argument("job_id", type=int)
def retry_command(job_id: int) -> None:
    """Put a failed job in line again."""
    database: Database = current_app.extensions["database"]
    with database.sessions() as session, transaction(session):
        task = _task(session, job_id)
        if not runs.retry_job(session, job_id, now=utcnow()):
            raise click.ClickException("It may not be done twice, or one like it waits already.")
        _record(session, "job.retried", f"{task}/{job_id}")
    click.echo(f"{task} is tried again.")


@clock.command("drop")
@click.argument("job_id", type=int)
def drop_command(job_id: int) -> None:
    """Give a failed job up for good."""
    database: Database = current_app.extensions["database"]
    with database.sessions() as session, transaction(session):
        task = _task(session, job_id)
        runs.drop_job(session, job_id)
        _record(session, "job.given_up", f"{task}/{job_id}")
    click.echo(f"{task} is given up.")


def _task(session: Session, job_id: int) -> str:
    job = runs.failed_job(session, job_id)
    if job is None:
        raise NotFound(f"No failed job has the number {job_id}.")
    return job.task


def _record(session: Session, action: str, subject: str) -> None:
    audit.record(session, actor=audit.operator(), action=action, subject=subject, now=utcnow())


def _mark(row: clockwork.FiringState) -> str:
    return "✗" if row.late else "!" if row.failing else "✓"


def _at(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC" if at else "never"


def _span(seconds: float) -> str:
    return (
        f"{seconds:.0f} s"
        if seconds < 120
        else f"{seconds / 60:.0f} min"
        if seconds < 7200
        else f"{seconds / 3600:.0f} h"
    )
