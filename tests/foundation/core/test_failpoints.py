"""Points at which a trial breaks the program: silent unless armed, and there around every commit and call outside."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from app.core import failpoints
from app.core.db import transaction
from app.jobs.upkeep import revive_jobs

APP = Path(failpoints.__file__).parents[1]


@pytest.fixture
def passed() -> Iterator[list[str]]:
    """The points that were passed."""
    points: list[str] = []
    failpoints.arm(points.append)
    yield points
    failpoints.arm(None)


def test_a_commit_has_a_point_before_and_after_it_named_for_who_commits(
    committed: sessionmaker[Session], passed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from types import SimpleNamespace

    from app.jobs import engine

    monkeypatch.setattr(engine, "database", lambda: SimpleNamespace(sessions=committed))
    revive_jobs()
    where = "jobs.upkeep:revive_jobs"
    assert passed == [f"before:commit:{where}", f"after:commit:{where}"]


def test_what_breaks_before_the_commit_leaves_nothing(committed: sessionmaker[Session]) -> None:
    def broken(point: str) -> None:
        if point.startswith("before:"):
            raise failpoints.Broken(point)

    failpoints.arm(broken)
    try:
        with pytest.raises(failpoints.Broken), committed() as session, transaction(session):
            session.execute(text("insert into firing (job, due_at, fired_at) values ('x', now(), now())"))
    finally:
        failpoints.arm(None)
    with committed() as session:
        assert session.scalar(text("select count(*) from firing")) == 0


def test_nothing_is_asked_unless_a_trial_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failpoints, "caller", lambda: pytest.fail("asked"))
    with failpoints.around("call"):
        pass


@pytest.mark.parametrize(("action", "status"), [("kill", -9), ("raise", 1)])
def test_a_process_is_broken_at_the_passage_its_environment_names(action: str, status: int) -> None:
    reached = "f.reached('a'); f.reached('b'); f.reached('a'); print('on')"
    program = f"from app.core import failpoints as f; f.from_env(); {reached}"
    for passage, expected in ((2, status), (3, 0)):
        environ = {failpoints.VARIABLE: f"{action}@{passage}@a", "PYTHONPATH": str(APP.parent)}
        done = subprocess.run([sys.executable, "-c", program], check=False, env=environ, capture_output=True)
        assert done.returncode == expected


CALLS = re.compile(r"source\.fetch\(|sender\.(find|send|send_code)\(|connection\.request\(|requests\.(get|post)\(")


def test_each_call_outside_stands_between_two_points() -> None:
    bare = {
        str(path.relative_to(APP))
        for path in APP.rglob("*.py")
        if CALLS.search(path.read_text()) and 'failpoints.around("call"' not in path.read_text()
    }
    assert bare == set()


def test_nothing_is_committed_but_between_two_points() -> None:
    """``transaction()`` has them; what SQLAlchemy commits at the end of a block of its own has none."""
    bare = {
        str(path.relative_to(APP))
        for path in APP.rglob("*.py")
        if re.search(r"(sessions?|sessionmaker|engine)\S*\.begin\(|\.commit\(", path.read_text())
        and path.name != "db.py"
    }
    assert bare == set()
