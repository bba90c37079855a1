"""The worker's jobs of messages, from an event to the sandbox's mailbox, as the worker runs them."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from app.core.clock import utcnow
from app.core.db import transaction
from app.jobs import engine, messages
from app.notify.models import Message, SandboxMessage
from app.notify.send.outcomes import fault
from app.notify.send.rests import begin_rest
from app.schedule import TABLE
from tests.conftest import SECRET
from tests.notify.build import an_order, some_messages

CACHED = (engine.settings, engine.database, messages.message_breaker)
SENDS = "from procrastinate_jobs where task_name like 'send%'"
NAMES = ("hear_notify", "send_mails", "send_texts", "reconcile_messages", "understand_messages")


@pytest.fixture
def worker(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("SECRET_KEY", SECRET)
    for one in CACHED:
        one.cache_clear()
    yield
    engine.database().engine.dispose()
    for one in CACHED:
        one.cache_clear()


def test_an_order_that_comes_in_is_in_the_mailbox_two_jobs_later(
    worker: None, committed: sessionmaker[Session]
) -> None:
    now = utcnow()
    dates = {"placed_at": now.isoformat(), "updated_at": now.isoformat()}
    with committed() as session, transaction(session):
        an_order(session, now=now, **dates)
    for name in NAMES:
        engine.TASKS[name]()
    with committed() as session:
        mail = session.scalars(select(SandboxMessage)).one()
        assert mail.subject == "Hemos recibido tu pedido 1001" and mail.html and "/l/" in mail.text
        assert session.scalars(select(Message.state)).all() == ["delivered"]


def test_a_job_that_finds_its_provider_resting_comes_again_when_it_may_be_tried(
    worker: None, committed: sessionmaker[Session]
) -> None:
    now = utcnow()
    with committed() as session, transaction(session):
        some_messages(session, 1, next_try_at=now)
        begin_rest(session, "sandbox", fault("sandbox", "not_connected"), now=now)
    engine.TASKS["send_mails"]()
    with committed() as session:
        job = session.execute(text(f"select task_name, queueing_lock, scheduled_at {SENDS}")).one()
    assert tuple(job) == ("send_mails", "send_mails:later", now + timedelta(seconds=3))
    engine.TASKS["send_texts"]()
    with committed() as session:
        assert session.scalar(text(f"select count(*) {SENDS}")) == 1


def test_the_clock_wakes_each_of_these_jobs() -> None:
    assert set(NAMES) <= {entry.job for entry in TABLE}
