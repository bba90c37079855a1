"""What the documentation says of the code is so: files that it names are there, flows are as short as it says."""

import re

from tests.house.code.source import ROOT

# A language that somebody may begin is there for none but them.
NAMED = re.compile(r"`((?:app/(?!translations/fr)|tests/|tools/|migrations/|benchmarks/)[\w./]*\w/?)`")
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


def test_every_file_that_is_named_is_there() -> None:
    assert {name: lost for name, text in documents().items() if (lost := missing(text))} == {}
    assert missing("`app/core/db.py` and `app/core/nothing.py`") == ["app/core/nothing.py"]


def test_the_flows_are_as_short_as_they_should_be() -> None:
    counts = flows(documents()["architecture.md"])
    assert counts.keys() == LONGEST_FLOWS.keys()
    assert {name: count for name, count in counts.items() if count > LONGEST_FLOWS[name]} == {}
