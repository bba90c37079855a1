"""One name, one meaning: no two classes of the application share a name."""

import ast
from collections import defaultdict

from app.core.settings import ROOT


def classes() -> dict[str, list[str]]:
    """Every class name with the files that declare it."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "app").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                found[node.name].append(str(path.relative_to(ROOT)))
    return found


def test_no_class_name_has_two_meanings() -> None:
    declared = classes()
    assert len(declared) > 300
    assert {name: where for name, where in declared.items() if len(where) > 1} == {}
