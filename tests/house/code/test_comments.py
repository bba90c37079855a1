"""Comments give reasons: enough of them in every room, not too many, and none that says again what the code says."""

import ast
import re
from collections import Counter

import pytest

from tests.house.code.source import Source, SourceFile, app

LEAST, MOST = 2.0, 6.0
"""Lines of comments in a hundred lines of a room."""
SMALL = 150
"""Lines of a room below which one comment more or less says nothing."""
WORD = re.compile(r"[A-Za-z][a-z]+|[A-Z]+(?![a-z])")
# Words that carry no meaning of their own.
FILLING = frozenset({
    "a", "an", "and", "are", "as", "at", "be", "by", "do", "each", "every", "for", "from", "get", "given", "here",
    "if", "in", "into", "is", "it", "its", "of", "on", "one", "or", "our", "set", "so", "that", "the", "their",
    "then", "there", "this", "to", "up", "we", "when", "with",
})  # fmt: skip


def share(comments: int, lines: int) -> float:
    """In a hundred lines, to one place, rounded down."""
    return int(1000 * comments / max(lines, 1)) / 10


def shares(source: Source) -> dict[str, float]:
    """How many lines in a hundred are comments, by room."""
    lines, comments = Counter[str](), Counter[str]()
    for file in source:
        lines[file.room] += file.lines
        comments[file.room] += len(file.comments)
    return {room: share(comments[room], count) for room, count in lines.items() if count >= SMALL}


def unexplained(source: Source) -> dict[str, float]:
    """Rooms with too few reasons, or so many comments that they cannot all be some."""
    return {room: count for room, count in shares(source).items() if not LEAST <= count <= MOST}


def repetitions(file: SourceFile) -> list[str]:
    """Comments that say nothing but the words of the line they stand over, or are code."""
    lines = file.text.splitlines()
    faults = []
    for at, comment in file.comments:
        own_line = lines[at - 1].lstrip().startswith("#")
        code = lines[at - 1].partition("#")[0] if not own_line else next(iter(lines[at : at + 1]), "")
        if _is_code(comment) or _repeats(comment, code):
            faults.append(f"{file.path}:{at} {comment}")
    return faults


def _is_code(comment: str) -> bool:
    """Whether it is a statement that was put out of use."""
    try:
        parsed = ast.parse(comment).body
    except SyntaxError:
        return False
    return any(
        isinstance(node, ast.Assign | ast.Return | ast.Import | ast.ImportFrom | ast.Raise)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call | ast.Await))
        for node in parsed
    )


def _repeats(comment: str, code: str) -> bool:
    words, there = _words(comment), _words(code)
    return bool(words) and words <= there


def _words(text: str) -> set[str]:
    """The words that mean something, cut to what they share with their other forms."""
    words = {word.lower() for word in WORD.findall(text.replace("_", " "))} - FILLING
    return {word[: max(4, len(word) - 3)] for word in words}


def test_every_room_gives_its_reasons() -> None:
    assert unexplained(app()) == {}


def test_no_comment_repeats_the_code() -> None:
    assert [one for file in app() for one in repetitions(file)] == []


@pytest.mark.parametrize(
    "code",
    [
        "# lock the returns\nlock_return(session, 1)",
        "order = find_order(ref)  # find the order",
        "# total = 1 + 2\nprint()",
        "# return None\nprint()",
        "# Send message\nself.send(message)",
    ],
)
def test_a_comment_that_repeats_the_code_is_told(code: str) -> None:
    assert len(repetitions(SourceFile("app/new.py", code))) == 1


@pytest.mark.parametrize(
    "code",
    [
        "# orders before returns: the other services lock so\nlock_return(session, 1)",
        "TRIES = 3  # requirement M-03",
        "x = 1  # noqa: S311",
        "# fmt: skip\nx = 1",
    ],
)
def test_a_reason_is_let_be(code: str) -> None:
    assert repetitions(SourceFile("app/new.py", code)) == []


def test_a_room_without_reasons_and_one_that_babbles_are_told() -> None:
    silent = SourceFile("app/silent/new.py", "x = 1\n" * 200)
    loud = SourceFile("app/loud/new.py", "# why it is so\nx = 1\n" * 100)
    right = SourceFile("app/right/new.py", "# why it is so\n" + "x = 1\n" * 30 + ("# and so\n" + "x = 1\n" * 30) * 4)
    assert unexplained(Source([silent, loud, right])) == {"silent": 0.0, "loud": 50.0}
