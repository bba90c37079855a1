"""Importing points: once is enough, twice changes nothing, a whole list retires what it lacks."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.returns.points.importing import import_places, import_points
from app.returns.points.models import DropOffPoint, PostalPlace
from app.returns.points.placing import Placements
from app.returns.points.ports import Accepts, ColumnFault, PlaceRow, PointRow, Refusal
from tests.returns.points.conftest import SOL, row


def madrid(_latitude: float, _longitude: float) -> str:
    return "Europe/Madrid"


def stored(session: Session) -> list[DropOffPoint]:
    session.expire_all()
    return list(session.scalars(select(DropOffPoint).order_by(DropOffPoint.external_id)))


def test_a_point_is_stored_with_its_location(session: Session, now: datetime) -> None:
    outcome = import_points(session, [SOL], zone_at=madrid, now=now)
    (point,) = stored(session)
    assert (outcome.taken, outcome.refusals, outcome.networks) == (1, [], {"correos"})
    assert (point.name, point.kind, point.accepts, point.active) == (
        "Oficina Puerta del Sol",
        "post_office",
        ["code", "label"],
        True,
    )
    assert session.scalar(select(func.text(DropOffPoint.location))) == "(-3.7035,40.4169)"


def test_the_same_list_twice_changes_nothing_but_its_date(session: Session, now: datetime) -> None:
    import_points(session, [SOL, row("2", 40.5, -3.6)], zone_at=madrid, now=now)
    before = [point.id for point in stored(session)]
    import_points(session, [SOL, row("2", 40.5, -3.6)], zone_at=madrid, now=now + timedelta(days=1))
    assert [point.id for point in stored(session)] == before


def test_a_moved_point_keeps_its_id(session: Session, now: datetime) -> None:
    import_points(session, [SOL], zone_at=madrid, now=now)
    (before,) = (point.id for point in stored(session))
    moved = row(SOL.external_id, 40.5, -3.6, accepts=frozenset({Accepts.UNPACKED}))
    import_points(session, [moved], zone_at=madrid, now=now)
    (after,) = stored(session)
    assert (after.id, after.latitude, after.accepts) == (before, 40.5, ["unpacked"])


def test_a_point_twice_in_one_list_is_stored_once(session: Session, now: datetime) -> None:
    import_points(session, [SOL, row(SOL.external_id, 40.5, -3.6)], zone_at=madrid, now=now)
    assert [point.latitude for point in stored(session)] == [40.5]


def test_a_zone_is_looked_up_only_where_none_is_told(session: Session, now: datetime) -> None:
    las_palmas = row("2", 28.1, -15.4, time_zone=None)
    import_points(session, [SOL, las_palmas], zone_at=lambda *_: "Atlantic/Canary", now=now)
    assert {point.external_id: point.time_zone for point in stored(session)} == {
        "2": "Atlantic/Canary",
        SOL.external_id: "Europe/Madrid",
    }


def test_a_whole_list_retires_what_its_network_no_longer_has(session: Session, now: datetime) -> None:
    other = row("9", 40.6, -3.5, network="own")
    import_points(session, [SOL, row("2", 40.5, -3.6), other], zone_at=madrid, now=now)
    later = now + timedelta(days=1)
    outcome = import_points(session, [row("2", 40.5, -3.6)], zone_at=madrid, whole=True, now=later)
    assert outcome.retired == 1
    assert {point.external_id: point.active for point in stored(session)} == {
        "2": True,
        "9": True,
        SOL.external_id: False,
    }
    import_points(session, [SOL], zone_at=madrid, now=later)
    assert all(point.active for point in stored(session))


def test_refused_lines_are_told_and_the_rest_is_stored(session: Session, now: datetime) -> None:
    refusal = Refusal((ColumnFault(2, "latitude", "is empty"),))
    rows: list[PointRow | Refusal] = [refusal, SOL]
    outcome = import_points(session, rows, zone_at=madrid, now=now)
    assert outcome.refusals == [refusal]
    assert len(stored(session)) == 1


def test_postcodes_are_stored_once(session: Session) -> None:
    rows = [PlaceRow("ES", "28013", "Madrid", "Madrid", 40.4, -3.7), PlaceRow("ES", "05001", "Ávila", None, 40.6, -4.7)]
    for _ in range(2):
        import_places(session, rows)
    places = session.scalars(select(PostalPlace).order_by(PostalPlace.postcode)).all()
    assert [(place.postcode, place.folded) for place in places] == [("05001", "avila"), ("28013", "madrid")]


def test_a_point_without_coordinates_stands_in_the_middle_of_its_postcode(session: Session, now: datetime) -> None:
    lost = replace(SOL, external_id="lost", latitude=None, longitude=None, time_zone=None)
    outcome = import_points(session, [lost], zone_at=madrid, now=now)
    (point,) = stored(session)
    assert (point.latitude, point.approximate, point.time_zone) == (None, True, "Europe/Madrid")
    assert outcome.placed == Placements(placed=0, waiting=1)
    places = [PlaceRow("ES", "28013", name, None, 40.4 + step, -3.7) for step, name in enumerate(("a", "b"))]
    assert import_places(session, places).placed == Placements(placed=1, waiting=0)
    (point,) = stored(session)
    assert (point.latitude, point.longitude, point.approximate) == (40.9, -3.7, True)


def test_without_postcodes_other_points_of_it_say_where_it_is(session: Session, now: datetime) -> None:
    lost = replace(SOL, external_id="lost", latitude=None, longitude=None)
    outcome = import_points(session, [lost, SOL, row("2", 40.5169, -3.7035)], zone_at=madrid, now=now)
    assert outcome.placed == Placements(placed=1, waiting=0)
    placed = next(point for point in stored(session) if point.external_id == "lost")
    assert placed.latitude is not None
    assert (round(placed.latitude, 4), placed.longitude) == (40.4669, -3.7035)


def test_a_town_places_a_point_only_where_it_is_one_town(session: Session, now: datetime) -> None:
    nowhere = {"latitude": None, "longitude": None, "postcode": "", "country": "HK"}
    lost = [replace(SOL, external_id=city, city=city, **nowhere) for city in ("Kowloon", "Santiago")]  # type: ignore[arg-type]
    import_points(session, lost, zone_at=madrid, now=now)
    places = [
        PlaceRow("HK", "1", "Kowloon", None, 22.31, 114.17),
        PlaceRow("HK", "2", "Santiago", None, 22.3, 114.1),
        PlaceRow("HK", "3", "Santiago", None, 42.8, 8.5),
    ]
    assert import_places(session, places).placed == Placements(placed=1, waiting=1)


def test_a_point_that_gets_coordinates_is_no_longer_approximate(session: Session, now: datetime) -> None:
    import_points(session, [replace(SOL, latitude=None, longitude=None)], zone_at=madrid, now=now)
    import_points(session, [SOL], zone_at=madrid, now=now)
    (point,) = stored(session)
    assert (point.latitude, point.approximate) == (SOL.latitude, False)
