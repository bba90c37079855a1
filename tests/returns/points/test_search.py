"""Where a customer says they are, and the points of the label's network there: whatever they type leads on."""

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.returns.points.files import bundled
from app.returns.points.importing import import_places, import_points
from app.returns.points.ports import PlaceRow
from app.returns.points.search.nearby import PointSearch, WhereFrom, point_snapshot, search_points
from app.returns.points.search.places import match_place, similar_places
from app.sandbox.places import NETWORK, add_points
from tests.returns.points.conftest import SOL

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
PROVINCES = {"03", "20", "28", "35", "38", "46", "48"}
MADRID = {"postcode": "28004", "city": "Madrid", "country": "ES"}


@pytest.fixture
def demo(session: Session) -> Session:
    """The demo's points, with the postcodes of some provinces of Spain."""
    add_points(session, now=NOW)
    import_places(session, (row for row in bundled("ES") if row.postcode[:2] in PROVINCES))
    return session


def looked(session: Session, near: str | None, ship_to: dict[str, Any] | None = None, **where: float) -> PointSearch:
    order: Any = SimpleNamespace(ship_to=ship_to or MADRID)
    return search_points(session, WhereFrom(near, **where), order, carrier=NETWORK, now=NOW)


def first(search: PointSearch) -> str:
    return f"{search.points[0].name}, {search.points[0].city}" if search.points else ""


@pytest.mark.parametrize(
    ("text", "nearest_point"),
    [
        ("28013", "Librería Arenal, Madrid"),
        ("46001", "Casillero Plaza de la Reina, Valencia"),
        ("Valencia", "Casillero Plaza de la Reina, Valencia"),
        ("VALÈNCIA", "Casillero Plaza de la Reina, Valencia"),
        ("Alcobendas", "Papelería La Vega, Alcobendas"),
        ("alcobendas (madrid)", "Papelería La Vega, Alcobendas"),
        ("Alcobendas, Comunidad de Madrid", "Papelería La Vega, Alcobendas"),
        ("Getafe, Madrid", "Estanco Calle Madrid, Getafe"),
        ("Getafe Madrid", "Estanco Calle Madrid, Getafe"),
        ("Calle de Alcalá 20, 28014 Madrid", "Ultramarinos Jovellanos, Madrid"),
        ("Gran Vía 1 Bilbao", "Papelería Casco Viejo, Bilbao"),
        ("C.P. 41010", "Librería Triana, Sevilla"),
        ("CP28013", "Librería Arenal, Madrid"),
        ("E-28013", "Librería Arenal, Madrid"),
        ("28 013", "Librería Arenal, Madrid"),
        ("Madrid 28013 España", "Librería Arenal, Madrid"),
        ("London", "Chalk Farm News, London"),
        ("NW1 8AG", "Chalk Farm News, London"),
        ("Ciudad de México", "Papelería Roma, Ciudad de México"),
    ],
)
def test_what_people_type_leads_to_the_nearest_point(demo: Session, text: str, nearest_point: str) -> None:
    search = looked(demo, text)
    assert first(search) == nearest_point
    assert all(point.network == NETWORK for point in search.points)
    paperless = [point.metres for point in search.points if "code" in point.accepts]
    assert paperless == sorted(paperless)


def test_a_street_is_left_out_and_said_to_be(demo: Session) -> None:
    search = looked(demo, "Calle de Alcalá 20, Madrid")
    assert search.points and search.origin
    assert (search.origin.name, search.left, search.exact) == ("Madrid", "Calle de Alcalá 20", False)
    assert looked(demo, "28014 Madrid").left == ""
    # Of the order's own address nobody typed anything that could be missed.
    assert looked(demo, None).left == ""


@pytest.mark.parametrize("text", ["C.P. 28013", "CP 28013", "E-28013", "Madrid 28013 España", "28013, Madrid, Spain"])
def test_what_goes_with_a_postcode_is_not_taken_for_a_street(demo: Session, text: str) -> None:
    assert looked(demo, text).left == ""


@pytest.mark.parametrize("text", ["Gran Vía 1", "Calle Mayor", "c/ Alcalá 20, 3.º B"])
def test_a_street_without_a_town_is_one_of_the_orders_own(demo: Session, text: str) -> None:
    search = looked(demo, text)
    assert search.points and search.origin
    assert (search.origin.postcode, search.left, search.similar) == ("28004", text, False)


