"""Pages are made by templates that one can read, and that let no script, style or unescaped text through."""

import ast
import re
import subprocess
from collections import Counter
from functools import cache

import pytest

from tests.house.code.budgets import budget
from tests.house.code.source import ROOT, SourceFile, app

LONGEST_LINE = 160
UNSAFE = re.compile(
    r'\sstyle="|<script(?![^>]*\ssrc=)|\son(?:click|load|submit|change)=|hx-on|\bjs:|\|\s*safe\b|autoescape\s+false'
)
MARKUP = re.compile(
    r"</?(a|b|br|div|em|form|g|h[1-6]|img|input|li|ol|p|path(?= )|rect|script|span|strong|svg|t[dhr]|ul)\b[^<]*>"
)
# Drawings and lines of a page that are still put together in code.
STILL_WRITTEN = {"app/returns/labels/codes.py", "app/returns/points/map.py", "app/tracking/page/cards.py"}


@cache
def templates() -> dict[str, str]:
    """Every template with its text."""
    kept = (
        path for path in (ROOT / "app" / "templates").rglob("*") if path.suffix in (".html", ".txt", ".mjml", ".xml")
    )
    return {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in sorted(kept)}


def unsafe(path: str, text: str) -> list[str]:
    """What a template lets through; mail programs know no style sheets, so what a message looks like stands in it."""
    return [] if "/email/" in path else [f"{path}: {one.group()}" for one in UNSAFE.finditer(text)]


def long_lines(text: str) -> int:
    return sum(len(line) > LONGEST_LINE for line in text.splitlines())


def room(path: str) -> str:
    """The folder of templates in which one lies."""
    return path.split("/")[2].removesuffix(".html")


def counted() -> dict[str, int]:
    """How many lines are too long to be read, by folder."""
    lines = Counter({room(path): 0 for path in templates()})
    for path, text in templates().items():
        lines[room(path)] += long_lines(text)
    return lines


def markup(file: SourceFile) -> list[str]:
    """Where Python writes what a template should."""
    texts = [node for node in file.nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    said = {id(node.value) for node in file.nodes if isinstance(node, ast.Expr)}
    return [file.at(node) for node in texts if id(node) not in said and MARKUP.search(str(node.value))]


def test_templates_hold_no_script_no_style_and_nothing_unescaped() -> None:
    assert len(templates()) > 80
    assert [one for path, text in templates().items() for one in unsafe(path, text)] == []


def test_lines_of_templates_can_be_read() -> None:
    allowed = budget("long template lines")
    assert {name: count for name, count in counted().items() if count > allowed.get(name, 0)} == {}


def test_python_writes_no_markup() -> None:
    assert [one for file in app() if file.path not in STILL_WRITTEN for one in markup(file)] == []


@pytest.mark.parametrize(
    "text",
    [
        '<p style="color: red">',
        "<script>alert(1)</script>",
        '<a onclick="x()">',
        '<a hx-on:click="x()">',
        "{{ text | safe }}",
        "{% autoescape false %}",
    ],
)
def test_an_unsafe_template_is_told(text: str) -> None:
    assert len(unsafe("app/templates/new.html", text)) == 1
    assert unsafe("app/templates/new.html", '<script src="/x.js"></script><p class="style">{{ text }}</p>') == []


def test_markup_in_python_and_long_lines_are_told() -> None:
    wrong = 'def f(x: str) -> str:\n    """Makes <b>bold</b>."""\n    return f"<b>{x}" + "</b>"\n'
    assert markup(SourceFile("app/new.py", wrong)) == ["app/new.py:3", "app/new.py:3"]
    assert long_lines("x" * 160 + "\n" + "x" * 161) == 1


def test_nothing_names_a_path_of_a_machine_or_a_package_index() -> None:
    foreign = r"(^|[^.A-Za-z])/(wor[k]|roo[t]|hom[e])/|pyp[i]\.org|python[h]osted|registry\.np[m]"
    command = ["git", "grep", "-nIE", foreign]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout == ""
