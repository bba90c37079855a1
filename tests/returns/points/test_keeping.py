"""Points as they are kept: typed by hand, sent as files, and what is there; over HTTP and by command, too."""

import gzip
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.api.keys import create_key
from app.core.clock import utcnow
from app.core.errors import Conflict, Invalid, NotFound
from app.returns.points.importing import import_places, import_points
from app.returns.points.keeping import networks, own, uploads
from app.returns.points.keeping.trying import near
from app.returns.points.models import DropOffPoint, PointImport
from app.returns.points.ports import PlaceRow
from tests.returns.points.conftest import SOL
from tests.returns.points.test_reading import GOOD, HEADER

BY = "eva@shop.example"
TYPED = {
    "network": "correos", "kind": "store", "name": "Tienda Goya", "line1": "Calle de Goya 5", "postcode": "28001",
    "city": "Madrid", "country": "ES", "latitude": "40.4249", "longitude": "-3.6840",
    "opening_hours": "Mo-Sa 10:00-21:00", "accepts": "label unpacked",
}  # fmt: skip
CHRISTMAS = date(2026, 12, 24)


def _madrid(latitude: float, longitude: float) -> str:
    return "Europe/Madrid"


def _saved(session: Session, **changes: object) -> DropOffPoint:
    return own.save(session, TYPED | changes, closed=[CHRISTMAS], by=BY, now=utcnow())


def test_a_typed_point_is_kept_with_the_days_on_which_it_is_shut(session: Session) -> None:
    point = _saved(session)
    assert point.opening_hours == "Mo-Sa 10:00-21:00; 2026 Dec 24 off"
    assert (point.made_by, point.active, point.time_zone, point.accepts) == (
        BY, True, "Europe/Madrid", ["label", "unpacked"]
    )  # fmt: skip
    typed = own.typed_point(session, point.id)
    assert (typed.hours, typed.closed) == ("Mo-Sa 10:00-21:00", (CHRISTMAS,))
    assert own.parted("Mo 10:00-12:00") == ("Mo 10:00-12:00", ())


def test_without_degrees_it_stands_in_the_middle_of_its_postcode(session: Session) -> None:
    import_places(session, [PlaceRow("ES", "28001", "Madrid", "Madrid", 40.42, -3.69)])
    point = _saved(session, latitude="", longitude="")
    assert (point.approximate, point.latitude, point.longitude) == (True, 40.42, -3.69)


