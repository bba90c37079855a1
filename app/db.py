"""The database: the base of all models, column types, the engine, and the one way in which an edge commits."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any

from sqlalchemy import BigInteger, DateTime, Identity, MetaData, create_engine
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, sessionmaker

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


class Model(DeclarativeBase):
    """Base of every table. Instants are timestamptz in UTC; money is integer minor units."""

    metadata = MetaData(naming_convention=NAMING)


class Database:
    """An engine and its sessions. Time-outs protect the web from a slow or locked database."""

    def __init__(self, url: str, *, statement_timeout_ms: int = 5_000, pool_size: int = 5) -> None:
        """``url`` in SQLAlchemy's form; ``pool_size`` connections are kept and as many more lent for a while."""
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
            connect_args={"options": options, "connect_timeout": 5, "tcp_user_timeout": 5_000},
        )
        self.sessions = sessionmaker(self.engine, expire_on_commit=False)


@contextmanager
def transaction(session: Session) -> Iterator[Session]:
    """Commit what happens inside, or nothing of it. Only edges (a view, a job, a command) use this."""
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
