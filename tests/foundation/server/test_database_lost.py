"""When the connection goes in the middle of a round, that is no fault of the item in hand."""

from collections.abc import Callable, Sequence
from datetime import datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from app.core.db import in_transaction
from app.events import inbox, log, stumbles
from app.events.kinds import EventKind, Listener
from app.events.models import InboxRow, ListenerRow, Stumble


def cut(session: Session) -> None:
    """PostgreSQL ends the connection, as it does when it restarts."""
    session.execute(select(func.pg_terminate_backend(func.pg_backend_pid())))


def hear(session: Session, now: datetime) -> None:
    ids = log.lease(session, Listener.NOTIFY, now=now)
    log.work(session, Listener.NOTIFY, ids, lambda session, _events: lambda _event: cut(session), now=now)


def prepare(session: Session, now: datetime) -> None:
    def broken(session: Session, _events: Sequence[object]) -> log.Handle:
        cut(session)
        raise AssertionError

    log.work(session, Listener.NOTIFY, log.lease(session, Listener.NOTIFY, now=now), broken, now=now)


def understand(session: Session, now: datetime) -> None:
    inbox.work(session, inbox.lease(session, "oms", now=now), lambda session, _row: cut(session), now=now)


def stumble(session: Session, now: datetime) -> None:
    stumbles.each(session, "fold_shipments", [1, 2], lambda _ids: cut(session), now=now)


@pytest.mark.parametrize("round_", [hear, prepare, understand, stumble])
def test_a_lost_connection_counts_as_no_try(
    committed: sessionmaker[Session], now: datetime, round_: Callable[[Session, datetime], None]
) -> None:
    with committed() as session:
        event_id = log.append(session, EventKind.ORDER_RECEIVED, order_id=1, now=now)
        inbox.store(session, endpoint="oms:generic", delivery_key="d", headers={}, body=b"{}", now=now)
        session.commit()
        later = session.scalars(select(InboxRow.next_try_at)).one()
    with pytest.raises(OperationalError):
        in_transaction(committed, lambda session: round_(session, later))
    with committed() as session:
        row = session.get_one(ListenerRow, (event_id, Listener.NOTIFY))
        assert (row.attempts, row.error) == (0, None)
        assert session.execute(select(InboxRow.attempts, InboxRow.error)).one() == (0, None)
        assert session.scalars(select(Stumble)).all() == []
