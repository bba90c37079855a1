"""How many error branches the tests walk, of each room that must not fail: a plugin of pytest that notes, and a report.

An error branch is a handler (``except …``), a ``raise``, or an ``abort(…)``. To count every line that runs makes the
tests take nearly twice as long; so the plugin has each error branch of these rooms note that it was walked, when its
file is loaded, and all other lines run as they are. Each process of the tests leaves a list under ``.walked``; the
report adds them up, and ends with 1 when a room has fewer than 95 of 100.
"""

import ast
import builtins
import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
LISTS = ROOT / ".walked"
# Where an error that nobody walked loses money, a message, an event or an order.
HELD = ("returns", "notify", "events", "orders")
LEAST = 95.0
NOTE = "_error_branch_"
WALKED: set[tuple[str, int]] = set()


def branches(tree: ast.AST) -> Iterator[int]:
    """The lines at which error branches begin; a handler that only raises again counts by its ``raise``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            yield node.body[0].lineno
        elif isinstance(node, ast.Raise) or (isinstance(node, ast.Call) and aborts(node)):
            yield node.lineno


def aborts(call: ast.Call) -> bool:
    """Whether this is ``abort(…)``."""
    return getattr(call.func, "id", "") == "abort"


class Noting(ast.NodeTransformer):
    """Puts a note before each error branch of a file."""

    def __init__(self, path: str) -> None:
        """``path`` as the report will name it."""
        self.path = path

    def _note(self, line: int) -> ast.expr:
        words: list[ast.expr] = [ast.Constant(self.path), ast.Constant(line)]
        return ast.Call(ast.Name(NOTE, ast.Load()), words, [])

    def _before(self, node: ast.stmt) -> ast.stmt:
        return ast.copy_location(ast.Expr(self._note(node.lineno)), node)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        """The note is the first thing that the handler does."""
        first = self._before(node.body[0])
        self.generic_visit(node)
        node.body.insert(0, first)
        return node

    def visit_Raise(self, node: ast.Raise) -> list[ast.stmt]:
        """The note is a statement before it."""
        self.generic_visit(node)
        return [self._before(node), node]

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """A note gives nothing, so what stands behind an «or» is done."""
        self.generic_visit(node)
        return ast.copy_location(ast.BoolOp(ast.Or(), [self._note(node.lineno), node]), node) if aborts(node) else node


class NotingLoader(SourceFileLoader):
    """Loads a file with its notes, from its source each time."""

    def get_code(self, fullname: str) -> CodeType:
        """As it is compiled now: what lies compiled beside it has no notes."""
        path = Path(self.get_filename(fullname))
        tree = Noting(str(path.relative_to(ROOT))).visit(ast.parse(path.read_bytes(), str(path)))
        code: CodeType = compile(ast.fix_missing_locations(tree), str(path), "exec", dont_inherit=True)
        return code


class HeldRooms(MetaPathFinder):
    """Finds the files of the rooms that are held."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Nothing for all others, which are found as ever."""
        if fullname.split(".")[:1] != ["app"] or fullname.split(".")[1:2] not in ([room] for room in HELD):
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.origin and isinstance(spec.loader, SourceFileLoader):
            spec.loader = NotingLoader(fullname, spec.origin)
        return spec


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Before anything of the portal is loaded: in the processes of xdist that is too late for a plugin of ``-p``."""
    setattr(builtins, NOTE, lambda path, line: WALKED.add((path, line)))
    sys.meta_path.insert(0, HeldRooms())


def pytest_configure(config: pytest.Config) -> None:
    """What another run left is not to be counted."""
    if not hasattr(config, "workerinput"):
        shutil.rmtree(LISTS, ignore_errors=True)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Each process leaves its own list."""
    worker: dict[str, Any] = getattr(session.config, "workerinput", {})
    LISTS.mkdir(exist_ok=True)
    (LISTS / f"{worker.get('workerid', 'main')}.json").write_text(json.dumps(sorted(WALKED)))


def walked(room: str, lines: set[tuple[str, int]]) -> tuple[int, list[str]]:
    """How many error branches a room has, and those that no test walked; none that says that it cannot be reached."""
    total, missed = 0, []
    for path in sorted((ROOT / "app" / room).rglob("*.py")):
        text = path.read_text()
        source, name = text.splitlines(), str(path.relative_to(ROOT))
        for line in sorted(set(branches(ast.parse(text)))):
            if "AssertionError" in source[line - 1]:
                continue
            total += 1
            if (name, line) not in lines:
                missed.append(f"{name}:{line}: {source[line - 1].strip()}")
    return total, missed


def main() -> int:
    """Print the figures and what is missing."""
    lines = {(path, line) for file in LISTS.glob("*.json") for path, line in json.loads(file.read_text())}
    short = 0
    for room in HELD:
        total, missed = walked(room, lines)
        share = 100.0 * (total - len(missed)) / total if total else 100.0
        print(f"Error branches of app/{room}: {total - len(missed)} of {total} walked, {share:.1f} %")
        if "--missed" in sys.argv or share < LEAST:
            print("\n".join(f"  {one}" for one in missed))
        short += share < LEAST
    return int(short > 0)


if __name__ == "__main__":
    sys.exit(main())
