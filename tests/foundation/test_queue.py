"""A deferred job shares the fate of the transaction that asked for it."""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from app.events.kinds import Kind, Listener
from app.events.log import append, claim, settle
from app.queue import defer, revive

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


def test_a_dead_workers_job_is_done_by_another(committed: sessionmaker[Session], now: datetime) -> None:
    with committed() as session:
        for task in ("fold_shipments", "hear_notify", "send_code"):
            defer(session, task, queueing_lock=None if task == "send_code" else task)
        session.execute(text("update procrastinate_jobs set status = 'doing', worker_id = null"))
        defer(session, "hear_notify", queueing_lock="hear_notify")
        assert revive(session, never_twice=frozenset({"send_code"}), silent_for=timedelta(seconds=60), now=now) == 1
        session.commit()
        told = session.execute(text("select task_name, status::text from procrastinate_jobs order by id")).all()
    assert [tuple(one) for one in told] == [
        ("fold_shipments", "todo"),
        ("hear_notify", "failed"),
        ("send_code", "failed"),
        ("hear_notify", "todo"),
    ]


def test_a_living_workers_job_is_left_alone(committed: sessionmaker[Session], now: datetime) -> None:
    with committed() as session:
        defer(session, "fold_shipments")
        worker = "insert into procrastinate_workers (last_heartbeat) values (:now) returning id"
        held = session.scalar(text(worker), {"now": now})
        session.execute(text("update procrastinate_jobs set status = 'doing', worker_id = :worker"), {"worker": held})
        assert revive(session, never_twice=frozenset(), silent_for=timedelta(seconds=60), now=now) == 0
        session.execute(text("delete from procrastinate_workers"))
        session.commit()
