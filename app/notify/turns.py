"""One drain a channel at a time, over all workers; what a dead one left behind is taken up by the next."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from app.notify.kinds import Channel

TURNS = 0x5345
_NUMBER = {Channel.EMAIL: 1, Channel.SMS: 2}
# The turn of a machine that vanished ends within some ten seconds, not after the two hours of TCP's default.
_KEEPALIVE = {"tcp_keepalives_idle": "5", "tcp_keepalives_interval": "2", "tcp_keepalives_count": "3"}


@contextmanager
def alone(sessions: sessionmaker[Session], channel: Channel) -> Iterator[bool]:
    """Whether it is ours to drain this channel now.

    The turn is a session's advisory lock: PostgreSQL ends it with the connection, so with the process, at once.
    Correctness does not rest on it: each message has its token.
    """
    bind = sessions.kw["bind"]
    with bind.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(select(*(func.set_config(name, value, False) for name, value in _KEEPALIVE.items())))
        turn = (TURNS, _NUMBER[channel])
        mine = bool(connection.scalar(select(func.pg_try_advisory_lock(*turn))))
        try:
            yield mine
        finally:
            if mine:
                try:
                    connection.execute(select(func.pg_advisory_unlock(*turn)))
                except DBAPIError:
                    # A connection that is gone has given its locks back; one that only seems so must not be lent again.
                    connection.invalidate()
