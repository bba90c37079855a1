"""What all jobs share: the worker's settings, database and job engine, and how a job is registered."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from importlib import import_module
from typing import Any

from procrastinate import App, PsycopgConnector, RetryStrategy
from sqlalchemy.orm import Session

from app.db import Database, transaction
from app.queue import defer
from app.settings import Settings

BATCH = 200
DOMAINS = ("access", "carriers", "demo", "messages", "pictures", "returns", "systems", "tracking", "upkeep")
RETRY = RetryStrategy(max_attempts=8, exponential_wait=3)


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The worker's settings, read once."""
    return Settings.from_env()


@lru_cache(maxsize=1)
def database() -> Database:
    """The worker's database, with time for long statements."""
    return Database(settings().database_url, statement_timeout_ms=60_000, pool_size=8)


@lru_cache(maxsize=1)
def engine() -> App:
    """The job engine of the worker, with every job registered."""
    register_all()
    made = App(connector=PsycopgConnector(conninfo=settings().psycopg_url, min_size=1, max_size=4))
    for name, function in TASKS.items():
        made.task(name=name, retry=RETRY)(function)
    return made


@contextmanager
def work_session() -> Iterator[Session]:
    """A session of its own for a job; whoever opens it commits through ``transaction``."""
    with database().sessions() as session:
        yield session


def drain(task: str, work: Callable[[Session], int], *, batch: int = BATCH) -> None:
    """Do one batch in one transaction and come again while batches are full."""
    with work_session() as session, transaction(session):
        if work(session) >= batch:
            defer(session, task, queueing_lock=task)


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
