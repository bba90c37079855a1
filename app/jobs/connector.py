"""The job engine's way to PostgreSQL: bounded in time, and patient where the engine's own would end the worker."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Any, LiteralString, TypeVar

import psycopg
import psycopg_pool
import structlog
from procrastinate import PsycopgConnector
from procrastinate.connector import Notify
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

# Looking for jobs, taking one, ending it, signs of life: each holds a connection for a millisecond.
POOL = 5
# A network that swallows packets shows itself within some ten seconds, as for the portal's own connections.
_CONNECTION = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 5_000,
    "options": "-c statement_timeout=10000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=30000",
}
# Seconds: the first pause is a restart's blink, the longest is what the end of a longer outage costs at most.
_SHORTEST, _LONGEST = 0.1, 1.0

log = structlog.get_logger()
Answer = TypeVar("Answer")


class _Pool(psycopg_pool.AsyncConnectionPool[psycopg.AsyncConnection[Any]]):
    """A pool that opens even where there is nothing to connect to yet: who asks it waits."""

    async def open(self, wait: bool = False, timeout: float = 0.0) -> None:
        """Begin to connect, and wait for nothing."""
        await super().open(wait=False)


class PatientConnector(PsycopgConnector):
    """Asks again until PostgreSQL is back, so that a restart of it ends no worker; ``patient`` until told to stop."""

    def __init__(self, conninfo: str) -> None:
        """A pool of its own, opened with the job engine."""
        # The pool gives up an attempt to connect early: its own pauses grow, ours do not.
        super().__init__(
            pool_factory=_Pool,
            conninfo=conninfo,
            min_size=1,
            max_size=POOL,
            timeout=2.0,
            reconnect_timeout=2.0,
            kwargs=_CONNECTION,
        )
        self.patient = True

    async def execute_query_async(self, query: LiteralString, **arguments: Any) -> None:
        """As the engine's own, in the end."""
        await self._patiently(partial(super().execute_query_async, query, **arguments))

    async def execute_query_one_async(self, query: LiteralString, **arguments: Any) -> dict[str, Any]:
        """As the engine's own, in the end."""
        return await self._patiently(partial(super().execute_query_one_async, query, **arguments))

    async def execute_query_all_async(self, query: LiteralString, **arguments: Any) -> list[dict[str, Any]]:
        """As the engine's own, in the end."""
        return await self._patiently(partial(super().execute_query_all_async, query, **arguments))

    async def listen_notify(self, on_notification: Notify, channels: Iterable[str]) -> None:
        """Listen again whenever the connection was lost; the engine looks for jobs by itself meanwhile."""
        names = list(channels)
        await self._patiently(partial(super().listen_notify, on_notification=on_notification, channels=names))

    async def _patiently(self, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        pause = _SHORTEST
        while True:
            try:
                return await ask()
            except ConnectorException as error:
                if not self.patient or not _away(error):
                    raise
                log.warning("the job engine waits for the database", error=type(error.__cause__).__name__)
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST)


class PatientJobs(JobManager):
    """The engine's jobs, of which one that failed may find another of its name waiting already."""

    async def retry_job(self, job: Job, *args: Any, **kwargs: Any) -> None:
        """Put it back in line, unless its like waits there: that one does what this one could not."""
        try:
            await super().retry_job(job, *args, **kwargs)
        except UniqueViolation:
            await self.finish_job(job=job, status=Status.FAILED, delete_job=True)


def _away(error: ConnectorException) -> bool:
    """Whether PostgreSQL could not be asked, or stopped while it was: nothing that the question itself did wrong."""
    return isinstance(error.__cause__, psycopg.OperationalError | psycopg.InterfaceError)
