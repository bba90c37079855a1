"""How the clock does: what was fired and done, what is late, what failed, and who leads."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import schedule
from app.core.clock import utcnow
from app.core.settings import Settings
from app.events import clockwork, runs
from app.events.firings import fire_once

TABLE = {"send_mails": 10, "expire_returns": 3600}
S = timedelta(seconds=1)


def _fired(session: Session, job: str, at: datetime) -> None:
    fire_once(session, job, due_at=at, now=at)


def _late(session: Session, now: datetime) -> dict[str, timedelta | None]:
    return {row.job: row.late for row in clockwork.states(session, TABLE, now=now)}


def test_what_was_fired_and_done_is_not_late(session: Session, now: datetime) -> None:
    for job in TABLE:
        _fired(session, job, now)
        runs.note_done(session, job, took_ms=40, now=now + S)
    mails, returns = clockwork.states(session, TABLE, now=now + 5 * S)
    assert (mails.late, mails.next_at, mails.took) == (None, now + 10 * S, timedelta(milliseconds=40))
    assert (returns.every, returns.done_at, returns.failing) == (timedelta(hours=1), now + S, False)


def test_what_nobody_fires_is_late_after_three_minutes(session: Session, now: datetime) -> None:
    for job in TABLE:
        _fired(session, job, now)
        runs.note_done(session, job, took_ms=1, now=now + S)
    assert _late(session, now + timedelta(minutes=3)) == dict.fromkeys(TABLE)
    late = _late(session, now + timedelta(minutes=4))
    assert late == {"send_mails": timedelta(minutes=4) - 10 * S, "expire_returns": None}


def test_what_is_fired_and_not_done_is_late_after_five_minutes(session: Session, now: datetime) -> None:
    runs.note_done(session, "send_mails", took_ms=1, now=now)
    runs.note_done(session, "expire_returns", took_ms=1, now=now - timedelta(hours=1))
    later = now + timedelta(minutes=6)
    _fired(session, "send_mails", later - 5 * S)
    _fired(session, "expire_returns", now)
    assert _late(session, later) == {"send_mails": later - now - 10 * S, "expire_returns": timedelta(minutes=6)}


def test_a_failure_is_told_until_the_job_is_done_again(session: Session, now: datetime) -> None:
    runs.note_failed(session, 7, "send_mails", why="ValueError: no", now=now)
    runs.note_failed(session, 7, "send_mails", why="ValueError: still no", now=now + S)
    failing = clockwork.states(session, TABLE, now=now + 2 * S)[0]
    assert (failing.failing, failing.reason, failing.failed_at) == (True, "ValueError: still no", now + S)
    runs.note_done(session, "send_mails", took_ms=1, now=now + 3 * S)
    assert not clockwork.states(session, TABLE, now=now + 4 * S)[0].failing


def _job(session: Session, task: str, status: str, *, lock: str | None = None) -> int:
    made = text(
        "insert into procrastinate_jobs (queue_name, task_name, status, queueing_lock, attempts) "
        "values ('mails', :task, cast(:status as procrastinate_job_status), :lock, 5) returning id"
    )
    return int(session.execute(made, {"task": task, "status": status, "lock": lock}).scalar_one())


def test_failed_jobs_are_listed_with_their_reason_tried_again_or_given_up(session: Session, now: datetime) -> None:
    again, dropped, code = (_job(session, task, "failed") for task in ("send_mails", "make_labels", "send_code"))
    runs.note_failed(session, again, "send_mails", why="OSError: away", now=now)
    listed = {job.id: job for job in runs.failed_jobs(session)}
    assert (listed[again].reason, listed[again].tries, listed[again].again) == ("OSError: away", 5, True)
    assert not listed[code].again, "a code that may have gone is never sent twice"
    assert [runs.retry_job(session, one, now=now) for one in (again, code, 999_999)] == [True, False, False]
    assert [runs.drop_job(session, one) for one in (dropped, again, 999_999)] == ["make_labels", None, None]
    assert [job.id for job in runs.failed_jobs(session)] == [code]


def test_a_wake_up_whose_like_waits_is_not_put_in_line_again(session: Session, now: datetime) -> None:
    failed = _job(session, "send_mails", "failed", lock="send_mails")
    _job(session, "send_mails", "todo", lock="send_mails")
    assert not runs.retry_job(session, failed, now=now)


def test_queues_say_what_waits_and_since_when(session: Session) -> None:
    _job(session, "send_mails", "todo")
    _job(session, "send_mails", "doing")
    queue = next(one for one in runs.queues(session, now=utcnow() + S) if one.name == "mails")
    assert (queue.waiting, queue.working, queue.later) == (1, 1, 0)
    assert queue.oldest is not None


def test_the_leading_process_is_the_one_that_holds_the_lock(session: Session, settings: Settings) -> None:
    leader = schedule.Leader(settings.psycopg_url)
    assert leader.leads()
    leading = clockwork.leader(session)
    leader.resign()
    assert leading is not None
    assert clockwork.leader(session) is None


def test_monitors_hear_what_is_late(app: Flask, client: FlaskClient, session: Session) -> None:
    assert (client.get("/healthz/jobs").status_code, client.get("/healthz/jobs").json["clock"]) == (503, "stands still")
    now = utcnow()
    for job in app.extensions["clock_table"]():
        _fired(session, job, now)
        runs.note_done(session, job, took_ms=1, now=now)
    session.commit()
    well = client.get("/healthz/jobs")
    assert (well.status_code, well.json["status"], well.json["late"]) == (200, "ok", {})
    assert client.get("/healthz/jobs", environ_overrides={"REMOTE_ADDR": "203.0.113.9"}).status_code == 404


@pytest.mark.parametrize("demo", [False, True])
def test_the_table_of_pages_is_that_of_the_clock(demo: bool) -> None:
    from app.providers import clock_table

    assert set(clock_table(demo=demo)) == {entry.job for entry in schedule.TABLE if demo or not entry.demo}
