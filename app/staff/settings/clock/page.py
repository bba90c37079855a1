"""The clock in words: each firing with how it does, queues, jobs that failed, and what to do."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from app.brands.queries import shop_zone
from app.core.clock import utcnow
from app.core.i18n.words import moment
from app.events import clockwork, runs
from app.staff.settings.clock.words import job_words, queue_words, span_words
from app.staff.settings.state import SectionState
from app.staff.worklists.rows import fault_words


@dataclass(frozen=True, slots=True)
class FiringRow:
    """One entry of the clock."""

    job: str
    words: str
    badge: tuple[str, str]
    every: str
    done: str
    next: str
    reason: str


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One queue."""

    words: str
    waiting: int
    working: int
    oldest: str


@dataclass(frozen=True, slots=True)
class FailedRow:
    """One job that was given up."""

    id: int
    words: str
    reason: str
    tries: int
    when: str
    again: bool


@dataclass(frozen=True, slots=True)
class ClockPage:
    """All that the page shows; ``remedy`` is what to do, None where all is well."""

    badge: tuple[str, str]
    remedy: str | None
    leader: str
    firings: list[FiringRow]
    queues: list[QueueRow]
    failed: list[FailedRow]


def clock_page(session: Session, *, now: datetime) -> ClockPage:
    """How the clock does."""
    zone, table = shop_zone(session), current_app.extensions["clock_table"]()
    states = clockwork.states(session, table, now=now)
    still = clockwork.stands_still(clockwork.last_fired(session), table, now=now)
    # From the database alone: a page cannot see the worker, which may run on another machine.
    leader = clockwork.leader(session)
    badge, remedy = _standing(states, still=still)
    return ClockPage(
        badge,
        remedy,
        _leader_words(leader, zone),
        [_firing(row, zone) for row in states],
        [_queue(row, now=now) for row in runs.queues(session, now=now)],
        [_failed(job, zone) for job in runs.failed_jobs(session)],
    )


def clock_state(session: Session) -> SectionState | None:
    """Whether something is late, for the list of sections."""
    states = clockwork.states(session, current_app.extensions["clock_table"](), now=utcnow())
    late = len(clockwork.late(states))
    if late:
        return SectionState("problem", ngettext("%(num)s late", "%(num)s late", late))
    return None


def _standing(states: list[clockwork.FiringState], *, still: bool) -> tuple[tuple[str, str], str | None]:
    if still:
        remedy = _("No worker keeps the clock. Start one: paradero worker. Its log says why if it ends at once.")
        return ("problem", _("Stands still")), remedy
    if clockwork.late(states):
        remedy = _("Jobs wait longer than they should. Look which queue is full; another worker shares the work.")
        return ("problem", _("Late")), remedy
    if any(row.failing for row in states):
        return ("attention", _("Jobs fail")), _("Read the reasons below. What failed is tried again by itself.")
    return ("done", _("On time")), None


def _leader_words(leader: clockwork.LeadingProcess | None, zone: str) -> str:
    if leader is None:
        return _("nobody")
    since = moment(leader.since, zone=zone)
    # Over a socket on the same machine there is no address.
    if leader.address is None:
        return _("process %(pid)s of PostgreSQL, since %(when)s", pid=leader.pid, when=since)
    return _("a worker at %(address)s, since %(when)s", address=leader.address, when=since)


def _firing(row: clockwork.FiringState, zone: str) -> FiringRow:
    return FiringRow(
        row.job,
        job_words(row.job),
        _badge(row),
        span_words(row.every),
        moment(row.done_at, zone=zone) if row.done_at else "—",
        moment(row.next_at, zone=zone) if row.next_at else "—",
        fault_words(row.reason) if row.reason else "",
    )


def _badge(row: clockwork.FiringState) -> tuple[str, str]:
    if row.late is not None:
        return "problem", _("Late: %(time)s", time=span_words(row.late))
    if row.failing:
        return "attention", _("Failing")
    return ("plain", _("Not yet")) if row.fired_at is None else ("done", _("On time"))


def _queue(row: runs.QueueState, *, now: datetime) -> QueueRow:
    oldest = span_words(max(now - row.oldest, timedelta())) if row.oldest else "—"
    return QueueRow(queue_words(row.name), row.waiting, row.working, oldest)


def _failed(job: runs.FailedJob, zone: str) -> FailedRow:
    when = moment(job.failed_at, zone=zone) if job.failed_at else "—"
    return FailedRow(job.id, job_words(job.task), fault_words(job.reason), job.tries, when, job.again)
