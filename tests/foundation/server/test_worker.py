"""The worker: every queue has places of its own, and PostgreSQL's restart ends nothing."""

import asyncio
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from procrastinate import App
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job, Status
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session, sessionmaker

from app.core.db import transaction
from app.core.queue import defer, queue_of
from app.core.settings import Settings
from app.core.tables import schema
from app.jobs.connector import PatientConnector, PatientJobs
from app.jobs.engine import register_all
from app.server.embedded import Embedded
from app.server.worker import LISTENING, PLACES, work

QUEUES = ("mails", "fold", "hear", "poll")


def job_engine(conninfo: str, **tasks: Callable[[], None]) -> App:
    """A job engine with these tasks alone."""
    made = App(connector=PatientConnector(conninfo))
    made.job_manager = PatientJobs(made.connector)
    for name, function in tasks.items():
        made.task(name=name, queue=queue_of(name))(function)
    return made


def test_every_job_has_a_place_in_the_worker() -> None:
    assert {queue_of(task) for task in register_all()} <= set(PLACES)
    assert set(PLACES) >= LISTENING


def test_a_backlog_in_one_queue_takes_no_place_of_another(committed: sessionmaker[Session], settings: Settings) -> None:
    """More mails wait than there are places, and none ends before a scan is folded, heard and its carrier asked."""
    done = {task: threading.Event() for task in ("fold_shipments", "hear_notify", "poll_carriers")}
    stop, loop_of = asyncio.Event(), dict[str, asyncio.AbstractEventLoop]()

    def send_mails() -> None:
        assert all(event.wait(120) for event in done.values())
        loop_of["it"].call_soon_threadsafe(stop.set)

    async def run() -> None:
        loop_of["it"] = asyncio.get_running_loop()
        app = job_engine(settings.psycopg_url, send_mails=send_mails, **{name: one.set for name, one in done.items()})
        await work(app, stop, places=dict.fromkeys(QUEUES, 1))

    with committed() as session, transaction(session):
        for at in range(3):
            defer(session, "send_mails", queueing_lock=f"backlog {at}")
        for task in done:
            defer(session, task, queueing_lock=f"behind it {task}")
    asyncio.run(run())
    assert all(event.is_set() for event in done.values())


def test_a_job_that_is_put_back_where_its_like_waits_already_makes_room_for_it(
    committed: sessionmaker[Session], settings: Settings
) -> None:
    with committed() as session, transaction(session):
        defer(session, "fold_shipments", queueing_lock="fold_shipments")
    with committed() as session, transaction(session):
        session.execute(text("update procrastinate_jobs set status = 'doing'"))
        defer(session, "fold_shipments", queueing_lock="fold_shipments")
    with committed() as session:
        first, second = session.scalars(text("select id from procrastinate_jobs order by id"))

    async def put_back() -> None:
        async with job_engine(settings.psycopg_url).open_async() as app:
            job = Job(id=first, queue="fold", lock=None, queueing_lock="fold_shipments", task_name="fold_shipments")
            await app.job_manager.retry_job(job)

    asyncio.run(put_back())
    with committed() as session:
        left = session.execute(text("select id, status::text from procrastinate_jobs")).all()
    assert [tuple(row) for row in left] == [(second, Status.TODO.value)]


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where a PostgreSQL of its own lives."""
    folder = Path(tempfile.mkdtemp(prefix="paradero-worker-"))
    folder.chmod(0o755)
    yield folder / "pg"
    shutil.rmtree(folder, ignore_errors=True)


def test_the_job_engine_waits_for_a_database_that_is_away(folder: Path) -> None:
    server = Embedded(folder)
    conninfo = Settings.from_env({"DATABASE_URL": server.admin_url, "SECRET_KEY": "x" * 40}).psycopg_url

    async def ask(connector: PatientConnector) -> int:
        return int((await connector.execute_query_one_async("select 1 as one"))["one"])

    async def through_a_restart() -> int:
        connector = PatientConnector(conninfo)
        await connector.open_async()
        assert await ask(connector) == 1
        await asyncio.to_thread(server.stop)
        task = asyncio.create_task(ask(connector))
        again = await asyncio.to_thread(Embedded, folder)
        try:
            return await task
        finally:
            await connector.close_async()
            await asyncio.to_thread(again.stop)

    assert asyncio.run(through_a_restart()) == 1


def test_who_is_told_to_stop_waits_for_no_database() -> None:
    connector = PatientConnector("postgresql://nobody@127.0.0.1:1/none")
    connector.patient = False

    async def ask() -> None:
        await connector.open_async()
        try:
            await connector.execute_query_async("select 1")
        finally:
            await connector.close_async()

    with pytest.raises(ConnectorException):
        asyncio.run(ask())


@pytest.mark.parametrize(("revision", "starts"), [("0003", False), ("9999", True)], ids=["behind", "ahead"])
def test_a_worker_runs_on_a_newer_database_and_not_on_one_that_was_not_migrated(
    committed: sessionmaker[Session], engine: Engine, revision: str, starts: bool
) -> None:
    with engine.begin() as connection:
        version = connection.scalar(text("select version_num from alembic_version"))
        connection.execute(text("update alembic_version set version_num = :revision"), {"revision": revision})
    try:
        assert (schema.behind(engine) is None) is starts
        assert schema.missing(engine) is not None
    finally:
        with engine.begin() as connection:
            connection.execute(text("update alembic_version set version_num = :revision"), {"revision": version})
