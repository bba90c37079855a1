"""What the documentation says of the code is so: files that it names are there, flows are as short as it says."""

import ast
import re
from functools import cache

from tests.house.code.source import ROOT

# A language that somebody may begin is there for none but them.
NAMED = re.compile(r"`((?:app/(?!translations/fr)|tests/|tools/|migrations/|benchmarks/)[\w./]*\w/?)`")
# A test as a report names it, file and function.
HELD_BY = re.compile(r"`(tests/[\w./]+\.py)::(\w+)`")
# A reader follows each of them from file to file; what is longer is hard to hold in one's head.
LONGEST_FLOWS = {"order": 6, "scan": 10, "event": 9, "return": 9, "receipt": 6}


def documents() -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in [*(ROOT / "docs").glob("*.md"), ROOT / "README.md"]}


def missing(text: str) -> list[str]:
    """Files and folders that a text names and that are not there."""
    return sorted({name for name in NAMED.findall(text) if not (ROOT / name).exists()})


def flows(text: str) -> dict[str, int]:
    """How many files each flow leads through: the number it gives, by the noun it begins with."""
    counts = {}
    for paragraph in text.partition("## Five flows")[2].partition("\n## ")[0].split("\n\n"):
        match = re.match(r"\*\*An? (\w+)[^*]*\*\* \((\d+) files\)", paragraph.strip())
        if match:
            assert len(set(NAMED.findall(paragraph))) == int(match[2]), (
                f"{match[1]}: {sorted(set(NAMED.findall(paragraph)))}"
            )
            counts[match[1]] = int(match[2])
    return counts


@cache
def names_of_tests(file: str) -> frozenset[str]:
    """The tests of a file, by name; none where it is not there."""
    path = ROOT / file
    nodes = ast.parse(path.read_text("utf-8")).body if path.is_file() else []
    return frozenset(node.name for node in nodes if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"))


def absent(text: str) -> list[str]:
    """Tests that a text names and that are not there."""
    return sorted(f"{file}::{name}" for file, name in HELD_BY.findall(text) if name not in names_of_tests(file))


def rows(text: str) -> list[list[str]]:
    """The cells of each row of a text's tables, without their first lines."""
    lines = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| input |")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def test_every_test_that_a_report_names_is_there() -> None:
    reports = {path.name: path.read_text("utf-8") for path in (ROOT / "docs" / "reports").glob("*.md")}
    assert {name: lost for name, text in reports.items() if (lost := absent(text))} == {}
    planted = (
        "`tests/house/test_docs.py::test_nothing` `tests/house/test_docs.py::test_every_file_that_is_named_is_there`"
    )
    assert absent(planted + " `tests/nowhere.py::test_x`") == [
        "tests/house/test_docs.py::test_nothing",
        "tests/nowhere.py::test_x",
    ]


def test_every_odd_input_of_the_report_has_its_test_and_they_are_more_than_sixty() -> None:
    cells = rows((ROOT / "docs" / "reports" / "odd-inputs.md").read_text("utf-8"))
    assert [row for row in cells if len(row) != 3 or not HELD_BY.search(row[2])] == []
    assert len(cells) > 60


def test_every_file_that_is_named_is_there() -> None:
    assert {name: lost for name, text in documents().items() if (lost := missing(text))} == {}
    assert missing("`app/core/db.py` and `app/core/nothing.py`") == ["app/core/nothing.py"]


def test_the_flows_are_as_short_as_they_should_be() -> None:
    counts = flows(documents()["architecture.md"])
    assert counts.keys() == LONGEST_FLOWS.keys()
    assert {name: count for name, count in counts.items() if count > LONGEST_FLOWS[name]} == {}
