"""A deferred job shares the fate of the transaction that asked for it."""

from contextlib import suppress
from datetime import datetime, timedelta

import psycopg
import pytest
from procrastinate.exceptions import ConnectorException
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from app.core import queue
from app.core.db import after_commit, at_commit, do_last_acts, lost, passes, transaction
from app.core.queue import defer, forget, queue_of, revive
from tests.meanwhile import Beside

MINUTE, QUARTER = timedelta(minutes=1), timedelta(minutes=15)
JOBS = text("select count(*) from procrastinate_jobs")
WAKE = text("insert into procrastinate_jobs (queue_name, task_name, queueing_lock) values ('x', 'x', :name)")


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


def test_a_wake_up_that_a_worker_takes_before_the_commit_is_written_again(committed: sessionmaker[Session]) -> None:
    """Else the worker looks, finds nothing yet, and what came waits for the clock."""
    with committed() as session, transaction(session):
        defer(session, "hear_notify", queueing_lock="hear_notify")

    def worker_takes_it(_session: Session) -> None:
        with committed() as worker, transaction(worker):
            worker.execute(text("update procrastinate_jobs set status = 'doing'"))

    with committed() as session, transaction(session):
        defer(session, "hear_notify", queueing_lock="hear_notify")
        at_commit(session, "~ after the wake-up", worker_takes_it)
    with committed() as session:
        assert session.scalars(text("select status from procrastinate_jobs order by id")).all() == ["doing", "todo"]


def test_who_loses_a_deadlock_about_a_wake_up_takes_it_for_awake(committed: sessionmaker[Session]) -> None:
    """What he changed is kept, and in the end both are awake."""

    def change(session: Session) -> None:
        for listener in ("hear_notify", "hear_returns"):
            defer(session, listener, queueing_lock=listener)

    changing = Beside(committed, change)
    with committed() as crosswise:
        crosswise.execute(WAKE, {"name": "hear_returns"})
        changing()
        with suppress(IntegrityError):
            crosswise.execute(WAKE, {"name": "hear_notify"})
        changing.join()
    with committed() as session:
        names = session.scalars(text("select queueing_lock from procrastinate_jobs where status = 'todo'")).all()
        assert sorted(names) == ["hear_notify", "hear_returns"]


def test_jobs_of_dead_workers_are_taken_up_in_the_order_in_which_wake_ups_are_written(
    committed: sessionmaker[Session], now: datetime
) -> None:
    """Else whoever writes both wake-ups and whoever takes up both jobs would wait for each other."""
    for listener in ("hear_returns", "hear_notify"):
        with committed() as session, transaction(session):
            defer(session, listener, queueing_lock=listener)
    with committed() as session, transaction(session):
        session.execute(text("update procrastinate_jobs set status = 'doing'"))
    taking_up = Beside(
        committed,
        lambda session: revive(session, never_twice=frozenset(), silent_for=MINUTE, longest=QUARTER, now=now),
    )
    with committed() as writing:
        writing.execute(WAKE, {"name": "hear_notify"})
        taking_up()
        writing.execute(WAKE, {"name": "hear_returns"})
        writing.commit()
        taking_up.join()
    with committed() as session:
        result = session.execute(text("select queueing_lock, status from procrastinate_jobs order by id"))
        assert [tuple(row) for row in result] == [
            ("hear_returns", "failed"),
            ("hear_notify", "failed"),
            ("hear_notify", "todo"),
            ("hear_returns", "todo"),
        ]


def test_a_job_that_others_keep_from_being_written_is_an_error_that_the_edges_try_again(
    committed: sessionmaker[Session],
) -> None:
    with committed() as other, committed() as session:
        other.execute(text("lock table procrastinate_jobs in exclusive mode"))
        with pytest.raises(DBAPIError) as error, transaction(session):
            session.execute(text("set local lock_timeout = '50ms'"))
            defer(session, "send_code")
    assert passes(error.value) and not lost(error.value)