def test_it_is_changed_under_its_key(session: Session) -> None:
    point = _saved(session)
    again = own.save(session, TYPED | {"name": "Tienda Sol"}, external_id=point.external_id, by=BY, now=utcnow())
    assert (again.id, again.name, again.opening_hours) == (point.id, "Tienda Sol", "Mo-Sa 10:00-21:00")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"network": "¡!"}, "network"),
        ({"country": "Spain"}, "country"),
        ({"latitude": "north"}, "latitude"),
        ({"opening_hours": "mornings"}, "opening_hours"),
        ({"accepts": "horses"}, "accepts"),
    ],
)
def test_what_cannot_be_is_said_of_its_field(session: Session, changes: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        _saved(session, **changes)
    assert {fault.pointer for fault in refused.value.faults} == {field}
    assert session.scalars(select(DropOffPoint)).all() == []


def test_days_on_which_it_is_shut_need_hours(session: Session) -> None:
    with pytest.raises(Invalid):
        _saved(session, opening_hours="")


def test_the_networks_own_list_takes_no_typed_point_out_of_use(session: Session) -> None:
    point = _saved(session)
    later = utcnow() + timedelta(days=1)
    outcome = import_points(session, [SOL], zone_at=_madrid, whole=True, now=later)
    session.refresh(point)
    assert (outcome.retired, point.active) == (0, True)


def test_it_is_removed_and_brought_back(session: Session) -> None:
    point = _saved(session)
    assert not own.set_active(session, point.id, False).active
    assert own.set_active(session, point.id, True).active
    import_points(session, [SOL], zone_at=_madrid, now=utcnow())
    imported = session.scalars(select(DropOffPoint.id).where(DropOffPoint.made_by.is_(None))).one()
    with pytest.raises(NotFound):
        own.set_active(session, imported, False)


def test_networks_and_postcodes_say_what_is_there(session: Session) -> None:
    import_points(session, [SOL], zone_at=_madrid, now=utcnow())
    own.save(session, TYPED, by=BY, now=utcnow())
    (state,) = networks.networks(session)
    assert (state.network, state.active, state.own, state.without_hours, state.waiting) == ("correos", 2, 1, 0, 0)
    assert networks.coverage(session, "correos", "ES") is None
    places = [("28013", 40.4168, -3.7038), ("08001", 41.38, 2.17)]
    import_places(session, [PlaceRow("ES", code, "x", None, *where) for code, *where in places])
    assert networks.coverage(session, "correos", "ES") == 0.5
    assert {row.country: row.postcodes for row in networks.postcodes(session)}["ES"] == 2


def test_a_search_is_tried_without_an_order(session: Session) -> None:
    import_points(session, [SOL], zone_at=_madrid, now=utcnow())
    import_places(session, [PlaceRow("ES", "28013", "Madrid", "Madrid", 40.4168, -3.7038)])
    tried = near(session, "correos", "28013", "ES", now=utcnow())
    assert [point.name for point in tried.points] == [SOL.name]
    assert near(session, "correos", "Nowhere at all", "ES", now=utcnow()).origin is None


def _sent(session: Session, content: str = HEADER + GOOD, name: str = "points.csv", **how: bool) -> uploads.Upload:
    return uploads.send(session, name, content.encode(), whole=how.get("whole", False), by=BY, now=utcnow())


def _worked(session: Session, import_id: int) -> tuple[uploads.Upload, str | None]:
    about = uploads.work(session, import_id, zone_at=_madrid, progress=lambda lines: None, now=utcnow())
    session.flush()
    return uploads.upload(session, import_id), about


def test_a_file_is_checked_first_and_changes_nothing(session: Session) -> None:
    sent = _sent(session, HEADER + GOOD + GOOD.replace("Tienda Goya", " "))
    checked, about = _worked(session, sent.id)
    assert (checked.taken, checked.refused, checked.networks, about) == (1, 1, ("own",), None)
    assert checked.can_be_imported
    assert session.scalars(select(DropOffPoint)).all() == []
    assert uploads.refused_lines(checked).splitlines()[1] == '3,name,"is empty, and every point has one"'


def test_a_checked_file_is_brought_in_once(session: Session) -> None:
    sent = _sent(session)
    with pytest.raises(Conflict):
        uploads.want(session, sent.id, now=utcnow())
    _worked(session, sent.id)
    uploads.want(session, sent.id, now=utcnow())
    done, about = _worked(session, sent.id)
    assert (done.taken, done.done_at is not None, about) == (1, True, "own")
    assert session.scalars(select(DropOffPoint.name)).all() == ["Tienda Goya"]
    assert session.scalars(select(PointImport.content)).all() == [None]
    with pytest.raises(Conflict):
        uploads.want(session, sent.id, now=utcnow())


def test_a_packed_file_is_read(session: Session) -> None:
    packed = gzip.compress((HEADER + GOOD).encode())
    sent = uploads.send(session, "C:\\lists\\points.csv.gz", packed, whole=False, by=BY, now=utcnow())
    assert sent.name == "points.csv.gz"
    assert _worked(session, sent.id)[0].taken == 1


@pytest.mark.parametrize("content", ["a,b\n1,2\n", "\xff\xfe", '{"a": 1}'])
def test_what_is_no_list_says_so(session: Session, content: str) -> None:
    name = "points.json" if content.startswith("{") else "points.csv"
    sent = uploads.send(session, name, content.encode("latin-1"), whole=False, by=BY, now=utcnow())
    checked, _about = _worked(session, sent.id)
    assert checked.error
    assert not checked.can_be_imported


@pytest.mark.parametrize(("name", "content"), [("x.exe", "a"), ("x.csv", ""), ("x.csv", "a" * 2_000_000), ("", "a")])
def test_files_that_are_not_taken(session: Session, name: str, content: str) -> None:
    with pytest.raises(Invalid):
        _sent(session, content, name)


def test_files_are_forgotten(session: Session) -> None:
    sent = _sent(session)
    uploads.note_progress(session, sent.id, 500)
    assert [file.lines for file in uploads.uploads(session)] == [500]
    uploads.forget(session, before=utcnow() + timedelta(hours=1))
    with pytest.raises(NotFound):
        uploads.upload(session, sent.id)


def test_systems_put_points_of_the_shops_own(app: Flask, session: Session) -> None:
    _, secret = create_key(session, name="shop", scopes=["points:read", "points:write"], now=utcnow())
    session.commit()
    system = app.test_client()
    system.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    body = {name: text for name, text in TYPED.items() if name != "network"} | {
        "latitude": 40.4249, "longitude": -3.684, "accepts": ["label"], "closed": ["2026-12-24"],
    }  # fmt: skip
    path = "/api/v1/points/correos/goya"
    put = system.put(path, json=body)
    assert (put.status_code, put.json["closed"], put.json["made_by"]) == (200, ["2026-12-24"], "api:shop")
    got = system.get(path)
    assert (got.json, got.headers["ETag"] != "") == (put.json, True)
    assert system.put(path, json=body | {"opening_hours": "mornings"}).status_code == 422
    assert system.put("/api/v1/points/Corr eos/goya", json=body).status_code == 422
    assert system.delete(path).status_code == 204
    assert (system.get(path).json["active"], system.delete("/api/v1/points/correos/none").status_code) == (False, 404)
    assert [row["network"] for row in system.get("/api/v1/points").json["networks"]] == ["correos"]


def test_the_commands_tell_search_remove_and_restore(app: Flask, session: Session) -> None:
    point = _saved(session)
    import_places(session, [PlaceRow("ES", "28001", "Madrid", "Madrid", 40.4168, -3.7038)])
    session.commit()

    def run(*words: str) -> tuple[int, str]:
        done = app.test_cli_runner().invoke(args=["portal", "points", *words])
        return done.exit_code, done.output

    assert "correos  ES  1 in use" in run("networks")[1]
    assert "Tienda Goya" in run("near", "correos", "28001")[1]
    assert run("near", "correos", "Nowhere at all")[0] == 1
    assert run("remove", "correos", point.external_id)[0] == 0
    assert run("near", "correos", "28001") == (1, "Error: No point within 100 km.\n")
    assert run("restore", "correos", point.external_id)[0] == 0
    assert run("restore", "correos", "none")[0] == 2
