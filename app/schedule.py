"""When the worker does what: APScheduler in one leader; a unique row decides each firing, which only defers a job."""

import contextlib
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg
import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger
from procrastinate.exceptions import ConnectorException
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from app.core.clock import utcnow
from app.core.db import transaction
from app.core.queue import defer
from app.events.clockwork import LEADER_KEY
from app.events.firings import fire_once

# Counted from here every process finds the same due times, whenever it began.
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ClockJob:
    """A job of the clock: every so many seconds, counted from the epoch; ``demo`` ones only in the sandbox."""

    job: str
    every: int
    demo: bool = False


# What is woken as it happens stands here as well: a wake-up that got lost is made good at the next turn.
TABLE = (
    ClockJob("revive_jobs", 10),
    ClockJob("fold_shipments", 10),
    ClockJob("look_for_late", 300),
    ClockJob("rename_carriers", 21_600),
    ClockJob("explain_scans", 300),
    ClockJob("hear_notify", 10),
    ClockJob("send_mails", 10),
    ClockJob("send_texts", 10),
    ClockJob("reconcile_messages", 5),
    ClockJob("understand_messages", 30),
    ClockJob("hear_returns", 15),
    ClockJob("receive_withdrawals", 60),
    ClockJob("make_labels", 30),
    ClockJob("expire_returns", 3600),
    ClockJob("hear_webhooks", 60),
    ClockJob("deliver_webhooks", 60),
    ClockJob("understand_oms", 60),
    ClockJob("sweep_api", 3600),
    ClockJob("understand_carriers", 60),
    ClockJob("poll_carriers", 60),
    ClockJob("catch_up_carriers", 300),
    ClockJob("renew_ups_alerts", 3600),
    ClockJob("sweep_access", 3600),
    ClockJob("forget_events", 3600),
    ClockJob("forget_jobs", 3600),
    ClockJob("anchor_audit", 3600),
    ClockJob("erase_people", 300),
    ClockJob("expire_personal", 3600),
    ClockJob("fetch_pictures", 300),
    ClockJob("forget_pictures", 86_400),
    ClockJob("move_demo_parcels", 15, demo=True),
    ClockJob("bring_demo_order", 600, demo=True),
)


class Leader:
    """Leadership of the clock: a session-level advisory lock on a connection of its own."""

    def __init__(self, conninfo: str) -> None:
        """``conninfo`` must reach PostgreSQL directly: behind a transaction-mode pooler the lock means nothing."""
        self._conninfo = conninfo
        self._connection: psycopg.Connection | None = None
        self._pid = 0

    def leads(self) -> bool:
        """Whether this process holds the lock now, on the same backend on which it took it."""
        try:
            return self._still_leads() or self._take()
        except psycopg.Error:
            self.resign()
            return False

    def resign(self) -> None:
        """Let go of the lock."""
        if self._connection is not None:
            with contextlib.suppress(psycopg.Error):
                self._connection.execute("select pg_advisory_unlock_all()")
            self._connection.close()
        self._connection, self._pid = None, 0

    def _still_leads(self) -> bool:
        if self._connection is None or not self._pid:
            return False
        row = self._connection.execute(
            "select pg_backend_pid() from pg_locks where locktype = 'advisory' and pid = pg_backend_pid() "
            "and classid = 0 and objid = %s",
            (LEADER_KEY,),
        ).fetchone()
        return row is not None and row[0] == self._pid

    def _take(self) -> bool:
        if self._connection is None:
            # J-02: straight to PostgreSQL, and a server that is gone is noticed within seconds.
            self._connection = psycopg.connect(
                self._conninfo, autocommit=True, connect_timeout=5, keepalives_idle=5, tcp_user_timeout=5_000
            )
        row = self._connection.execute("select pg_try_advisory_lock(%s), pg_backend_pid()", (LEADER_KEY,)).fetchone()
        self._pid = row[1] if row and row[0] else 0
        return bool(self._pid)


def due_at(entry: ClockJob, now: datetime) -> datetime:
    """The latest instant at which this entry was due."""
    seconds = int((now - EPOCH).total_seconds())
    return datetime.fromtimestamp(EPOCH.timestamp() + seconds - seconds % entry.every, UTC)


def fire(session: Session, entry: ClockJob, *, now: datetime) -> bool:
    """Defer the entry's job for its latest due time, once however many ask; False when another did."""
    if not fire_once(session, entry.job, due_at=due_at(entry, now), now=now):
        return False
    defer(session, entry.job, queueing_lock=entry.job)
    return True


class Clock:
    """Fires, once a second, what has become due; what could not be fired is due still a second later."""

    def __init__(self, leader: Leader, sessions: sessionmaker[Session], entries: Iterable[ClockJob]) -> None:
        """Only the ``leader`` among all processes fires."""
        self._leader, self._sessions, self._entries = leader, sessions, tuple(entries)
        self._fired: dict[str, datetime] = {}

    def beat(self, *, now: datetime) -> int:
        """Fire what is due, each in a transaction of its own; gives how many. The database's trouble is waited out."""
        due = {entry: due_at(entry, now) for entry in self._entries}
        waiting = {entry: at for entry, at in due.items() if self._fired.get(entry.job) != at}
        if not waiting or not self._leader.leads():
            return 0
        return sum(self._fire(entry, at, now=now) for entry, at in waiting.items())

    def _fire(self, entry: ClockJob, at: datetime, *, now: datetime) -> bool:
        try:
            with self._sessions() as session, transaction(session):
                fired = fire(session, entry, now=now)
        except (SQLAlchemyError, ConnectorException) as error:
            log.warning("the clock could not fire", job=entry.job, error=type(error).__name__)
            return False
        self._fired[entry.job] = at
        return fired


def start(leader: Leader, sessions: sessionmaker[Session], *, demo: bool) -> Callable[[], None]:
    """Start the clock in a thread of this process; gives what stops it."""
    clock = Clock(leader, sessions, (entry for entry in TABLE if demo or not entry.demo))
    scheduler = BackgroundScheduler(timezone=UTC, executors={"default": {"type": "threadpool", "max_workers": 1}})
    # A beat that comes late or together with the next is one beat: which jobs are due is read from the time.
    scheduler.add_job(
        lambda: clock.beat(now=utcnow()), IntervalTrigger(seconds=1), misfire_grace_time=None, coalesce=True
    )
    # That a beat was left out because the last was not over is no news: the next one does its work.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
    scheduler.start()

    def stop() -> None:
        scheduler.shutdown(wait=True)
        leader.resign()

    return stop
