"""The import commands: what they say, how they end, that the same file twice is the same."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.returns.points.files import bundled, countries
from app.returns.points.models import DropOffPoint, PostalPlace
from tests.returns.points.test_reading import GOOD, HEADER, written


@pytest.fixture
def list_of_two(tmp_path: Path) -> Path:
    return written(
        tmp_path, HEADER + GOOD + GOOD.replace(",1,", ",2,") + GOOD.replace("40.4249", "").replace("store", "castle")
    )


def count(session: Session, table: type[DropOffPoint] | type[PostalPlace]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_points_are_imported_and_refusals_told(app: Flask, session: Session, list_of_two: Path) -> None:
    for _ in range(2):
        result = app.test_cli_runner().invoke(args=["portal", "points", "import", str(list_of_two)])
        assert result.exit_code == 1
        assert "2 points imported, 1 lines refused." in result.stdout
        assert f"{list_of_two}:4: latitude: is empty, though" in result.stderr
        assert f"{list_of_two}:4: kind: «castle» is none of" in result.stderr
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


@pytest.mark.parametrize("country", countries())
def test_a_country_s_postcodes_come_with_the_portal(country: str) -> None:
    rows = list(bundled(country))
    assert len(rows) > 4_000
    assert len({(row.postcode, row.place) for row in rows}) > 0.99 * len(rows)
    assert all(-90 < row.latitude < 90 and -180 < row.longitude < 180 for row in rows)


def test_one_command_makes_a_countrys_postcodes_known(app: Flask, session: Session) -> None:
    result = app.test_cli_runner().invoke(args=["portal", "postcodes", "import", "nl"])
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "4321 postcodes imported, 0 lines refused.")
    place = session.get(PostalPlace, ("NL", "1011", "Amsterdam"))
    assert place is not None and place.region == "North Holland"


def test_several_countries_are_made_known_at_once(app: Flask, session: Session, tmp_path: Path) -> None:
    raw = "MX\t06600\tJuárez\tDistrito Federal\t\tCuauhtémoc\t\tCiudad de México\t\t19.4319\t-99.1450\t4\n"
    path = written(tmp_path, raw, "MX.txt")
    result = app.test_cli_runner().invoke(args=["portal", "postcodes", "import", "nl", str(path)])
    assert (result.exit_code, result.stdout.count("postcodes imported, 0 lines refused.")) == (0, 2)
    assert count(session, PostalPlace) == 4322
    place = session.get(PostalPlace, ("MX", "06600", "Ciudad de México"))
    assert place is not None and place.region == "Ciudad de México", "as it has been called since 2016"


def test_a_country_that_does_not_come_along_is_said_with_those_that_do(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["portal", "postcodes", "import", "PT"])
    assert result.exit_code == 1
    assert "«PT» is neither a file nor a country" in result.stderr
    assert "DE, ES, FR, MX, NL, US" in result.stderr


def test_a_list_of_nothing_but_faults_fails(app: Flask, tmp_path: Path) -> None:
    path = written(tmp_path, HEADER + GOOD.replace("40.4249", "north"))
    assert app.test_cli_runner().invoke(args=["portal", "points", "import", str(path)]).exit_code == 1


CASES = """network,id,kind,name,line1,postcode,city,country,latitude,longitude,opening_hours,accepts
own,HK1,shop,Kiosk,Nathan Road 1,,Hong Kong,HK,22.3193,114.1694,24/7,label
own,SW1,shop,Swapped,Calle 1,08001,Barcelona,ES,2.1734,41.3851,Mo-Fr 09:00-14:00,label
own,ZE1,shop,Zero,Calle 1,08001,Barcelona,ES,0,0,Mo-Fr 09:00-14:00,label
own,NO1,shop,Nowhere,Calle 1,08001,Barcelona,ES,,,de lunes a viernes,label
"""


def test_points_that_lie_elsewhere_are_refused_and_those_that_nobody_places_are_kept(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    path = written(tmp_path, CASES)
    result = app.test_cli_runner().invoke(args=["portal", "points", "import", str(path)])
    assert result.exit_code == 1
    assert f"{path}:3: latitude, longitude: latitude and longitude look swapped" in result.stderr
    assert f"{path}:4: latitude, longitude: lies in the sea off Africa" in result.stderr
    assert f"{path}:5: opening_hours: «de lunes a viernes» is not in OpenStreetMap's notation" in result.stderr
    assert "2 points imported, 2 lines refused." in result.stdout
    assert "1 points have no coordinates and a postcode that is not known" in result.stdout
    postcode = written(tmp_path, "ES\t08001\tBarcelona\tCatalunya\t\t\t\t\t\t41.38\t2.17\t4\n", "ES.txt")
    result = app.test_cli_runner().invoke(args=["portal", "postcodes", "import", str(postcode)])
    assert (result.exit_code, "1 points have no coordinates and stand" in result.stdout) == (0, True)


def test_what_is_only_remarked_is_no_failure(app: Flask, tmp_path: Path) -> None:
    path = written(tmp_path, HEADER + GOOD.replace("Mo-Sa 10:00-21:00", "de 10 a 21"))
    result = app.test_cli_runner().invoke(args=["portal", "points", "import", str(path)])
    assert (result.exit_code, "shown as it is" in result.stderr) == (0, True)


def test_hours_in_a_faulty_notation_are_remarked_as_not_shown(app: Flask, tmp_path: Path) -> None:
    path = written(tmp_path, HEADER + GOOD.replace("Mo-Sa 10:00-21:00", "Mo-Sa 10:00-21:00 sunny"))
    result = app.test_cli_runner().invoke(args=["portal", "points", "import", str(path)])
    assert (result.exit_code, "a faulty one is not shown" in result.stderr) == (0, True)


def test_all_faults_of_a_long_list_are_told(app: Flask, tmp_path: Path) -> None:
    path = written(tmp_path, HEADER + GOOD.replace("40.4249", "north") * 120)
    result = app.test_cli_runner().invoke(args=["portal", "points", "import", str(path)])
    assert result.stderr.count("is no number of degrees") == 120
