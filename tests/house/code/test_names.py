"""One name, one meaning: no two classes share a name, and a local is called for what it holds."""

import ast
from collections import defaultdict

import pytest

from tests.house.code.source import ROOT, Source, SourceFile, app

VAGUE = frozenset({"asked", "found", "given", "held", "kept", "known", "said", "told", "wanted"})


def ambiguous(source: Source) -> dict[str, list[str]]:
    """Each class name that is declared more than once, with the files."""
    declared: dict[str, list[str]] = defaultdict(list)
    for file in source:
        for one in file.classes:
            declared[one.name].append(file.path)
    return {name: where for name, where in declared.items() if len(where) > 1}


def vague(file: SourceFile) -> list[str]:
    """Where a variable or a parameter says that it holds something, and not what."""
    return [f"{file.at(node)} {name}" for node in file.nodes for name in _given(node) if name in VAGUE]


def _given(node: ast.AST) -> list[str]:
    """The names that a node gives to something."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return [node.id]
    if isinstance(node, ast.arg):
        return [node.arg]
    if isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar):
        return [node.name] if node.name else []
    return []


def test_no_class_name_has_two_meanings() -> None:
    assert sum(len(file.classes) for file in app()) > 300
    assert ambiguous(app()) == {}


@pytest.mark.parametrize("folder", ["app", "tests", "benchmarks", "tools", "migrations"])
def test_locals_are_named_for_what_they_hold(folder: str) -> None:
    source = Source.read(ROOT, folder)
    assert [one for file in source for one in vague(file)] == []


def test_a_name_with_two_meanings_is_told() -> None:
    source = app().planted({"app/new.py": "class Shipment:\n    class OrderLine: ...\n"})
    assert set(ambiguous(source)) == {"Shipment", "OrderLine"}


@pytest.mark.parametrize(
    "code",
    [
        "found = 1",
        "for found in (): ...",
        "found, other = 1, 2",
        "def f(found: int) -> None: ...",
        "def f(*, found: int) -> None: ...",
        "lambda found: 1",
        "[1 for found in ()]",
        "if (found := 1): ...",
        "with open('') as found: ...",
        "try: ...\nexcept ValueError as found: ...",
        "class A:\n    found: int",
    ],
)
def test_a_vague_name_is_told_wherever_it_is_given(code: str) -> None:
    assert vague(SourceFile("app/new.py", code)) != []


def test_names_that_only_contain_one_are_let_be() -> None:
    assert vague(SourceFile("app/new.py", "not_found = found_order = 1\nprint(found)\nmessage.found()\n")) == []
