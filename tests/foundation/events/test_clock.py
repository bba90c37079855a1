"""The clock: one leader, one firing for each due time, and no job that nobody does."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session, sessionmaker

from app import schedule
from app.core.settings import Settings
from app.events import kinds
from app.jobs.engine import register_all

APP = Path(schedule.__file__).parent
JOBS = text("select count(*) from procrastinate_jobs")


def test_every_job_of_the_clock_and_every_deferred_one_is_registered() -> None:
    registered = set(register_all())
    wakes = re.compile(r'(?:defer|wake_about)\(\s*\w+,\s*"(\w+)"')
    deferred = {name for path in APP.rglob("*.py") for name in wakes.findall(path.read_text())}
    heard = {f"hear_{listener}" for listener in kinds.Listener}
    assert {entry.job for entry in schedule.TABLE} | deferred | heard <= registered


def test_a_due_time_fires_once_however_many_ask(committed: sessionmaker[Session], now: datetime) -> None:
    entry = schedule.ClockJob("fold_shipments", 60)
    with committed() as one, committed() as other:
        assert schedule.fire(one, entry, now=now)
        one.commit()
        assert not schedule.fire(other, entry, now=now + timedelta(seconds=59))
        assert schedule.fire(other, entry, now=now + timedelta(seconds=60))
        other.commit()


def test_only_one_process_leads_and_another_takes_over(settings: Settings) -> None:
    first, second = schedule.Leader(settings.psycopg_url), schedule.Leader(settings.psycopg_url)
    try:
        assert first.leads()
        assert first.leads()
        assert not second.leads()
        first.resign()
        assert second.leads()
    finally:
        first.resign()
        second.resign()


def test_a_leader_that_lost_its_connection_does_not_lead(settings: Settings, committed: sessionmaker[Session]) -> None:
    leader = schedule.Leader(settings.psycopg_url)
    assert leader.leads()
    with committed() as session:
        statement = "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database()) and objid = :key"  # noqa: E501
        session.execute(text(statement), {"key": schedule.LEADER_KEY})
        session.commit()
    assert not leader.leads()
    assert leader.leads()
    leader.resign()


@pytest.fixture
def leader(settings: Settings) -> Iterator[schedule.Leader]:
    made = schedule.Leader(settings.psycopg_url)
    assert made.leads()
    yield made
    made.resign()


MINUTE = schedule.ClockJob("fold_shipments", 60)
HOUR = schedule.ClockJob("sweep_api", 3600)


def test_nobody_who_does_not_lead_fires(
    committed: sessionmaker[Session], settings: Settings, leader: schedule.Leader, now: datetime
) -> None:
    second = schedule.Leader(settings.psycopg_url)
    assert schedule.Clock(second, committed, [MINUTE]).beat(now=now) == 0
    second.resign()
    with committed() as session:
        assert session.scalar(JOBS) == 0


def test_each_beat_fires_what_has_become_due_and_nothing_twice(
    committed: sessionmaker[Session], leader: schedule.Leader, now: datetime
) -> None:
    clock = schedule.Clock(leader, committed, [MINUTE, HOUR])
    seconds = (0, 1, 59, 60, 61, 3600)
    assert [clock.beat(now=now + timedelta(seconds=one)) for one in seconds] == [2, 0, 0, 1, 0, 2]
    assert schedule.Clock(leader, committed, [MINUTE, HOUR]).beat(now=now + timedelta(seconds=3601)) == 0


def test_what_could_not_be_fired_is_fired_with_the_next_beat(
    committed: sessionmaker[Session], leader: schedule.Leader, now: datetime
) -> None:
    nowhere = sessionmaker(create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none"))
    ways = iter([nowhere, committed, committed])

    class Sometimes(sessionmaker[Session]):
        def __call__(self, **_local: Any) -> Session:
            return next(ways)()

    clock = schedule.Clock(leader, Sometimes(), [MINUTE])
    assert [clock.beat(now=now + timedelta(seconds=one)) for one in range(2)] == [0, 1]
