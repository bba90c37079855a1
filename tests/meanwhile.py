"""Two transactions in a chosen order: what another does just before a statement of ours, without luck."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.orm import Session, sessionmaker

from app.core.db import transaction

WAITING = text(
    "select count(*) from pg_locks join pg_stat_activity using (pid) where not granted and datname = current_database()"
)


@contextmanager
def meanwhile(session: Session, statement: str, act: Callable[[], None]) -> Iterator[None]:
    """Have ``act`` done, once, just before the first statement of this session that contains ``statement``.

    Fails when there is no such statement: then nothing was tried.
    """
    waiting = [act]
    connection = session.connection()

    def before(_connection: Any, _cursor: Any, sql: str, *_more: Any) -> None:
        if waiting and statement.lower() in " ".join(sql.split()).lower():
            waiting.pop()()

    event.listen(connection, "before_cursor_execute", before)
    try:
        yield
    finally:
        event.remove(connection, "before_cursor_execute", before)
    assert not waiting, f"no statement contains «{statement}»"


class Beside:
    """Somebody else at the same moment: begun where ``meanwhile`` says, and brought to an end by ``join``."""

    def __init__(self, sessions: sessionmaker[Session], act: Callable[[Session], object]) -> None:
        """``act`` gets a session of its own, which is committed after it."""
        self._sessions, self._act = sessions, act
        self._pool = ThreadPoolExecutor(1)
        self._running: Future[None] | None = None

    def __call__(self) -> None:
        """Begin, and come back when it is done or waits for a lock of ours."""
        self._running = self._pool.submit(self._run)
        with self._sessions() as looker:
            while not self._running.done() and not looker.scalar(WAITING):
                wait([self._running], timeout=0.01)
                looker.rollback()

    def join(self) -> None:
        """Wait for its end; raises what it raised."""
        assert self._running is not None
        self._running.result()
        self._pool.shutdown()

    def _run(self) -> None:
        with self._sessions() as session, transaction(session):
            self._act(session)