@pytest.mark.parametrize(
    ("cause", "gone"),
    [
        (psycopg.OperationalError("the connection is closed"), True),
        (psycopg.errors.AdminShutdown(), True),
        (psycopg.errors.QueryCanceled(), False),
        (psycopg.errors.DeadlockDetected(), False),
    ],
)
def test_a_connection_that_went_while_a_job_was_written_is_told_from_what_only_went_wrong(
    cause: psycopg.Error, gone: bool
) -> None:
    error = ConnectorException()
    error.__cause__ = cause
    assert lost(queue._met(error)) is gone


def test_what_cannot_be_looked_at_again_harms_nothing_that_was_committed(committed: sessionmaker[Session]) -> None:
    def breaks(session: Session) -> None:
        session.execute(text("select 1 / 0"))

    with committed() as session, transaction(session):
        defer(session, "hear_notify", queueing_lock="hear_notify")
        after_commit(session, "breaks", breaks)
    with committed() as session:
        assert session.scalar(JOBS) == 1


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
        assert revive(session, never_twice=frozenset({"send_code"}), silent_for=MINUTE, longest=QUARTER, now=now) == 1
        session.commit()
        rows = session.execute(text("select task_name, status::text from procrastinate_jobs order by id")).all()
    assert [tuple(one) for one in rows] == [
        ("send_code", "failed"),
        ("fold_shipments", "todo"),
        ("hear_notify", "failed"),
        ("hear_notify", "todo"),
    ]


def test_a_living_workers_job_is_left_alone(committed: sessionmaker[Session], now: datetime) -> None:
    with committed() as session:
        defer(session, "fold_shipments")
        worker = "insert into procrastinate_workers (last_heartbeat) values (:now) returning id"
        worker_id = session.scalar(text(worker), {"now": now})
        session.execute(
            text("update procrastinate_jobs set status = 'doing', worker_id = :worker"), {"worker": worker_id}
        )
        assert revive(session, never_twice=frozenset(), silent_for=MINUTE, longest=QUARTER, now=now) == 0
        session.execute(text("delete from procrastinate_workers"))
        session.commit()


def test_a_job_whose_end_could_not_be_written_is_put_back_though_its_worker_lives(
    committed: sessionmaker[Session],
) -> None:
    with committed() as session:
        defer(session, "mail_order_links", sealed="x")
        worker = session.scalar(text("insert into procrastinate_workers default values returning id"))
        begun = "update procrastinate_jobs set status = 'doing', worker_id = :worker"
        session.execute(text(begun), {"worker": worker})
        session.commit()
        at = session.scalar(text("select max(at) from procrastinate_events where type = 'started'"))
        assert at is not None
        revived = [
            revive(session, never_twice=frozenset(), silent_for=timedelta(days=1), longest=QUARTER, now=at + later)
            for later in (QUARTER - MINUTE, QUARTER + MINUTE)
        ]
        assert revived == [0, 1]
        assert session.scalar(text("select status::text from procrastinate_jobs")) == "todo"
        session.execute(text("delete from procrastinate_workers"))
        session.commit()


def test_jobs_that_ended_are_kept_for_a_while_and_a_number(committed: sessionmaker[Session], now: datetime) -> None:
    made = (
        "insert into procrastinate_jobs (queue_name, task_name) select 'q', 't' from generate_series(1, 8) returning id"
    )
    with committed() as session:
        ids = session.scalars(text(made)).all()
        session.execute(text("update procrastinate_jobs set status = 'failed'"))
        defer(session, "send_code", sealed="x")
        session.execute(text("update procrastinate_events set at = :at"), {"at": now})
        old = "update procrastinate_events set at = :at where job_id = any(:ids)"
        session.execute(text(old), {"at": now - timedelta(days=9), "ids": ids[6:]})
        gone = [forget(session, since=now - timedelta(days=7), keep_last=5, limit=2) for _round in range(4)]
        left = session.scalars(text("select id from procrastinate_jobs order by id")).all()
        session.commit()
    assert gone == [2, 2, 1, 0]
    assert left[:3] == ids[3:6]
    assert len(left) == 4


def test_removing_what_ended_looks_at_nothing_else(session: Session) -> None:
    session.execute(text("set local enable_seqscan = off"))
    ended = "explain select id from procrastinate_jobs where status not in ('todo', 'doing') order by id limit 9"
    assert "ix_procrastinate_jobs_ended" in "\n".join(session.scalars(text(ended)))
