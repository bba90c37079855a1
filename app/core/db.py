"""The database: the base of all models, column types, the engine, and the one way in which an edge commits."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Annotated, Any, TypeVar, cast

import structlog
from sqlalchemy import BigInteger, DateTime, Identity, MetaData, create_engine
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, sessionmaker

from app.core import failpoints

_log = structlog.get_logger()
Done = TypeVar("Done")

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Id = Annotated[int, mapped_column(BigInteger, Identity(), primary_key=True)]
Instant = Annotated[datetime, mapped_column(DateTime(timezone=True))]
Document = Annotated[dict[str, Any], mapped_column(JSONB)]
Documents = Annotated[list[dict[str, Any]], mapped_column(JSONB)]
Big = Annotated[int, mapped_column(BigInteger)]


SECRET = "paradero_secret"  # noqa: S105  the name under which it goes with a connection


class Model(DeclarativeBase):
    """Base of every table. Instants are timestamptz in UTC; money is integer minor units."""

    metadata = MetaData(naming_convention=NAMING)


class Database:
    """An engine and its sessions. Time-outs protect the web from a slow or locked database."""

    def __init__(self, url: str, *, statement_timeout_ms: int = 5_000, pool_size: int = 5, key: str = "") -> None:
        """``url`` in SQLAlchemy's form; ``pool_size`` connections are kept and as many more lent for a while.

        ``key`` is the installation's secret, for rooms that keep digests: ``secret_of`` a session is it.
        """
        options = (
            f"-c statement_timeout={statement_timeout_ms} -c lock_timeout=2000 "
            "-c idle_in_transaction_session_timeout=30000 -c timezone=UTC"
        )
        self.engine = create_engine(
            url,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=5,
            pool_pre_ping=True,
            # What a person typed or an address holds must not reach a log by way of an error's text.
            hide_parameters=True,
            connect_args={"options": options, "connect_timeout": 5, "tcp_user_timeout": 5_000},
            execution_options={SECRET: key},
        )
        self.sessions = sessionmaker(self.engine, expire_on_commit=False)


def secret_of(session: Session) -> str:
    """The installation's secret, with which its digests are made. Raises LookupError where nobody gave it."""
    # It goes with the connection: whoever takes in an order, in whichever process, asks who was erased.
    key = session.connection().get_execution_options().get(SECRET)
    if not key:
        raise LookupError("This database was opened without the installation's secret.")
    # Not made a plain text of: it knows the key before it.
    return cast(str, key)


LastAct = Callable[[Session], object]
_LAST_ACTS, _AFTERWARDS = "last_acts", "afterwards"


def at_commit(session: Session, key: str, act: LastAct) -> bool:
    """Have ``act`` done once as the last thing before the commit; False when ``key`` is remembered already.

    Last acts touch rows that many transactions want: done early, they would make everybody wait for this commit.
    """
    acts: dict[str, LastAct] = session.info.setdefault(_LAST_ACTS, {})
    if key in acts:
        return False
    acts[key] = act
    return True


def do_last_acts(session: Session) -> None:
    """Do what was remembered, in the order of the keys: two transactions never wait for each other crosswise."""
    acts: dict[str, LastAct] = session.info.pop(_LAST_ACTS, {})
    if acts:
        session.flush()
    for key in sorted(acts):
        acts[key](session)


def after_commit(session: Session, key: str, act: LastAct) -> None:
    """Have ``act`` done once after the commit, in a transaction of its own; it may fail, and nobody hears of it.

    So it must be of no consequence: whoever dies between the two never does it.
    """
    session.info.setdefault(_AFTERWARDS, {})[key] = act


def _do_afterwards(session: Session) -> None:
    acts: dict[str, LastAct] = session.info.pop(_AFTERWARDS, {})
    if not acts:
        return
    try:
        for key in sorted(acts):
            acts[key](session)
        session.commit()
    except Exception as error:
        _log.warning("what was to follow a commit was not done", kind=type(error).__name__)
        session.rollback()


@contextmanager
def transaction(session: Session) -> Iterator[Session]:
    """Commit what happens inside, or nothing of it. Only edges (a view, a job, a command) use this."""
    try:
        yield session
        do_last_acts(session)
        with failpoints.around("commit"):
            session.commit()
    except BaseException:
        session.info.pop(_LAST_ACTS, None)
        session.info.pop(_AFTERWARDS, None)
        session.rollback()
        raise
    _do_afterwards(session)


# Deadlock, serialisation failure, lock not available: nothing was done, and doing it again may succeed.
PASSING = frozenset({"40P01", "40001", "55P03"})
TRIES = 3


def lost(error: BaseException) -> bool:
    """Whether the connection went with this error: it says nothing of what was being done."""
    return isinstance(error, DBAPIError) and error.connection_invalidated


def passes(error: BaseException) -> bool:
    """Whether this error comes of others at work at the same moment: the same again may succeed."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in PASSING


def pause(attempt: int) -> None:
    """Wait before trying again: longer each time, and not as long as whoever stood in the way (20 to 300 ms)."""
    time.sleep(random.uniform(0.02, 0.1) * attempt)  # noqa: S311  jitter, not a secret


def in_transaction(sessions: Callable[[], AbstractContextManager[Session]], work: Callable[[Session], Done]) -> Done:
    """One unit of work in a session and transaction of its own, done again when others stood in its way."""
    for attempt in range(1, TRIES + 1):
        with sessions() as session:
            try:
                with transaction(session):
                    return work(session)
            except DBAPIError as error:
                if attempt == TRIES or not passes(error):
                    raise
        pause(attempt)
    raise AssertionError("unreachable")
