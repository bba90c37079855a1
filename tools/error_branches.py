"""What the tests ran: branch coverage as a whole, and for each room how many of its error branches were walked.

An error branch is a handler (``except …``), a ``raise``, or an ``abort(…)`` in code of the room. Reads the file that
coverage wrote (``.coverage``); ends with 1 when a room that must not fail has fewer than 95 of 100.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import coverage

ROOT = Path(__file__).parents[1]
# Where an error that nobody walked loses money, a message, an event or an order.
HELD = ("returns", "notify", "events", "orders")
LEAST = 95.0


def branches(tree: ast.AST) -> Iterator[int]:
    """The lines at which error branches begin; a handler that only raises again counts by its ``raise``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            yield node.body[0].lineno
        elif isinstance(node, ast.Raise) or (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "abort"):
            yield node.lineno


def unreachable(source: list[str], line: int) -> bool:
    """Whether this line says that it cannot be reached."""
    return "AssertionError" in source[line - 1] or "pragma: no cover" in source[line - 1]


def walked(data: coverage.CoverageData, room: str) -> tuple[int, list[str]]:
    """How many error branches a room has, and those that no test walked."""
    total, missed = 0, []
    for path in sorted((ROOT / "app" / room).rglob("*.py")):
        text = path.read_text()
        source, ran = text.splitlines(), set(data.lines(str(path)) or ())
        for line in sorted(set(branches(ast.parse(text)))):
            if unreachable(source, line):
                continue
            total += 1
            if line not in ran:
                missed.append(f"{path.relative_to(ROOT)}:{line}: {source[line - 1].strip()}")
    return total, missed


def main() -> int:
    """Print the figures and what is missing."""
    measured = coverage.Coverage(data_file=str(ROOT / ".coverage"), config_file=str(ROOT / "pyproject.toml"))
    measured.load()
    data, short = measured.get_data(), 0
    with Path("/dev/null").open("w") as nowhere:
        whole = measured.report(file=nowhere)
    print(f"Branch coverage of app/: {whole:.1f} %")
    for room in HELD:
        total, missed = walked(data, room)
        share = 100.0 * (total - len(missed)) / total if total else 100.0
        print(f"Error branches of app/{room}: {total - len(missed)} of {total} walked, {share:.1f} %")
        if "--missed" in sys.argv or share < LEAST:
            print("\n".join(f"  {one}" for one in missed))
        short += share < LEAST
    return int(short > 0)


if __name__ == "__main__":
    sys.exit(main())
