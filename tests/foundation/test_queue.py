"""A deferred job shares the fate of the transaction that asked for it."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from app.events.kinds import Kind, Listener
from app.events.log import append, claim, settle
from app.queue import defer

JOBS = text("select count(*) from procrastinate_jobs")


def test_a_job_is_gone_when_its_transaction_is_rolled_back(committed: sessionmaker[Session]) -> None:
    with committed() as session:
        defer(session, "fold_shipments")
        session.rollback()
        assert session.scalar(JOBS) == 0


def test_a_job_is_there_when_its_transaction_commits(committed: sessionmaker[Session]) -> None:
    with committed() as session:
        defer(session, "fold_shipments")
        session.commit()
        assert session.scalar(JOBS) == 1


def test_a_second_job_with_the_same_lock_changes_nothing_and_harms_nothing(committed: sessionmaker[Session]) -> None:
    with committed() as session:
        assert defer(session, "fold_shipments", queueing_lock="fold")
        assert not defer(session, "fold_shipments", queueing_lock="fold")
        session.commit()
        assert session.scalar(JOBS) == 1


def test_each_listener_hears_an_event_once(session: Session, now: datetime) -> None:
    event_id = append(session, Kind.ORDER_RECEIVED, order_id=1, now=now)
    heard = claim(session, Listener.NOTIFY, limit=10, now=datetime.now(tz=now.tzinfo))
    assert [event.id for event in heard] == [event_id]
    settle(session, Listener.NOTIFY, [event_id])
    assert claim(session, Listener.NOTIFY, limit=10, now=datetime.now(tz=now.tzinfo)) == []
