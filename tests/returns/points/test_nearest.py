"""The nearest points: in true distance, with what they take and whether they are open."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.returns.points.files import places, points
from app.returns.points.importing import import_places, import_points
from app.returns.points.models import DropOffPoint
from app.returns.points.ports import Accepts, PlaceRow, PointRow, SearchOrigin
from app.returns.points.queries import find_point, nearest
from app.returns.points.search.places import match_place
from tests.returns.points.conftest import SOL, row


def store(session: Session, *rows: PointRow) -> None:
    import_points(session, rows, zone_at=lambda *_: "Europe/Paris", now=datetime(2026, 11, 1, tzinfo=UTC))


def origin_of(session: Session, text: str, country: str) -> SearchOrigin | None:
    """The likeliest place."""
    places = match_place(session, text, country).places
    return places[0] if places else None


def true_metres(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Haversine on the Earth's mean radius, written apart from the code under test."""
    (lat1, lon1), (lat2, lon2) = ((radians(a), radians(b)) for a, b in (here, there))
    part = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * 6_371_008.8 * asin(sqrt(part))


def test_the_nearest_comes_first_with_its_distance_and_hours(session: Session) -> None:
    store(session, row("far", 40.43, -3.70), SOL, row("near", 40.418, -3.7035))
    monday = datetime(2026, 11, 23, 10, tzinfo=UTC)
    hits = nearest(session, network="correos", latitude=40.4185, longitude=-3.7035, limit=2, now=monday)
    assert [point.external_id for point in hits] == ["near", SOL.external_id]
    assert hits[0].metres == 56
    assert hits[0].opening.open is True
    assert hits[0].accepts == ("code", "label")


def test_far_north_the_order_is_that_of_kilometres_not_of_degrees(session: Session, now: datetime) -> None:
    east = row("east", 69.65, 18.99)
    souths = [row(f"south{n}", 69.650 - 0.0101 - n / 1_000_000, 18.96) for n in range(60)]
    store(session, east, *souths)
    hits = nearest(session, network="correos", latitude=69.65, longitude=18.96, limit=1, now=now)
    assert [point.external_id for point in hits] == ["south0"]
    store(session, row("easter", 69.65, 18.985))
    hits = nearest(session, network="correos", latitude=69.65, longitude=18.96, limit=1, now=now)
    assert [point.external_id for point in hits] == ["easter"]


@pytest.mark.parametrize("latitude", [0.0, 40.0, 65.0, -54.0])
def test_the_ten_nearest_are_the_ten_nearest(session: Session, now: datetime, latitude: float) -> None:
    dice = Random(7)
    spread = [(latitude + dice.gauss(0, 0.3), 10 + dice.gauss(0, 0.3)) for _ in range(400)]
    store(session, *(row(f"{n:03}", *place) for n, place in enumerate(spread)))
    hits = nearest(session, network="correos", latitude=latitude, longitude=10.0, now=now)
    ranked = sorted((true_metres((latitude, 10.0), place), f"{n:03}") for n, place in enumerate(spread))
    assert [point.external_id for point in hits] == [name for _, name in ranked[:10]]
    assert [point.metres for point in hits] == [round(metres) for metres, _ in ranked[:10]]


def test_only_points_that_take_the_return_are_found(session: Session, now: datetime) -> None:
    store(
        session,
        row("label", 40.42, -3.70, accepts=frozenset({Accepts.LABEL})),
        row("none", 40.42, -3.70, accepts=frozenset()),
        SOL,
    )

    def names(accepts: Accepts | None) -> set[str]:
        return {
            point.external_id
            for point in nearest(session, network="correos", latitude=40.42, longitude=-3.7, accepts=accepts, now=now)
        }

    assert names(None) == {"label", SOL.external_id}
    assert names(Accepts.CODE) == {SOL.external_id}
    assert names(Accepts.UNPACKED) == set()


def test_only_points_of_the_network_are_found(session: Session, now: datetime) -> None:
    store(session, SOL, row("other", 40.4170, -3.7036, network="seur"))
    for network, names in (("correos", [SOL.external_id]), ("seur", ["other"]), ("gls", [])):
        hits = nearest(session, network=network, latitude=40.42, longitude=-3.7, now=now)
        assert [point.external_id for point in hits] == names
    other = session.scalars(select(DropOffPoint.id).where(DropOffPoint.network == "seur")).one()
    assert find_point(session, other, origin=SearchOrigin(0, 0), network="correos", now=now) is None


def test_retired_and_remote_points_are_not_offered(session: Session, now: datetime) -> None:
    store(session, SOL, row("lyon", 45.76, 4.83))
    session.execute(text("update drop_off_point set active = false where external_id = '2807401'"))
    assert nearest(session, network="correos", latitude=40.42, longitude=-3.7, now=now) == []


def test_one_point_is_found_again_by_its_id(session: Session, now: datetime) -> None:
    store(session, SOL)
    point_id = session.scalar(select(DropOffPoint.id))
    assert point_id is not None
    origin = SearchOrigin(SOL.latitude, SOL.longitude)
    point = find_point(session, point_id, origin=origin, network="correos", now=now)
    assert point is not None
    assert (point.name, point.metres) == (SOL.name, 0)
    assert find_point(session, point_id + 1, origin=origin, network="correos", now=now) is None


