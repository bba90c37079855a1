"""Told to stop, the web and the worker finish what they hold: nothing acknowledged is lost, nothing is half done."""

import http.client
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session, sessionmaker

from app.core import standard_webhooks
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.queue import defer
from app.core.settings import ROOT
from app.server.commands import worker_words
from tests.carriers.endpoints import NEW_KEY
from tests.conftest import SECRET
from tests.senders import delivering, differences, wait_for_more, workers
from tests.served import PATIENCE_S, served, wait_until

WAITS = text(
    "select count(*) from pg_locks join pg_database on pg_database.oid = database "
    "where not granted and datname = current_database()"
)


@contextmanager
def locked(engine: Engine, table: str) -> Iterator[None]:
    """Whoever writes to this table waits."""
    with engine.begin() as connection:
        connection.execute(text(f"lock table {table} in exclusive mode"))
        yield


def somebody_waits(sessions: sessionmaker[Session]) -> bool:
    with sessions() as session:
        return bool(session.scalar(WAITS))


def test_a_request_that_is_being_answered_gets_its_answer(
    database_url: str, committed: sessionmaker[Session], patient: Engine
) -> None:
    body = b'{"id": "held"}'
    headers = standard_webhooks.sign([NEW_KEY], message_id="held", at=utcnow(), body=body)
    with served(database_url, GENERIC_WEBHOOK_SECRET=NEW_KEY) as web:
        line = http.client.HTTPConnection("127.0.0.1", web.port, timeout=PATIENCE_S)
        with locked(patient, "inbox"):
            line.request("POST", "/hooks/carriers/generic", body, headers)
            wait_until(lambda: somebody_waits(committed), "the request does not come to the table")
            web.process.terminate()
        assert line.getresponse().status == 202
        assert web.process.wait(PATIENCE_S) == 0
    with committed() as session:
        assert session.scalars(text("select delivery_key from inbox")).all() == ["held"]


def test_under_load_what_was_stored_and_what_was_acknowledged_are_the_same(
    database_url: str, committed: sessionmaker[Session]
) -> None:
    with served(database_url, GENERIC_WEBHOOK_SECRET=NEW_KEY) as web, delivering(web.port) as senders:
        wait_for_more(senders, "nothing is taken")
        web.process.terminate()
        assert web.process.wait(PATIENCE_S) == 0
    assert differences(senders, committed) == (set(), set())


def test_a_reload_under_load_loses_nothing_and_refuses_nothing(
    database_url: str, committed: sessionmaker[Session]
) -> None:
    with served(database_url, GENERIC_WEBHOOK_SECRET=NEW_KEY) as web, delivering(web.port) as senders:
        before = serving(web.process)
        web.process.send_signal(signal.SIGHUP)
        wait_until(lambda: len(serving(web.process)) == len(before) and not serving(web.process) & before, "no reload")
        wait_for_more(senders, "nothing is taken after the reload")
    assert differences(senders, committed) == (set(), set())
    assert set().union(*(sender.other for sender in senders)) == set()


def serving(process: subprocess.Popen[bytes]) -> set[int]:
    """The processes that serve."""
    return set(workers(process))


def test_a_job_in_hand_is_done_before_the_worker_ends(
    database_url: str, committed: sessionmaker[Session], patient: Engine
) -> None:
    with committed() as session, transaction(session):
        defer(session, "sweep_api")
    with committed() as session:
        # In the first minutes of an hour the clock puts another one behind it.
        job = session.scalars(text("select id from procrastinate_jobs where task_name = 'sweep_api'")).one()
    environ = {**os.environ, "DATABASE_URL": database_url, "SECRET_KEY": SECRET}
    with locked(patient, "kept_answer"):
        worker = subprocess.Popen(worker_words(), cwd=ROOT, env=environ)
        wait_until(lambda: somebody_waits(committed), "the worker does not come to the job")
        worker.terminate()
    assert worker.wait(PATIENCE_S) == 0
    with committed() as session:
        states = text("select status::text from procrastinate_jobs where id = :job")
        assert session.scalars(states, {"job": job}).all() == []
