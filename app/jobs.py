"""What the worker does: every job by name, each an edge that opens its own session and commits."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import structlog
from procrastinate import App, PsycopgConnector, RetryStrategy
from sqlalchemy.orm import Session

from app.clock import utcnow
from app.db import Database, transaction
from app.queue import defer
from app.settings import Settings

BATCH = 200
log = structlog.get_logger()
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


@task("fold_shipments")
def fold_shipments() -> None:
    """Fold the shipments that have news."""
    from app.tracking.services import fold_dirty

    drain("fold_shipments", lambda session: fold_dirty(session, limit=BATCH, now=utcnow()))


@task("hear_notify")
def hear_notify() -> None:
    """Turn events into messages."""
    from app.notify.services import hear

    drain("hear_notify", lambda session: hear(session, limit=BATCH, now=utcnow()))


@task("hear_returns")
def hear_returns() -> None:
    """Let returns hear of their parcels."""
    from app.returns.services import hear

    drain("hear_returns", lambda session: hear(session, limit=BATCH, now=utcnow()))


@task("send_code")
def send_code(sealed: str) -> None:
    """Carry a one-time code to a person, with no database connection held."""
    from app.orders import sending
    from app.providers import code_sender

    with work_session() as session:
        letter = sending.open_letter(session, sealed, key=settings().secret_key.get_secret_value())
    if letter is not None:
        sending.deliver_code(letter, code_sender(settings()))


@task("mail_order_links")
def mail_order_links(sealed: str) -> None:
    """Answer a request for links to orders, if there is anything to send."""
    from app.orders.sending import answer_link_request

    with work_session() as session, transaction(session):
        answer_link_request(session, sealed, key=settings().secret_key.get_secret_value(), now=utcnow())


@task("sweep_access")
def sweep_access() -> None:
    """Remove ended sessions, old codes and old counts."""
    from app.orders.sweeping import sweep

    with work_session() as session, transaction(session):
        sweep(session, now=utcnow())
