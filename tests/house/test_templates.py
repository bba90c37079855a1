"""Templates and styles that one can read: columns, sizes, colours said once, and no markup made in Python."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from app.core.drawing import STATIC, TOKENS, colour

ROOT = Path(__file__).resolve().parent.parent.parent
APP = ROOT / "app"
TEMPLATES = sorted(path for path in (APP / "templates").rglob("*") if path.is_file())
SHEETS = sorted(path for path in STATIC.iterdir() if path.suffix in (".css", ".js", ".svg"))
CODE = sorted(APP.rglob("*.py"))
COLUMNS = 160
FRAGMENT, MACRO, PAGE = 40, 40, 110
# Pictures read no sheet of ours: the sign in a browser's tab is drawn in the accent's light tone, goods in their own.
DRAWN_ALONE = {"favicon.svg"}
MARKUP = {
    "app/core/drawing.py": "a drawing that a template of ours made",
    "app/core/i18n/locale.py": "our own texts, whose facts are escaped as they are put in",
    "app/notify/preferences/views.py": "a fragment that a template of ours made",
    "app/returns/request/resume.py": "a fragment that a template of ours made, or nothing",
    "app/returns/status/panel.py": "a fragment that a template of ours made, or nothing",
    "app/support/views.py": "a fragment that a template of ours made, or nothing",
}
COLOUR = re.compile(
    r"(?<![&\w])#(?:[0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3,4})\b|\b(?:rgba?|hsla?|oklch|oklab|lab|lch)\(", re.I
)
ELEMENTS = (
    "a|b|body|br|button|caption|circle|code|dd|div|dl|dt|form|g|h[1-6]|head|hr|html|i|img|input|label|li|line|link|meta|ol|option|"
    "p|path|pre|rect|script|section|select|small|span|strong|style|svg|table|tbody|td|text|textarea|th|thead|title|tr|ul"
)
SPELT_OUT = re.compile(r"(?:hx|data)-[\w-]+=(?:'\s*[{\[]|\"\s*[{\[](?![{%]))")
TAG = re.compile(rf"<!--|<!doctype|</?(?:{ELEMENTS})(?:\s[^<>]*)?/?>", re.I)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def wide(text: str) -> list[int]:
    """The lines that run out of the window."""
    return [at for at, line in enumerate(text.splitlines(), 1) if len(line) > COLUMNS]


def colours(text: str) -> list[str]:
    """Colours written as such; the anchors of links, numeric characters and Jinja's comments are none."""
    bare = re.sub(r"\{#.*?#\}|href=\"#[^\"]*\"|/\*.*?\*/", "", text, flags=re.DOTALL)
    return COLOUR.findall(bare)


def macros(text: str) -> Iterator[tuple[str, int]]:
    """Each macro of a template with its lines."""
    for match in re.finditer(r"\{%-?\s*macro (\w+)(.*?)endmacro", text, re.DOTALL):
        yield match[1], match[0].count("\n") + 1


def markup_in(source: str) -> list[str]:
    """Texts of Python code that hold a tag; docstrings tell of tags, and what begins with a slash is an address."""
    tree = ast.parse(source)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in docstrings)
    return [
        node.value
        for node in texts
        if isinstance(node.value, str) and not node.value.startswith("/") and TAG.search(node.value)
    ]


def test_the_checks_find_what_they_look_for() -> None:
    assert wide("x" * 160 + "\n" + "x" * 161) == [2]
    assert len(colours("a { color: #FBFAF8 } b { color: rgb(1 2 3) } c { fill: #fff } {# #123456 #}")) == 3
    assert colours('<a href="#add">&#34;</a>') == []
    assert SPELT_OUT.findall('<p hx-headers=\'{"a": 1}\' hx-vals="{{ kept|tojson|forceescape }}">') == ["hx-headers='{"]
    assert dict(macros("{% macro a() -%}\nx\n{%- endmacro %}\n{% macro b() %}{% endmacro %}")) == {"a": 3, "b": 1}
    assert markup_in('''"""Tells of <br>."""\nx = f'<p class="a">{y}</p>'\nz = "/o/<code>"''') == [
        '<p class="a">',
        "</p>",
    ]


def faults(files: list[Path], find: Callable[[str], list[Any]]) -> dict[str, list[Any]]:
    """What ``find`` objects to, by file."""
    by_file = {name_of(path): find(path.read_text()) for path in files}
    return {name: objections for name, objections in by_file.items() if objections}


def test_no_line_runs_out_of_the_window() -> None:
    assert faults([path for path in (*TEMPLATES, *SHEETS) if path.name not in DRAWN_ALONE], wide) == {}


def test_fragments_pages_and_macros_are_small() -> None:
    pages = [path for path in TEMPLATES if path.suffix == ".html"]
    sizes = {path: len(path.read_text().splitlines()) for path in pages}
    assert [name_of(path) for path in pages if path.name.startswith("_") and sizes[path] > FRAGMENT] == []
    assert [name_of(path) for path in pages if sizes[path] > PAGE] == []
    rows = [(name_of(path), *macro) for path in pages for macro in macros(path.read_text())]
    assert len(rows) > 40
    assert [macro for macro in rows if macro[2] > MACRO] == []


def test_a_colour_is_said_in_the_tokens_alone() -> None:
    files = [path for path in (*TEMPLATES, *SHEETS, *CODE) if path.name not in (TOKENS.name, *DRAWN_ALONE)]
    assert faults(files, colours) == {}


def test_the_sign_in_the_browsers_tab_has_the_shops_colours() -> None:
    shades = set(re.findall(r"#[0-9a-f]+", (STATIC / "favicon.svg").read_text()))
    assert shades == {colour("accent"), colour("on-accent")}


def test_no_colour_is_said_twice_over_under_one_name() -> None:
    names = re.findall(r"--([\w-]+): #", TOKENS.read_text().partition("@media print")[0])
    assert len(names) > 40
    assert sorted(set(names)) == sorted(names)


def test_no_markup_is_made_in_python() -> None:
    assert faults(CODE, markup_in) == {}
    assert set(faults(CODE, re.compile(r"\bMarkup\(").findall)) == set(MARKUP)


def test_no_json_is_spelt_out_in_an_attribute() -> None:
    assert faults(TEMPLATES, SPELT_OUT.findall) == {}
