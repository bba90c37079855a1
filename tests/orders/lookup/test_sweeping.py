"""The sweep of the way in: in small steps, until nothing old is left."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session, sessionmaker

from app.core.clock import utcnow
from app.jobs import engine
from app.orders.lookup.models import Guess, OneTimeCode, WebSession
from app.staff.models import SignInTries
from tests.conftest import SECRET

OLD = 2_500


@pytest.fixture
def worker(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The worker's settings and database, made anew for the test."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("SECRET_KEY", SECRET)
    for cache in (engine.settings, engine.database):
        cache.cache_clear()
    yield
    engine.database().engine.dispose()
    for cache in (engine.settings, engine.database):
        cache.cache_clear()


def test_the_sweep_comes_again_until_nothing_old_is_left(worker: None, committed: sessionmaker[Session]) -> None:
    now = utcnow()
    past = now - timedelta(days=40)
    names = [number.to_bytes(4, "big") for number in range(OLD)]
    with committed() as session, session.begin():
        rows = [{"id_hash": name, "created_at": past, "seen_at": past, "data": {}} for name in names]
        session.execute(insert(WebSession), [*rows, rows[0] | {"id_hash": b"new", "created_at": now, "seen_at": now}])
        session.execute(insert(Guess), [{"subject": name, "tried_at": past} for name in [*names, b"old"]])
        session.execute(insert(Guess), [{"subject": b"new", "tried_at": now}])
        tries = [{"account": name, "asker": b"x", "failures": 1, "failed_at": past} for name in names]
        session.execute(insert(SignInTries), [*tries, tries[0] | {"account": b"new", "failed_at": now}])
        code = {"subject": b"s", "session_hash": b"h", "code_hash": "", "sent_at": past, "expires_at": past}
        session.execute(insert(OneTimeCode), [code] * 3)
    engine.register_all()["sweep_access"]()
    assert not _comes_again(committed)
    with committed() as session:
        left = [session.scalar(select(func.count()).select_from(table)) for table in (WebSession, Guess, SignInTries)]
        assert (left, session.scalar(select(func.count()).select_from(OneTimeCode))) == ([1, 1, 1], 0)


def _comes_again(committed: sessionmaker[Session]) -> bool:
    with committed() as session, session.begin():
        return session.execute(text("delete from procrastinate_jobs where task_name = 'sweep_access'")).rowcount == 1  # type: ignore[attr-defined]
