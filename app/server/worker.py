"""The worker process: a few workers for each queue of jobs, and the clock beside them."""

import asyncio
import signal
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module

import structlog
from procrastinate import App
from sqlalchemy.exc import SQLAlchemyError

from app import schedule
from app.core import failpoints, logging
from app.core.clock import utcnow
from app.core.db import in_transaction
from app.core.errors import PortalError
from app.core.queue import UPKEEP
from app.core.settings import BadSettings, Settings
from app.core.tables import schema
from app.jobs import connector, engine
from app.server import start

# How many jobs of each queue go on at once in this process. Who waits in one queue never waits for another's work, and
# a round of work is bounded in seconds, so within a queue everybody has a turn.
PLACES = {
    "fold": 1,
    "understand": 2,
    "hear": 3,
    "codes": 2,
    "mails": 1,
    "texts": 1,
    "reconcile": 1,
    "poll": 4,
    "deliver": 1,
    "pictures": 1,
    UPKEEP: 2,
}
# Somebody waits for what these do, so each listens on a connection of its own; the others look every other second.
LISTENING = frozenset({"fold", "understand", "hear", "codes", "mails", "texts", "poll"})
# Jobs of a release before the queues were parted.
FORMER = "default"
# Seconds: what jobs in hand get when the process is told to stop; the supervisor waits longer.
GRACE = 15.0
# Seconds between two signs of life of each worker; jobs of one that gives none are taken up by others (upkeep).
SIGN_OF_LIFE = 5.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 5.0

log = structlog.get_logger()


class NotMigrated(PortalError):
    """The program is newer than the database; the text says what to do."""

    for_operators = True


def connections() -> int:
    """How many connections to PostgreSQL this process may have open at once, the clock's own among them."""
    return 2 * engine.POOL + connector.POOL + len(LISTENING) + 1


def run() -> None:
    """Work until told to stop (SIGINT or SIGTERM); jobs in hand get 15 seconds to finish."""
    logging.configure()
    logging.watch_process()
    try:
        settings = start.settings()
    except BadSettings as error:
        start.refuse(error)
    logging.configure(as_json=settings.log_json, level=settings.log_level)
    failpoints.from_env()
    # All tables before any thread asks: a mapper that another thread is still declaring cannot be used.
    import_module("app.models")
    _wait_for_database()
    if settings.production:
        _after_a_restore(settings)
    leader = schedule.Leader(settings.psycopg_url)
    stop = schedule.start(leader, engine.database().sessions, demo=settings.demo)
    try:
        asyncio.run(_until_a_signal(engine.engine()))
    finally:
        stop()


def _after_a_restore(settings: Settings) -> None:
    """Before anything is sent: a database older than its papers is a backup, and what it has yet to send may be old."""
    from app.privacy import ledger, restore

    sessions = engine.database().sessions
    try:
        with sessions() as session:
            reason = restore.older_than_its_papers(session, settings)
        if reason:
            log.error("the database seems to be a backup that was put back", reason=reason)
            restore.at_start(lambda work: in_transaction(sessions, work), settings, now=utcnow())
    except ledger.BrokenLedger as error:
        log.error("the ledger of erasures cannot be read", reason=str(error))


def _wait_for_database() -> None:
    """One that is away is waited for; one that was not migrated ends the start, and one that may forget is told."""
    while True:
        try:
            behind = schema.behind(engine.database().engine)
            forgets = schema.forgetful(engine.database().engine)
        except SQLAlchemyError as error:
            log.warning("the worker waits for the database", error=type(error).__name__)
            time.sleep(_FIRST_PAUSE)
            continue
        if behind:
            raise NotMigrated(f"The schema is not up to date: {behind}. Run: paradero migrate")
        if forgets:
            log.error("the database is not safe", reason=forgets)
        return


async def _until_a_signal(app: App) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await work(app, stop)


async def work(app: App, stop: asyncio.Event, *, places: Mapping[str, int] = PLACES) -> None:
    """Do the jobs of these queues until ``stop`` is set. Whatever ends a queue's worker, another takes its place."""
    # A job blocks its thread; asyncio's own default is a handful of threads for all of them.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(sum(places.values()), thread_name_prefix="job"))
    await app.open_async()
    workers = [asyncio.create_task(_keep(app, queue, many), name=queue) for queue, many in places.items()]
    await stop.wait()
    if isinstance(app.connector, connector.PatientConnector):
        app.connector.patient = False
    for worker in workers:
        worker.cancel()
    await asyncio.gather(*workers, return_exceptions=True)
    await app.close_async()


async def _keep(app: App, queue: str, places: int) -> None:
    """Have a worker for this queue, and a new one when it ends before it was told to."""
    pause, loop = _FIRST_PAUSE, asyncio.get_running_loop()
    while True:
        began = loop.time()
        try:
            await app.run_worker_async(
                queues=[queue, FORMER] if queue == UPKEEP else [queue],
                name=queue,
                concurrency=places,
                fetch_job_polling_interval=2.0,
                listen_notify=queue in LISTENING,
                shutdown_graceful_timeout=GRACE,
                update_heartbeat_interval=SIGN_OF_LIFE,
                delete_jobs="successful",
                install_signal_handlers=False,
            )
        except Exception:
            log.exception("a worker ended; another takes its place", queue=queue)
        pause = _FIRST_PAUSE if loop.time() - began > 60 else min(2 * pause, _LONGEST_PAUSE)
        await asyncio.sleep(pause)


if __name__ == "__main__":
    run()