def test_a_place_without_postcodes_is_found_through_the_points(session: Session) -> None:
    store(session, SOL, row("2", 40.4171, -3.7037))
    by_code = origin_of(session, "28013", "ES")
    by_town = origin_of(session, "Calle Mayor 3, madrid", "ES")
    assert by_code is not None and by_town is not None
    assert (by_code.latitude, by_code.postcode, by_town.postcode) == (by_town.latitude, "28013", "")
    assert (round(by_code.latitude, 4), by_code.name) == (40.4170, "Madrid")
    assert origin_of(session, "28013", "FR") is None
    assert origin_of(session, "", "ES") is None


def test_real_postcodes_lead_to_the_real_nearest_points(session: Session, real: Path, now: datetime) -> None:
    store(session, *(p for p in points(real / "points" / "laposte_poincont2_2020-12.csv") if isinstance(p, PointRow)))
    cases = json.loads((real / "points" / "reference_nearest.json").read_text())["nearest"]
    postcodes = {case["postcode"] for case in cases}
    french = places(real / "postal" / "geonames_FR.csv.gz")
    import_places(session, (place for place in french if isinstance(place, PlaceRow) and place.postcode in postcodes))
    session.execute(text("analyze drop_off_point"))
    for case in cases:
        origin = origin_of(session, case["postcode"], case["country"])
        assert origin is not None
        assert (round(origin.latitude, 4), round(origin.longitude, 4)) == pytest.approx(case["centroid"], abs=6e-5)
        where = {"latitude": origin.latitude, "longitude": origin.longitude, "network": "la_poste"}
        hits = nearest(session, **where, limit=5, now=now)
        assert [point.external_id for point in hits] == [point["id"] for point in case["nearest"]]
        assert [point.metres / 1000 for point in hits] == pytest.approx(
            [point["km"] for point in case["nearest"]], abs=6e-4
        )


def test_the_search_walks_the_index(session: Session, now: datetime) -> None:
    spread = Random(3)
    store(session, *(row(str(n), 40 + spread.random(), -4 + spread.random()) for n in range(3000)))
    session.execute(text("analyze drop_off_point"))
    plan = session.scalars(
        text(
            "explain select id from drop_off_point where active and accepts <> '{}' and network = 'correos' "
            "order by location <-> point(-3.7, 40.4) limit 40"
        )
    ).all()
    assert any("ix_drop_off_point_location" in line for line in plan)


def test_a_point_that_stands_for_its_postcode_is_found_there_and_tells_so(session: Session, now: datetime) -> None:
    store(session, SOL, replace(SOL, external_id="lost", latitude=None, longitude=None))
    origin = origin_of(session, "28013", "ES")
    assert origin is not None
    hits = nearest(session, network="correos", latitude=origin.latitude, longitude=origin.longitude, now=now)
    assert {point.external_id: point.approximate for point in hits} == {"lost": True, SOL.external_id: False}


def test_a_point_whose_postcode_nobody_knows_is_not_offered_and_breaks_no_search(
    session: Session, now: datetime
) -> None:
    store(session, SOL, replace(SOL, external_id="lost", postcode="99999", city="X", latitude=None, longitude=None))
    hits = nearest(session, network="correos", latitude=40.4169, longitude=-3.7035, now=now)
    assert [point.external_id for point in hits] == [SOL.external_id]
    lost = session.scalar(select(DropOffPoint.id).where(DropOffPoint.external_id == "lost"))
    assert lost is not None
    assert find_point(session, lost, origin=SearchOrigin(0, 0), network="correos", now=now) is None
    assert origin_of(session, "99999", "ES") is None


def test_hours_follow_the_holidays_of_the_points_own_region(session: Session) -> None:
    text_of_hours = "Mo-Sa 09:00-14:00; PH off"
    seville = row("seville", 37.39, -5.99, postcode="41001", opening_hours=text_of_hours)
    store(session, seville, row("madrid", 40.4169, -3.7035, opening_hours=text_of_hours))
    # Saturday 2 May 2026 is Madrid's own holiday.
    day = datetime(2026, 5, 2, 8, tzinfo=UTC)
    for latitude, longitude, is_open in ((37.39, -5.99, True), (40.4169, -3.7035, False)):
        (point,) = nearest(session, network="correos", latitude=latitude, longitude=longitude, now=day)
        assert point.opening.open is is_open


@pytest.mark.parametrize("with_postcodes", [True, False])
def test_the_thirteen_french_points_without_coordinates_are_found_by_their_postcode(
    session: Session, real: Path, now: datetime, with_postcodes: bool
) -> None:
    rows = [point for point in points(real / "points" / "laposte_poincont2_2020-12.csv") if isinstance(point, PointRow)]
    lost = [point for point in rows if point.latitude is None]
    if with_postcodes:
        codes = {point.postcode for point in lost}
        french = places(real / "postal" / "geonames_FR.csv.gz")
        import_places(session, (place for place in french if isinstance(place, PlaceRow) and place.postcode in codes))
    store(session, *rows)
    session.execute(text("analyze drop_off_point"))
    waiting = select(DropOffPoint.external_id).where(DropOffPoint.latitude.is_(None))
    # Without postcodes one of them is alone in its own, and waits.
    unplaced = set(session.scalars(waiting))
    assert len(unplaced) <= (0 if with_postcodes else 3), unplaced
    for point in lost:
        if point.external_id in unplaced:
            continue
        origin = origin_of(session, point.postcode, "FR")
        assert origin is not None, point
        hits = nearest(session, network="la_poste", latitude=origin.latitude, longitude=origin.longitude, now=now)
        assert point.external_id in {hit.external_id for hit in hits}, point
