"""The house rules that a machine can check: sizes, first lines, guarded routes, safe templates."""

import ast
import re
import statistics
import subprocess
from pathlib import Path

import pytest
from flask import Flask

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = sorted((ROOT / "app").rglob("*.py"))
TEMPLATES = sorted(
    path for path in (ROOT / "app" / "templates").rglob("*") if path.suffix in (".html", ".txt", ".mjml")
)
# Mail programs know no style sheets: what a message looks like stands in it.
PAGES = [path for path in TEMPLATES if "email" not in path.parts]
PURE = {"policy", "states", "fold", "triggers", "routing", "estimate", "kinds", "ports"}
WORLD = {"sqlalchemy", "flask", "requests", "flask_babel", "psycopg", "httpx", "urllib3", "smtplib"}


def _lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def _functions(path: Path) -> list[tuple[str, int]]:
    tree = ast.parse(path.read_text())
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [
        (f"{path.relative_to(ROOT)}:{node.name}", (node.end_lineno or 0) - node.lineno + 1)
        for node in ast.walk(tree)
        if isinstance(node, kinds)
    ]


def test_a_file_is_as_long_as_its_concept() -> None:
    sizes = sorted(_lines(path) for path in FILES)
    assert [str(path.relative_to(ROOT)) for path in FILES if _lines(path) > 400] == []
    assert statistics.median(sizes) <= 120
    assert sizes[int(len(sizes) * 0.9)] <= 250


def test_functions_are_short() -> None:
    found = [one for path in FILES for one in _functions(path)]
    sizes = sorted(size for _, size in found)
    assert [name for name, size in found if size > 45] == []
    assert statistics.median(sizes) <= 9
    assert sizes[int(len(sizes) * 0.9)] <= 24


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_says_first_what_it_holds(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text()))


@pytest.mark.parametrize(
    "path", [path for path in FILES if path.stem in PURE], ids=lambda path: str(path.relative_to(ROOT))
)
def test_a_pure_file_reaches_neither_the_database_nor_the_web(path: Path) -> None:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    assert not names & WORLD


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_has_no_inline_style_or_script(path: Path) -> None:
    text = path.read_text()
    assert not re.search(
        r'\sstyle="|<script(?![^>]*\ssrc=)|\son(?:click|load|submit|change)=|hx-on|\bjs:|\|\s*safe\b', text
    )


def test_every_unsafe_route_is_guarded_by_a_token_or_by_a_signature(flask_app: Flask) -> None:
    exempt = {blueprint.name for blueprint in flask_app.extensions["csrf"]._exempt_blueprints}
    views = flask_app.extensions["csrf"]._exempt_views
    unsafe = [rule for rule in flask_app.url_map.iter_rules() if (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}]
    free = {
        rule.rule
        for rule in unsafe
        if rule.endpoint.partition(".")[0] in exempt or _name(flask_app, rule.endpoint) in views
    }
    allowed = ("/api/v1/", "/hooks/", "/preferences/")
    assert free, "the doors of other systems take no token"
    assert {path for path in free if not path.startswith(allowed)} == set()


def _name(app: Flask, endpoint: str) -> str:
    view = app.view_functions[endpoint]
    return f"{view.__module__}.{view.__name__}"


def test_nothing_names_a_path_of_a_machine_or_a_package_index() -> None:
    command = [
        "git",
        "grep",
        "-nIE",
        r"(^|[^.A-Za-z])/(wor[k]|roo[t]|hom[e])/|pyp[i]\.org|python[h]osted|registry\.np[m]",
    ]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout
    assert found == ""
