"""The recorder of rows that are changed without a lock notices just these."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, select, text, update
from sqlalchemy.orm import Session, sessionmaker

from app.core.db import Database, transaction
from app.staff.models import StaffUser
from tests.unlocked import Unlocked

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def member(email: str) -> StaffUser:
    return StaffUser(email=email, name="Eva", role="support", password_hash="x", created_at=NOW)


def known(session: Session, **how: Any) -> StaffUser:
    return session.get_one(StaffUser, session.scalars(select(StaffUser.id)).one(), **how)


def read_and_change(session: Session) -> None:
    known(session).name = "Ana"


def lock_and_change(session: Session) -> None:
    known(session, with_for_update=True).name = "Ana"


def change_in_one_go(session: Session) -> None:
    session.execute(update(StaffUser).values(name="Ana"))
    known(session).role = "admin"


def change_ones_own(session: Session) -> None:
    with session.begin_nested():
        mine = member("b@example.com")
        session.add(mine)
    mine.name = "Ana"


def take_away(session: Session) -> None:
    session.delete(known(session))


@pytest.mark.parametrize(
    ("action", "noticed"),
    [
        (read_and_change, ["name"]),
        (take_away, ["taken away"]),
        (lock_and_change, []),
        (change_in_one_go, []),
        (change_ones_own, []),
    ],
)
@pytest.mark.parametrize("locked_before", [False, True])
def test_a_row_that_was_read_changed_and_not_locked_is_noticed(
    unwatched: sessionmaker[Session], action: Callable[[Session], None], noticed: list[str], locked_before: bool
) -> None:
    with unwatched() as session, transaction(session):
        session.add(member("a@example.com"))
    with unwatched() as session, transaction(session):  # a lock that has ended is none
        session.execute(text("select 1 from staff_user" + " for update" * locked_before))
    recorder = Unlocked()
    with recorder.watching(unwatched.kw["bind"]), unwatched() as session, transaction(session):
        action(session)
    assert [one.partition(": ")[0][:11] for one in recorder.changes] == ["staff_user "] * len(noticed)
    assert [one.rpartition(": ")[2] for one in recorder.changes] == noticed


@pytest.fixture
def unwatched(engine: Engine, committed: object) -> Iterator[sessionmaker[Session]]:
    """Sessions of an engine that no other recorder watches; the tables are emptied afterwards."""
    own = Database(engine.url.render_as_string(hide_password=False))
    yield own.sessions
    own.engine.dispose()
