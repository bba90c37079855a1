"""The conformance report claims nothing that no test shows, and is never behind what it is made from."""

from dataclasses import replace
from pathlib import Path

import pytest

from tools.conformance.__main__ import REPORT, SHOWN, report, shown
from tools.conformance.book import BOOK, Assessment, Criterion, Result, exists, faults, read

ROW = Criterion("9.0", "9", "Planted", Result.SUPPORTS, (), "")


@pytest.fixture
def assessment() -> Assessment:
    """What stands in the book."""
    return read(BOOK.read_text(encoding="utf-8"))


def test_all_that_is_claimed_is_shown_by_tests_that_exist(assessment: Assessment) -> None:
    assert list(faults(assessment)) == []


def test_the_report_and_the_page_say_what_the_book_says(assessment: Assessment) -> None:
    assert REPORT.read_text(encoding="utf-8") == report(assessment)
    assert SHOWN.read_text(encoding="utf-8") == shown(assessment)


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (ROW, "names no test"),
        (replace(ROW, tests=("tests/pages/test_conformance.py::test_nothing",)), "there is no test"),
        (replace(ROW, result=Result.IN_PART, tests=("tests/nowhere.py::test_x",)), "does not say what is missing"),
        (replace(ROW, result=Result.NOT_ASSESSED), "does not say what is missing"),
        (replace(ROW, result=Result.DOES_NOT_APPLY, tests=("tests/nowhere.py::test_x",)), "names tests"),
    ],
)
def test_a_claim_without_its_test_is_a_fault(row: Criterion, fault: str) -> None:
    assert any(fault in text for text in faults(Assessment("2026-11-27", (row,))))


def test_a_test_that_is_never_run_is_no_evidence(tmp_path: Path) -> None:
    (tmp_path / "test_some.py").write_text(
        "import pytest\n\n@pytest.mark.skip(reason='later')\ndef test_one(): ...\n\ndef test_two(): ...\n"
    )
    assert not exists("test_some.py::test_one", tmp_path)
    assert exists("test_some.py::test_two", tmp_path)


def test_a_result_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="mostly"):
        read(BOOK.read_text(encoding="utf-8").replace('result = "in part"', 'result = "mostly"', 1))


def test_every_clause_stands_once(assessment: Assessment) -> None:
    clauses = [one.clause for one in assessment.criteria]
    assert len(clauses) == len(set(clauses))
    web = [one for one in clauses if one.startswith("9.")]
    assert len(web) == 51  # the fifty criteria of WCAG 2.1, A and AA, and the requirements for conforming at all
