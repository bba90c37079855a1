"""The points that stand in the portal's code by name, read from the code itself: commits, and calls outside."""

import ast
from collections.abc import Iterator

from app.core.settings import ROOT


def named() -> list[str]:
    """The points that stand in the portal's code: for each function that commits or calls out, where it is."""
    points = set()
    for path in sorted((ROOT / "app").rglob("*.py")):
        module = ".".join(path.relative_to(ROOT / "app").with_suffix("").parts)
        for name, node in _functions(ast.parse(path.read_text()), ""):
            if any(_commits(one) for one in _own(node)) and module not in ("db", "failpoints", "queue"):
                points.add(f"commit:{module}:{name}")
            points.update(call for one in _own(node) for call in _calls_out(one))
    return sorted(points)


def _functions(node: ast.AST, above: str) -> Iterator[tuple[str, ast.AST]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef):
            yield from _functions(child, f"{above}{child.name}.")
        elif isinstance(child, ast.FunctionDef):
            yield f"{above}{child.name}", child
            yield from _functions(child, f"{above}{child.name}.<locals>.")


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """What stands in a function itself, and not in one that it makes: that one is passed under its own name."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef):
            yield child
            yield from _own(child)


def _commits(node: ast.AST) -> bool:
    called = node.func if isinstance(node, ast.Call) else None
    return isinstance(called, ast.Name) and called.id in ("transaction", "in_transaction")


def _calls_out(node: ast.AST) -> Iterator[str]:
    """The word that names a call outside; of one that is put together, the part that stands in the code."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "around":
        for name in node.args[1:]:
            parts = name.values if isinstance(name, ast.JoinedStr) else [name]
            yield from (str(one.value) for one in parts if isinstance(one, ast.Constant))
