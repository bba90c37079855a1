"""An instant is said by the clock of a place: no message, page or export cuts a day out of universal time."""

import ast
import re
from collections.abc import Iterator
from itertools import pairwise

from sqlalchemy import DateTime

from app import models
from app.core.db import Model
from tests.house.code.source import app
from tests.house.test_safety import templates

WORDS = {"day", "short_day", "day_range", "between", "clock_time", "time_range", "moment", "relative_day", "local_day"}
# What nobody reads as a place's time, and why.
SPARED = {
    "app/notify/render/mails/papers.py": "the receipt of a withdrawal says universal time beside the place's",
    "app/templates/returns/withdraw_receipt.html": "the same receipt as a page",
    "app/templates/pages/security.txt": "the format of the file asks for universal time",
    "app/notify/plan/listener.py": "the name of a wake-up",
    "app/tracking/page/cards.py": "part of a tag that nobody reads",
    "app/returns/decisions.py": "a whole day of grace covers every zone",
}


def _instants() -> set[str]:
    """Every name that a table gives to a moment."""
    columns = (column for table in Model.metadata.tables.values() for column in table.columns)
    return {column.name for column in columns if isinstance(column.type, DateTime)} | {"occurred_at", "at"}


assert models  # with every table loaded, the names are complete
INSTANTS = _instants()


def _is_instant(node: ast.expr) -> bool:
    return (isinstance(node, ast.Attribute) and node.attr in INSTANTS) or (
        isinstance(node, ast.Name) and node.id in INSTANTS | {"now"}
    )


def _is_cut(part: ast.expr | None, after: ast.expr | None) -> bool:
    """A formatted instant; one that says «UTC» right behind it names its place."""
    named = isinstance(after, ast.Constant) and str(after.value).startswith(" UTC")
    return isinstance(part, ast.FormattedValue) and bool(part.format_spec) and _is_instant(part.value) and not named


def _placeless(tree: ast.AST) -> Iterator[int]:
    """Lines that make a day or a clock time out of an instant without naming a place."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield from (part.lineno for part, after in pairwise([*node.values, None]) if _is_cut(part, after))
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        cuts = isinstance(function, ast.Attribute) and function.attr in {"date", "time", "strftime"}
        if cuts and _is_instant(function.value):
            yield node.lineno
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        named = len(node.args) > 1 or any(keyword.arg == "zone" for keyword in node.keywords)
        spoken = isinstance(function, ast.Name) or (
            isinstance(function, ast.Attribute)
            and isinstance(function.value, ast.Name)
            and function.value.id == "words"
        )
        if name in WORDS and spoken and node.args and _is_instant(node.args[0]) and not named:
            yield node.lineno


def test_a_moment_in_code_is_said_by_the_clock_of_a_place() -> None:
    files = [file for file in app() if file.path not in SPARED]
    assert [f"{file.path}:{line}" for file in files for line in _placeless(file.tree)] == []


CALL = re.compile(rf"\b({'|'.join(sorted(WORDS))})\(([\w.]*?\.)?({'|'.join(sorted(INSTANTS))})\b(?![\w(])([^()]*)\)")
ONE_ZONE = re.compile(r"""\bzone=["'][A-Z]\w+/""")
CUT = re.compile(rf"\.({'|'.join(sorted(INSTANTS))})\.(date|time|strftime)\(")


def test_a_moment_on_a_page_is_said_by_the_clock_of_a_place() -> None:
    pages = {path: text for path, text in templates().items() if path not in SPARED}
    calls = [(path, call) for path, text in pages.items() for call in CALL.finditer(text)]
    assert [f"{path}: {call.group()}" for path, call in calls if "zone=" not in call.group(4)] == []
    assert [f"{path}: {cut}" for path, text in pages.items() for cut in CUT.findall(text)] == []
    assert [path for path, text in pages.items() if ONE_ZONE.search(text)] == []


def test_the_rule_sees_what_it_forbids() -> None:
    wrong = "a = refund.paid_at.date()\nb = f'{row.created_at:%H:%M}'\nc = short_day(row.created_at)\nd = day(now)"
    assert sorted(_placeless(ast.parse(wrong))) == [1, 2, 3, 4]
    assert ONE_ZONE.search('{{ day(one.requested_at, zone="Europe/Madrid") }}')
    right = "a = local_day(refund.paid_at, zone)\nb = short_day(row.created_at, zone=zone)\nc = t.moment(x.at)"
    assert list(_placeless(ast.parse(right))) == []
