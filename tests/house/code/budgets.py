"""What a room may still owe the habits of the house: budgets that may only shrink, in ``budgets.json``.

A room that does not stand there owes nothing. ``python -m tests.house.code.budgets`` writes down what became better.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("budgets.json")
Budget = dict[str, float]


@cache
def budgets() -> dict[str, Budget]:
    """Each habit with what is allowed, by room."""
    read: dict[str, Budget] = json.loads(FILE.read_text("utf-8"))
    return read


def budget(habit: str) -> Budget:
    """What is allowed of one habit, by room."""
    return budgets().get(habit, {})


def tighten() -> None:
    """Write today's figures where they are better than what was allowed; who owes nothing any more is left out."""
    from tests.house.code import test_comments, test_names
    from tests.house.code.source import app

    shares = {room: share for room, share in test_comments.shares(app()).items() if share < test_comments.LEAST}
    tight = {
        "comments": {room: max(share, shares[room]) for room, share in budget("comments").items() if room in shares},
        "vague names": _less("vague names", test_names.counted(app())),
    }
    FILE.write_text(json.dumps(tight, indent=2, sort_keys=True) + "\n", "utf-8")


def _less(habit: str, counted: Mapping[str, int]) -> Budget:
    return {room: min(most, counted[room]) for room, most in budget(habit).items() if counted.get(room)}


if __name__ == "__main__":
    tighten()
