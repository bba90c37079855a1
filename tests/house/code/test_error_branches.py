"""Error branches note that they were walked, and what they do is the same."""

import ast
from collections.abc import Callable
from typing import Any

import pytest

from tools.error_branches import NOTE, Noting, branches

SOURCE = """
def run(what):
    try:
        if what == "raises":
            raise KeyError(what)
        what == "aborts" and abort(404)
        what == "deep" and [abort(500) for _ in "x"]
        return what or abort(410)
    except KeyError:
        return "caught"
    except LookupError as error:
        if what == "aborts":
            raise ValueError(what) from error
        raise
"""


class Aborted(LookupError):
    """What the planted ``abort`` raises."""


def abort(status: int) -> None:
    raise Aborted(status)


@pytest.fixture
def noted() -> tuple[Callable[[str], Any], set[int]]:
    """The planted function with its notes, and the lines that they name."""
    lines: set[int] = set()
    places: dict[str, Any] = {NOTE: lambda _path, line: lines.add(line), "abort": abort}
    tree = ast.fix_missing_locations(Noting("x.py").visit(ast.parse(SOURCE)))
    exec(compile(tree, "x.py", "exec"), places)  # noqa: S102 (the text above)
    return places["run"], lines


@pytest.mark.parametrize(
    ("what", "outcome", "walked"),
    [
        ("fine", "fine", set()),
        ("raises", "caught", {5, 10}),
        ("aborts", ValueError, {6, 12, 13}),
        ("deep", Aborted, {7, 12, 14}),
        ("", Aborted, {8, 12, 14}),
    ],
)
def test_each_branch_that_is_walked_is_noted_by_its_line(
    noted: tuple[Callable[[str], Any], set[int]], what: str, outcome: Any, walked: set[int]
) -> None:
    run, lines = noted
    if isinstance(outcome, str):
        assert run(what) == outcome
    else:
        with pytest.raises(outcome):
            run(what)
    assert lines == walked


def test_every_line_that_is_counted_can_be_noted() -> None:
    assert set(branches(ast.parse(SOURCE))) == {5, 6, 7, 8, 10, 12, 13, 14}
