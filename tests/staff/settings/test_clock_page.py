"""The clock and its jobs, on the page, over HTTP and on the command line."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import schedule
from app.api.keys import create_key
from app.core.clock import utcnow
from app.core.queue import QUEUES as ALL_QUEUES
from app.core.queue import UPKEEP
from app.events import runs
from app.events.firings import fire_once
from app.jobs.engine import register_all
from app.staff.settings.clock.words import JOBS, QUEUES
from tests.staff.browsers import audited

CLOCK = "/staff/settings/clock"


def _failed(session: Session, task: str = "send_mails") -> int:
    made = text("insert into procrastinate_jobs (queue_name, task_name, status) values ('mails', :task, 'failed')")
    job_id = int(session.execute(text(f"{made.text} returning id"), {"task": task}).scalar_one())
    runs.note_failed(session, job_id, task, why="OSError: the line broke", now=utcnow())
    session.commit()
    return job_id


def _on_time(app: Flask, session: Session, now: datetime) -> None:
    for job in app.extensions["clock_table"]():
        fire_once(session, job, due_at=now, now=now)
        runs.note_done(session, job, took_ms=1, now=now)
    session.commit()


@pytest.fixture
def system(app: Flask, session: Session) -> FlaskClient:
    _, secret = create_key(session, name="monitor", scopes=["clock:read", "clock:write"], now=utcnow())
    session.commit()
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    return client


def test_every_job_and_queue_has_words() -> None:
    assert set(register_all()) - JOBS.keys() == set()
    assert {entry.job for entry in schedule.TABLE} - JOBS.keys() == set()
    assert {*ALL_QUEUES, UPKEEP} == QUEUES.keys()


def test_a_clock_that_stands_still_says_what_to_do(admin: FlaskClient) -> None:
    page = admin.get(CLOCK).text
    assert ("Stands still" in page, "paradero worker" in page) == (True, True)


def test_a_clock_that_fires_is_on_time(app: Flask, admin: FlaskClient, session: Session) -> None:
    _on_time(app, session, utcnow())
    page = admin.get(CLOCK).text
    assert ("Stands still" in page, "Late:" in page, "Sends e-mails" in page) == (False, False, True)
    assert not re.search(r"\d late", admin.get("/staff/settings").text)


def test_what_is_late_is_named(app: Flask, admin: FlaskClient, session: Session) -> None:
    now = utcnow()
    _on_time(app, session, now)
    session.execute(
        text("update job_run set done_at = :at where task = 'send_mails'"), {"at": now - timedelta(hours=2)}
    )
    session.commit()
    page = admin.get(CLOCK).text
    assert "Late: 2 hours" in page
    assert "1 late" in admin.get("/staff/settings").text


def test_a_failed_job_is_tried_again_or_given_up(admin: FlaskClient, session: Session) -> None:
    again, dropped = _failed(session), _failed(session, "make_labels")
    page = admin.get(CLOCK).text
    assert ("the line broke" in page, "Makes return labels" in page) == (True, True)
    admin.post(f"{CLOCK}/jobs/{again}/retry")
    assert "stays undone" in admin.get(f"{CLOCK}/jobs/{dropped}/end").text
    admin.post(f"{CLOCK}/jobs/{dropped}/end")
    assert runs.failed_jobs(session) == []
    assert [action for _who, action, _what in audited(session)] == ["job.retried", "job.given_up"]
    assert admin.post(f"{CLOCK}/jobs/{again}/retry").status_code == 404
    assert admin.get(f"{CLOCK}/jobs/{again}/end").status_code == 404


def test_a_code_is_not_offered_to_be_sent_twice(admin: FlaskClient, session: Session) -> None:
    code = _failed(session, "send_code")
    assert f"jobs/{code}/retry" not in admin.get(CLOCK).text


def test_systems_read_the_clock_and_act_on_failed_jobs(app: Flask, system: FlaskClient, session: Session) -> None:
    _on_time(app, session, utcnow())
    job_id = _failed(session)
    clock = system.get("/api/v1/clock").json
    assert {row["job"]: row["late_s"] for row in clock["firings"]}["send_mails"] is None
    assert [(job["id"], job["reason"], job["again"]) for job in clock["failed"]] == [
        (job_id, "OSError: the line broke", True)
    ]
    assert system.post(f"/api/v1/jobs/{job_id}/retry").status_code == 204
    assert system.post(f"/api/v1/jobs/{job_id}/retry").status_code == 404
    code = _failed(session, "send_code")
    assert system.post(f"/api/v1/jobs/{code}/retry").status_code == 409
    assert system.delete(f"/api/v1/jobs/{code}").status_code == 204


@pytest.fixture
def run(app: Flask) -> Callable[..., tuple[int, str]]:
    def invoke(*words: str) -> tuple[int, str]:
        done = app.test_cli_runner().invoke(args=["portal", "clock", *words])
        return done.exit_code, done.output

    return invoke


def test_the_command_tells_the_same(app: Flask, run: Callable[..., tuple[int, str]], session: Session) -> None:
    _on_time(app, session, utcnow())
    job_id = _failed(session)
    code, output = run("list")
    assert (code, "✓ expire_returns" in output, f"failed {job_id} send_mails" in output) == (0, True, True)
    assert run("retry", str(job_id))[0] == 0
    assert run("retry", str(job_id)) == (2, f"✗ No failed job has the number {job_id}.\n")
    assert run("drop", str(_failed(session)))[0] == 0


def test_only_admins_see_the_clock(support: FlaskClient) -> None:
    assert support.get(CLOCK).status_code == 403
