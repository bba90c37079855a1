"""A sheet has rules for what there is: no class or id in it that no template, script or Python file names."""

import ast
import re
from collections.abc import Iterable
from pathlib import Path

from app.core.drawing import STATIC
from tests.house.test_templates import APP, CODE, TEMPLATES, name_of

SHEETS = sorted(STATIC.glob("*.css"))
SCRIPTS = sorted(STATIC.glob("*.js"))
# What other people's scripts put on a page.
BROUGHT = {"htmx-request": "htmx, while it asks", "leaflet-bar": "Leaflet, around the map's buttons"}
SELECTORS = re.compile(r"([^{}]*)\{")
NAMES = re.compile(r"[.#]([a-zA-Z_][\w-]*)")
WORD = re.compile(r"[\w-]+")
# Sentences name no class: what is said to a reader goes out first.
SAID = re.compile(r"""\b_?_?n?p?(?:gettext|_)\((?:\s*(?:"[^"]*"|'[^']*'))+|\{#.*?#\}""", re.DOTALL)
# "is-" ~ tone, button-{{ kind }}, f"c{number}": what stands before the joint.
BEGUN = re.compile(r"""["'\s]([a-zA-Z_][\w-]*)(?:["']\s*~|\{\{)""")


def classes(sheet: str) -> set[str]:
    """The classes and ids that a sheet has rules for."""
    bare = re.sub(r"/\*.*?\*/|url\([^)]*\)", "", sheet, flags=re.DOTALL)
    return {name for selector in SELECTORS.findall(bare) for name in NAMES.findall(selector)}


def texts_in(source: str) -> Iterable[ast.Constant | ast.JoinedStr]:
    """The texts of Python code without its docstrings."""
    tree = ast.parse(source)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        node for node in ast.walk(tree) if isinstance(node, ast.Constant | ast.JoinedStr) and id(node) not in docstrings
    ]


def used(templates: Iterable[str], scripts: Iterable[str], code: Iterable[str]) -> tuple[set[str], set[str]]:
    """Words that may be classes, and beginnings of such as are put together."""
    words, begun = set[str](), set[str]()
    for template in templates:
        bare = SAID.sub("", template)
        words.update(WORD.findall(bare))
        begun.update(BEGUN.findall(bare))
    for script in scripts:
        words.update(WORD.findall(re.sub(r"^\s*//.*$", "", script, flags=re.MULTILINE)))
    for source in code:
        for node in texts_in(source):
            if isinstance(node, ast.JoinedStr):
                first = node.values[0]
                begun.update(
                    [first.value] if isinstance(first, ast.Constant) and str(first.value).isidentifier() else []
                )
            elif isinstance(node.value, str):
                words.update(WORD.findall(node.value))
    return words, begun


def dead(sheet: str, words: set[str], begun: set[str]) -> list[str]:
    """The classes of a sheet that nothing can have."""
    return sorted(
        name
        for name in classes(sheet) - words - BROUGHT.keys()
        if not any(name.startswith(start) and name != start for start in begun)
    )


def read(paths: Iterable[Path]) -> list[str]:
    return [path.read_text() for path in paths]


def test_no_sheet_has_rules_for_what_there_is_not() -> None:
    words, begun = used(read([*TEMPLATES, *APP.rglob("*.svg")]), read(SCRIPTS), read(CODE))
    idle = {name_of(sheet): dead(sheet.read_text(), words, begun) for sheet in SHEETS}
    assert {name: names for name, names in idle.items() if names} == {}


def test_the_check_finds_what_it_looks_for() -> None:
    template = """<p class="a {{ "is-" ~ tone }} to-{{ way }}">{{ _("gone") }}</p>{# lost #}"""
    words, begun = used([template], ['list.add("b");\n// c'], ['"""Of d."""\nname = "e"\nother = f"f{name}"'])
    sheet = ".a, #b { x: y } .is-new, .to-left > .e { } .f2 { } .gone .lost:hover { } .c { } .d { } .htmx-request { }"
    assert dead(sheet, words, begun) == ["c", "d", "gone", "lost"]


def test_what_others_scripts_put_on_a_page_has_a_rule() -> None:
    assert BROUGHT.keys() <= {name for sheet in SHEETS for name in classes(sheet.read_text())}
