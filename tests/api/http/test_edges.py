"""What others at work at the same moment stood in the way of is done again at the edge, three times in all."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from app.api.v1.orders import routes
from app.core import db
from app.core.db import in_transaction
from app.jobs import engine
from app.orders.models import Order
from tests.orders.build import raw

STATES = ("40P01", "40001", "55P03")


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No waiting between tries."""
    monkeypatch.setattr(db, "pause", lambda _attempt: None)


def refuse(session: Session, state: str) -> None:
    """The database refuses with this SQLSTATE."""
    session.execute(text(f"do $$ begin raise exception 'others' using errcode = '{state}'; end $$"))


def failing(times: int, state: str) -> Callable[[Session], int]:
    """Work that the database refuses so many times before it does it; gives how often it was begun."""
    begun = 0

    def work(session: Session) -> int:
        nonlocal begun
        begun += 1
        session.execute(text("insert into firing (job, due_at, fired_at) values ('x', now(), now())"))
        if begun <= times:
            refuse(session, state)
        return begun

    return work


@pytest.mark.parametrize("state", STATES)
def test_a_unit_of_work_is_begun_anew_and_done_once(committed: sessionmaker[Session], state: str) -> None:
    assert in_transaction(committed, failing(2, state)) == 3
    with committed() as session:
        assert session.scalar(text("select count(*) from firing")) == 1


@pytest.mark.parametrize("state", STATES)
def test_the_fourth_time_is_not_tried(committed: sessionmaker[Session], state: str) -> None:
    with pytest.raises(OperationalError):
        in_transaction(committed, failing(3, state))
    with committed() as session:
        assert session.scalar(text("select count(*) from firing")) == 0


def test_another_error_is_not_tried_again(committed: sessionmaker[Session]) -> None:
    work = failing(1, "57014")
    with pytest.raises(OperationalError):
        in_transaction(committed, work)
    assert in_transaction(committed, work) == 2


def test_a_job_is_begun_anew_too(committed: sessionmaker[Session]) -> None:
    work = failing(2, "40P01")

    def job() -> int:
        with committed() as session, db.transaction(session):
            return work(session)

    assert engine._tried_again(job)() == 3


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_system_sees_at_most_that_it_should_come_again(
    api: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch, times: int, state: str
) -> None:
    usual, begun = routes.receive_order, []

    def receive(session: Session, *args: Any, **kwargs: Any) -> Any:
        begun.append(1)
        made = usual(session, *args, **kwargs)
        if len(begun) <= times:
            refuse(session, state)
        return made

    monkeypatch.setattr(routes, "receive_order", receive)
    answer = api.put("/api/v1/orders/1001", json=raw(number="1001"))
    if times < 3:
        assert answer.status_code == 201
        assert session.scalars(select(Order.number)).all() == ["1001"]
    else:
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
        assert session.scalars(select(Order.number)).all() == []


def test_an_order_of_a_batch_that_stays_locked_is_said_to_be_busy_and_the_others_are_taken(
    api: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.api.v1.orders import batches

    batch = [raw(number=number) for number in ("1001", "1002", "1003")]
    assert api.post("/api/v1/orders/batch", json=batch).status_code == 200
    alone, together = batches.receive_order, batches.receive_orders

    def receive_alone(session: Session, document: Any, **kwargs: Any) -> Any:
        if document.number == "1002":
            refuse(session, "55P03")
        return alone(session, document, **kwargs)

    def receive_together(session: Session, documents: Any, **kwargs: Any) -> Any:
        if any(document.number == "1002" for document in documents):
            refuse(session, "55P03")
        return together(session, documents, **kwargs)

    monkeypatch.setattr(batches, "receive_order", receive_alone)
    monkeypatch.setattr(batches, "receive_orders", receive_together)
    answer = api.post("/api/v1/orders/batch", json=batch)
    assert answer.status_code == 200
    assert [one["status"] for one in answer.json["results"]] == [200, 503, 200]
    assert (answer.json["accepted"], answer.json["refused"]) == (2, 1)
    by_itself = api.post("/api/v1/orders/batch", json=batch[1:2])
    assert (by_itself.status_code, by_itself.headers["Retry-After"]) == (503, "1")


def test_nobody_commits_but_a_transaction(request: pytest.FixtureRequest) -> None:
    """A commit elsewhere would leave its wake-ups unwritten."""
    app = request.config.rootpath / "app"
    files = [str(path.relative_to(app)) for path in app.rglob("*.py") if ".commit()" in path.read_text()]
    assert files == ["core/db.py"]
