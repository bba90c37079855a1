"""Some of the stories, broken at one point each; `make chaos` breaks all of them at every point."""

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from benchmarks.chaos import deed_books as books
from benchmarks.chaos import deed_forgiven as forgiven
from benchmarks.chaos.deed_books import Difference
from benchmarks.chaos.deed_stories import ALL
from benchmarks.chaos.deed_trial import DeedTrial
from benchmarks.chaos.deeds import Place, place
from benchmarks.chaos.tls import make_authority
from tests.browser.everyone.walks import ALL_WALKS
from tests.locks import LockOrder
from tests.unlocked import Unlocked

HANDFUL = [
    ("people", "before:commit:staff.people.views:add", 1, "raise"),
    ("two-people", "after:commit:staff.returns.actions:_carried_out", 2, "kill"),
    ("webhooks", "after:call:outbound:post", 1, "lose"),
]
# Those in which orders, parcels, returns and refunds are changed by many: `make chaos` watches all.
MEETING = {"carriers", "money", "orders", "receipt", "return", "two-people", "withdrawal"}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder: Path = tmp_path_factory.mktemp("deeds")
    admin = os.environ["TEST_DATABASE_URL"]
    with place(admin_url=admin, authority=make_authority(folder), folder=folder) as made:
        yield made


@pytest.mark.parametrize(("story", "point", "passage", "deed"), HANDFUL)
def test_broken_there_the_story_ends_as_if_it_had_not_been(
    shop: Place, story: str, point: str, passage: int, deed: str
) -> None:
    assert shop.points(story)[point] >= passage
    outcome = shop.play(story, point, passage, deed)
    assert outcome.hit and outcome.good, outcome


@pytest.mark.parametrize("story", [one.name for one in ALL if ALL_WALKS or one.name in MEETING])
def test_in_each_story_rows_are_locked_before_they_are_changed_and_in_the_one_order(
    shop: Place, story: str, tmp_path: Path
) -> None:
    path = tmp_path / "found.json"
    shop.watch(story, watched, path)
    assert json.loads(path.read_text()) == []


def watched(trial: DeedTrial, path: Path) -> None:
    """Plays a story, and writes which rows were locked against the order or changed without a lock."""
    from app.jobs import engine
    from benchmarks.chaos import scene
    from benchmarks.chaos.deed_scene import play

    locks, unlocked = LockOrder(), Unlocked()
    engines = {scene.portal().extensions["database"].engine, engine.database().engine}
    with ExitStack() as watching:
        watching.enter_context(unlocked.watching(*engines))
        for one in engines:
            watching.enter_context(locks.watching(one))
        play(trial)
    path.write_text(json.dumps(locks.reversals + unlocked.changes))


def test_the_whole_portal_reads_the_clock_of_the_story(shop: Place, tmp_path: Path) -> None:
    path = tmp_path / "found.json"
    shop.watch("opening", other_clocks, path)
    assert json.loads(path.read_text()) == []


def other_clocks(_trial: DeedTrial, path: Path) -> None:
    """Writes which modules would read another one."""
    from app.core import clock
    from benchmarks.chaos import scene

    modules = [module for name, module in sys.modules.items() if name.startswith("app.")]
    odd = [module.__name__ for module in modules if getattr(module, "utcnow", clock.utcnow) is not clock.utcnow]
    path.write_text(json.dumps(odd if clock.utcnow.__module__ == scene.__name__ else ["all"]))


def test_no_two_stories_have_one_name() -> None:
    assert {one.name for one in ALL} >= MEETING
    assert [name for name, times in Counter(one.name for one in ALL).items() if times > 1] == []


def test_a_row_that_is_missing_and_one_that_is_there_twice_are_noticed() -> None:
    before, after = {"refund": Counter({"a": 1, "b": 1})}, {"refund": Counter({"b": 2, "c": 1})}
    rows = {(one.row, one.times) for one in books.differences(before, after)}
    assert rows == {("a", -1), ("b", 1), ("c", 1)}


def test_what_is_missing_is_never_forgiven() -> None:
    for point, (tables, reason) in forgiven.FORGIVEN.items():
        assert reason
        table = next(iter(tables), "refund")
        missing, more = Difference(table, "a", -1), Difference(table, "a", 1)
        assert forgiven.wrong(point, [missing, more]) == [missing]
    assert forgiven.wrong("before:commit:elsewhere:here", [more]) == [more]


def test_only_chance_is_taken_out_of_a_text() -> None:
    written = 'Refund 1990 of A-10440 at 12:03, code 123456 {"receipt_id": 4, "amount": 20}'
    assert books.scrubbed(written) == 'Refund 1990 of A-10440 at ‹time›, code ‹code› {"receipt_id": ‹id›, "amount": 20}'
