"""A deferred job shares the fate of the transaction that asked for it."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from app.db import do_last_acts, transaction
from app.queue import defer, queue_of, revive

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


def test_a_second_wake_up_changes_nothing_and_harms_nothing(committed: sessionmaker[Session]) -> None:
    for _ in range(2):
        with committed() as session, transaction(session):
            assert defer(session, "fold_shipments", queueing_lock="fold")
            assert not defer(session, "fold_shipments", queueing_lock="fold")
    with committed() as session:
        assert session.scalar(JOBS) == 1


def test_a_wake_up_is_written_as_the_last_thing_before_the_commit(committed: sessionmaker[Session]) -> None:
    with committed() as session, transaction(session):
        defer(session, "hear_notify", queueing_lock="hear_notify")
        assert session.scalar(JOBS) == 0
    with committed() as session:
        assert session.scalar(JOBS) == 1


def test_a_wake_up_of_a_transaction_that_is_rolled_back_wakes_nobody(committed: sessionmaker[Session]) -> None:
    with committed() as session:
        with pytest.raises(LookupError), transaction(session):
            defer(session, "hear_notify", queueing_lock="hear_notify")
            raise LookupError
        with transaction(session):
            assert session.scalar(JOBS) == 0
        assert session.scalar(JOBS) == 0


def test_who_finds_the_wake_up_in_anothers_hands_takes_it_for_awake(committed: sessionmaker[Session]) -> None:
    """The other is about to commit the very same; nobody is refused for it, and what he changed is kept."""
    with committed() as slow, committed() as session:
        defer(slow, "hear_notify", queueing_lock="hear_notify")
        do_last_acts(slow)
        with transaction(session):
            defer(session, "hear_notify", queueing_lock="hear_notify")
            defer(session, "send_code", sealed="x")
        slow.rollback()
        assert session.scalars(text("select task_name from procrastinate_jobs")).all() == ["send_code"]


def test_a_wake_up_carries_nothing(session: Session) -> None:
    with pytest.raises(TypeError):
        defer(session, "hear_notify", queueing_lock="hear_notify", order=1)


def test_slow_work_waits_apart_from_quick(session: Session) -> None:
    queues = {queue_of(task) for task in ("fold_shipments", "hear_notify", "send_mails", "send_texts", "poll_carriers")}
    assert len(queues) == 5
    defer(session, "send_code", sealed="x")
    assert session.scalar(text("select queue_name from procrastinate_jobs")) == "codes"


def test_a_dead_workers_job_is_done_by_another(committed: sessionmaker[Session], now: datetime) -> None:
    with committed() as session:
        for task in ("fold_shipments", "hear_notify", "send_code"):
            defer(session, task, queueing_lock=None if task == "send_code" else task)
        do_last_acts(session)
        session.execute(text("update procrastinate_jobs set status = 'doing', worker_id = null"))
        defer(session, "hear_notify", queueing_lock="hear_notify")
        do_last_acts(session)
        assert revive(session, never_twice=frozenset({"send_code"}), silent_for=timedelta(seconds=60), now=now) == 1
        session.commit()
        told = session.execute(text("select task_name, status::text from procrastinate_jobs order by id")).all()
    assert [tuple(one) for one in told] == [
        ("send_code", "failed"),
        ("fold_shipments", "todo"),
        ("hear_notify", "failed"),
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