def test_towns_of_one_name_are_offered_to_choose_from_with_their_province(session: Session) -> None:
    rows = [("45860", "Villacañas", "Toledo"), ("13001", "Torre", "Ciudad Real"), ("24001", "Torre", "León")]
    import_places(session, [PlaceRow("ES", code, name, area, 40.0, -3.0) for code, name, area in rows])
    places = match_place(session, "torre", "ES").places
    assert [(place.name, place.region) for place in places] == [("Torre", "Ciudad Real"), ("Torre", "León")]
    (chosen,) = match_place(session, "Torre (León)", "ES").places
    assert chosen.region == "León"


@pytest.mark.parametrize(
    ("text", "name"), [("Alicante", "Alicante/Alacant"), ("San Sebastián", "Donostia-San Sebastian")]
)
def test_a_town_with_two_names_is_found_by_either(demo: Session, text: str, name: str) -> None:
    assert match_place(demo, text, "ES").places[0].name == name


def test_an_unknown_postcode_leads_to_the_next_one(demo: Session) -> None:
    search = looked(demo, "28099")
    assert search.similar and search.points and search.origin
    assert search.origin.postcode.startswith("28")


def test_a_slip_of_the_finger_leads_to_the_town_that_was_meant(demo: Session) -> None:
    search = looked(demo, "Alcobedas")
    assert search.similar and search.origin
    assert (search.origin.name, first(search)) == ("Alcobendas", "Papelería La Vega, Alcobendas")


@pytest.mark.parametrize("text", ["qqqqqq", "00000000", "☃", "%", "'; drop table postal_place; --"])
def test_a_place_that_nobody_knows_leads_to_towns_with_points(demo: Session, text: str) -> None:
    search = looked(demo, text)
    assert (search.origin, search.points) == (None, ())
    assert search.towns[0] == "Madrid"
    # Each of them is a place that is found.
    assert all(looked(demo, town).points for town in search.towns)


@pytest.mark.parametrize("text", ["10115", "Lisboa"])
def test_a_guess_that_leads_to_no_point_is_not_made(demo: Session, text: str) -> None:
    import_places(demo, [PlaceRow("ES", "10120", "Logrosán", "Cáceres", 39.33, -5.49)])
    import_places(demo, [PlaceRow("ES", "33010", "Lisbo", "Asturias", 43.3, -5.8)])
    search = looked(demo, text)
    assert (search.origin, search.similar, search.towns[0]) == (None, False, "Madrid")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("La Coruña", "A Coruña"),
        ("A Coruña", "A Coruña"),
        ("L'Hospitalet de Llobregat", "Hospitalet De Llobregat, L'"),
        ("El Birloque", "Birloque, O"),
    ],
)
def test_a_towns_article_may_stand_before_its_name_and_be_spanish(session: Session, text: str, name: str) -> None:
    import_places(session, (row for row in bundled("ES") if row.postcode[:2] in ("08", "15", "35")))
    match = match_place(session, text, "ES")
    assert (match.places[0].name, match.left) == (name, "")


def test_where_no_point_is_near_towns_with_points_are_named(demo: Session) -> None:
    search = looked(demo, "35001")
    assert search.origin and not search.points
    assert "Madrid" in search.towns


def test_from_the_readers_own_location_distances_are_exact(demo: Session) -> None:
    search = looked(demo, None, latitude=39.4743, longitude=-0.3756)
    assert (first(search), search.points[0].metres, search.exact) == ("Casillero Plaza de la Reina, Valencia", 0, True)


def test_points_of_another_network_are_never_offered(demo: Session) -> None:
    import_points(demo, [replace(SOL, network="seur")], zone_at=lambda *_: "Europe/Madrid", now=NOW)
    names = {point.name for point in looked(demo, "28013").points}
    assert names and SOL.name not in names


def test_a_point_of_another_network_cannot_be_chosen(demo: Session) -> None:
    point = looked(demo, "28013").points[0]
    assert point_snapshot(demo, point.id, carrier="gls", now=NOW) is None
    snapshot = point_snapshot(demo, point.id, carrier="Correos Express", now=NOW)
    assert snapshot and (snapshot["name"], snapshot["network"], snapshot["approximate"]) == (point.name, NETWORK, False)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=100).filter(lambda text: "\0" not in text))
def test_no_text_at_all_is_an_error(session: Session, text: str) -> None:
    looked(session, text.encode(errors="ignore").decode() or None)
    similar_places(session, text.encode(errors="ignore").decode(), "ES")


def test_every_postcode_of_the_capitals_is_known_by_one_number(demo: Session) -> None:
    codes = {row.postcode for row in bundled("ES") if row.postcode[:2] in ("28", "46")}
    origins = [match_place(demo, code, "ES").places for code in sorted(codes)[:100]]
    assert all(len(places) == 1 and places[0].postcode for places in origins)
