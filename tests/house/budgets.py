"""What a room may still owe the habits of the house: budgets that may only shrink, in ``budgets.json``.

A room that does not stand there owes nothing. ``python -m tests.house.budgets`` writes today's figures where they are
better than what was allowed so far.
"""

import json
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("budgets.json")
Budgets = dict[str, dict[str, float]]


@cache
def budgets() -> Budgets:
    """Each habit with what is allowed, by room."""
    read: Budgets = json.loads(FILE.read_text("utf-8"))
    return read


def budget(habit: str) -> dict[str, float]:
    """What is allowed of one habit, by room."""
    return budgets().get(habit, {})


def tighten() -> None:
    """Write down what has become better."""
    from tests.house.source import app
    from tests.house.test_comments import LEAST, share
    from tests.house.test_names import vague

    rooms: dict[str, list[int]] = {}
    for file in app():
        lines, comments, names = rooms.get(file.room, [0, 0, 0])
        rooms[file.room] = [lines + file.lines, comments + len(file.comments), names + len(vague(file))]
    names, comments = budget("vague names"), budget("comments")
    tight = {
        "vague names": {room: min(names[room], at[2]) for room, at in rooms.items() if names.get(room) and at[2]},
        "comments": {
            room: max(comments[room], share(at[1], at[0]))
            for room, at in rooms.items()
            if room in comments and share(at[1], at[0]) < LEAST
        },
    }
    FILE.write_text(json.dumps(tight, indent=2, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    tighten()
