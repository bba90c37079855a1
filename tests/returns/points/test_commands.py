"""The import commands: what they say, how they end, that the same file twice is the same."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.returns.points.models import DropOffPoint, PostalPlace
from tests.returns.points.test_reading import GOOD, HEADER, written


@pytest.fixture
def list_of_two(tmp_path: Path) -> Path:
    return written(tmp_path, HEADER + GOOD + GOOD.replace(",1,", ",2,") + GOOD.replace("40.4249", ""))


def count(session: Session, table: type[DropOffPoint] | type[PostalPlace]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_points_are_imported_and_refusals_told(app: Flask, session: Session, list_of_two: Path) -> None:
    for _ in range(2):
        result = app.test_cli_runner().invoke(args=["portal", "points", "import", str(list_of_two)])
        assert result.exit_code == 1
        assert "2 points imported, 1 lines refused." in result.stdout
        assert f"{list_of_two}:4: latitude is empty" in result.stderr
    assert count(session, DropOffPoint) == 2
    assert session.scalars(select(DropOffPoint.time_zone)).first() == "Europe/Madrid"


def test_a_whole_list_retires_the_rest(app: Flask, session: Session, list_of_two: Path, tmp_path: Path) -> None:
    runner = app.test_cli_runner()
    runner.invoke(args=["portal", "points", "import", str(list_of_two)])
    shorter = written(tmp_path, HEADER + GOOD, "shorter.csv")
    result = runner.invoke(args=["portal", "points", "import", "--whole", str(shorter)])
    assert "1 points are no longer in the list and were retired." in result.stdout
    assert count(session, DropOffPoint) == 2


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "\ufffe"])
def test_an_unknown_list_fails_with_a_sentence(app: Flask, tmp_path: Path, text: str) -> None:
    result = app.test_cli_runner().invoke(args=["portal", "points", "import", str(written(tmp_path, text))])
    assert result.exit_code == 1
    assert "no known list of points" in result.stderr


def test_a_file_in_another_encoding_fails_with_a_sentence(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    path.write_bytes((HEADER + GOOD.replace("Goya", "Ávila")).encode("latin-1"))
    result = app.test_cli_runner().invoke(args=["portal", "points", "import", str(path)])
    assert result.exit_code == 1
    assert "not UTF-8" in result.stderr


def test_postcodes_are_imported(app: Flask, session: Session, tmp_path: Path) -> None:
    raw = "ES\t28013\tMadrid\tMadrid\t\tMadrid\t\t\t\t40.4189\t-3.7104\t4\n"
    path = written(tmp_path, raw, "ES.txt")
    result = app.test_cli_runner().invoke(args=["portal", "postcodes", "import", str(path)])
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "1 postcodes imported, 0 lines refused.")
    assert count(session, PostalPlace) == 1


def test_a_list_of_nothing_but_faults_fails(app: Flask, tmp_path: Path) -> None:
    path = written(tmp_path, HEADER + GOOD.replace("40.4249", "north"))
    assert app.test_cli_runner().invoke(args=["portal", "points", "import", str(path)]).exit_code == 1
