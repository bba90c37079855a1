"""What a job came to is noted beside it: its last success, and why it failed."""

from types import SimpleNamespace
from typing import Any, cast

import pytest
from procrastinate import JobContext
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from app.core.clock import utcnow
from app.core.db import Database
from app.events import clockwork
from app.jobs import noting
from app.jobs.noting import noted

TABLE = {"send_mails": 10}


@pytest.fixture(autouse=True)
def _nothing_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noting, "_noted", {})


def _context(job_id: int, attempts: int = 0) -> JobContext:
    return cast(JobContext, SimpleNamespace(job=SimpleNamespace(id=job_id, attempts=attempts)))


def _state(sessions: sessionmaker[Session]) -> Any:
    with sessions() as session:
        return clockwork.states(session, TABLE, now=utcnow())[0]


def _count(sessions: sessionmaker[Session]) -> int:
    with sessions() as session:
        return session.execute(text("select count(*) from job_failure")).scalar_one()  # type: ignore[no-any-return]


def test_a_job_that_is_done_says_when_and_gives_its_answer(committed: sessionmaker[Session]) -> None:
    job = noted("send_mails", lambda about: about, lambda: committed)
    assert job(_context(1), about="x") == "x"
    assert _state(committed).done_at is not None


def test_a_failure_leaves_its_reason_and_a_later_success_takes_it_away(committed: sessionmaker[Session]) -> None:
    answers = iter([ValueError("no"), None])

    def work() -> None:
        if (error := next(answers)) is not None:
            raise error

    job = noted("send_mails", work, lambda: committed)
    with pytest.raises(ValueError, match="no"):
        job(_context(1))
    assert (_state(committed).reason, _count(committed)) == ("ValueError: no", 1)
    job(_context(1, attempts=1))
    assert (_state(committed).reason, _count(committed)) == (None, 0)


def test_successes_close_together_are_noted_once(committed: sessionmaker[Session]) -> None:
    job = noted("send_mails", lambda: None, lambda: committed)
    job(_context(1))
    first = _state(committed).done_at
    job(_context(2))
    assert _state(committed).done_at == first


def test_a_database_that_is_away_does_not_fail_the_job() -> None:
    away = Database("postgresql+psycopg://nobody@127.0.0.1:1/none").sessions
    assert noted("send_mails", lambda: 3, lambda: away)(_context(1)) == 3
