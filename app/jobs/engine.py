"""What all jobs share: the worker's settings, database and job engine, and how a job is registered."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, wraps
from importlib import import_module
from typing import Any

import structlog
from procrastinate import App, RetryStrategy
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from app.connections.live import LiveSettings
from app.core.clock import Span
from app.core.db import TRIES, Database, in_transaction, passes, pause
from app.core.queue import defer, queue_of
from app.core.settings import Settings
from app.jobs.connector import PatientConnector, PatientJobs
from app.jobs.noting import noted

log = structlog.get_logger()

BATCH = 200
DOMAINS = ("access", "carriers", "demo", "messages", "pictures", "privacy", "returns", "systems", "tracking", "upkeep")
# What carries its own facts and comes once: tried for about an hour, for nobody would wake it again.
ONCE = RetryStrategy(max_attempts=8, exponential_wait=3)
ONE_SHOT = frozenset({"send_code", "mail_order_links", "mail_staff_link", "answer_forgotten", "fetch_pictures"})
# A wake-up that failed comes again in seconds, and then with the clock. Were its pause longer, it would stand in the
# way of every wake-up of its name meanwhile.
AGAIN = RetryStrategy(max_attempts=5, wait=1, linear_wait=1)
# Seconds for which one job goes on while there is more; after that others of its queue have their turn.
LONGEST = 5.0
# Connections kept, and as many more lent: a place in each queue holds one at most, and the lanes of the two drains
# of messages theirs for milliseconds.
POOL = 12
# Seconds between two looks at what was set by page.
LOOK_S = 1.0


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of the worker's environment, read once."""
    return Settings.from_env()


def in_force() -> Settings:
    """The worker's settings with what was set by page, as the last look has found it: each job begins with one."""
    return _live(settings()).settings


def look() -> None:
    """See whether a page has changed what the shop is connected to."""
    _live(settings()).look(database().sessions)


@lru_cache(maxsize=1)
def _live(base: Settings) -> LiveSettings:
    return LiveSettings(base, every=LOOK_S)


@lru_cache(maxsize=1)
def database() -> Database:
    """The worker's database, with time for long statements."""
    key = settings().key
    return Database(settings().database_url, statement_timeout_ms=60_000, pool_size=POOL, key=key)


@lru_cache(maxsize=1)
def engine() -> App:
    """The job engine of the worker, with every job registered."""
    register_all()
    app = App(connector=PatientConnector(settings().psycopg_url))
    app.job_manager = PatientJobs(app.connector)
    for name, function in TASKS.items():
        retry = ONCE if name in ONE_SHOT else AGAIN
        app.task(name=name, queue=queue_of(name), retry=retry, pass_context=True)(
            noted(name, _looking(_tried_again(function)), lambda: database().sessions)
        )
    return app


def _looking(function: Callable[..., Any]) -> Callable[..., Any]:
    """The job, with the settings that hold when it begins."""

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        look()
        return function(*args, **kwargs)

    return run


def _tried_again(function: Callable[..., Any]) -> Callable[..., Any]:
    """The job, begun anew when others at work at the same moment stood in its way."""

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        for attempt in range(1, TRIES + 1):
            try:
                return function(*args, **kwargs)
            except DBAPIError as error:
                if attempt == TRIES or not passes(error):
                    raise
            pause(attempt)
        raise AssertionError("unreachable")

    return run


@contextmanager
def work_session() -> Iterator[Session]:
    """A session of its own for a job; whoever opens it commits through ``transaction``."""
    with database().sessions() as session:
        yield session


def drain(task: str, work: Callable[[Session], int], *, batch: int = BATCH) -> None:
    """Do batches, each in a transaction of its own, while they are full; after so long let others have the place."""
    sessions, turn = database().sessions, Span(LONGEST)
    while in_transaction(sessions, work) >= batch:
        if turn.over():
            in_transaction(sessions, lambda session: defer(session, task, queueing_lock=task))
            return


@dataclass(frozen=True, slots=True)
class Rounds:
    """Work on rows that wait: take some, do them ``at_once`` to a transaction, and say what came of those that failed.

    ``lease`` gives the rows it took and is committed before any is done. ``fail`` hears of rows whose transaction
    could not be committed at all.
    """

    lease: Callable[[Session], list[int]]
    work: Callable[[Session, list[int]], object]
    fail: Callable[[Session, list[int], Exception], None]
    at_once: int = 1


def work_off(task: str, rounds: Rounds) -> None:
    """Do what waits until there is no more, or for so long at most; then let others have the place and come again."""
    sessions, turn = database().sessions, Span(LONGEST)
    while ids := in_transaction(sessions, rounds.lease):
        for start in range(0, len(ids), rounds.at_once):
            _do(task, rounds, ids[start : start + rounds.at_once])
        if turn.over():
            in_transaction(sessions, lambda session: defer(session, task, queueing_lock=task))
            return


def _do(task: str, rounds: Rounds, part: list[int]) -> None:
    """One transaction's rows. When the database fails they are free again with the end of their lease."""
    sessions = database().sessions
    try:
        in_transaction(sessions, lambda session: rounds.work(session, part))
    except OperationalError:
        raise
    except Exception as error:
        log.exception("work could not be committed", task=task)
        why = error
        in_transaction(sessions, lambda session: rounds.fail(session, part, why))


TASKS: dict[str, Callable[..., Any]] = {}


def task(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a job under ``name``."""

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        TASKS[name] = function
        return function

    return register


def register_all() -> dict[str, Callable[..., Any]]:
    """Every job of every domain by its name."""
    for domain in DOMAINS:
        import_module(f"app.jobs.{domain}")
    return TASKS
