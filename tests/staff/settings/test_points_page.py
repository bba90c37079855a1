"""Drop-off points on pages: networks, files, the shop's own places, a search to try."""

import io
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.core.clock import utcnow
from app.core.errors import NotFound
from app.returns.points.importing import import_places, import_points
from app.returns.points.keeping import uploads
from app.returns.points.models import DropOffPoint, PointImport
from app.returns.points.ports import PlaceRow
from tests.returns.points.conftest import SOL
from tests.returns.points.test_reading import GOOD, HEADER
from tests.staff.browsers import audited

POINTS = "/staff/settings/points"
TYPED = {
    "network": "correos_express", "kind": "store", "name": "Tienda Goya", "line1": "Calle de Goya 5",
    "postcode": "28001", "city": "Madrid", "country": "ES", "latitude": "40.4249", "longitude": "-3.6840",
    "opening_hours": "Mo-Fr 09:00-14:00", "closed": "2026-12-24", "accepts": "label",
}  # fmt: skip


def _send(admin: FlaskClient, content: str, name: str = "points.csv", **fields: str) -> str:
    sent = admin.post(f"{POINTS}/files", data={"file": (io.BytesIO(content.encode()), name), **fields})
    assert sent.status_code == 303, sent.text
    return str(sent.location)


def _worked(session: Session) -> None:
    row = session.scalars(select(PointImport)).one()
    uploads.work(session, row.id, zone_at=lambda *where: "Europe/Madrid", progress=lambda lines: None, now=utcnow())
    session.commit()


def test_an_empty_shop_is_told_how_points_come(admin: FlaskClient) -> None:
    page = admin.get(POINTS).text
    assert ("No points yet" in page, "Bring them in" in page) == (True, True)


def test_networks_stand_there_with_what_they_lack_and_a_search(admin: FlaskClient, session: Session) -> None:
    import_points(session, [SOL], zone_at=lambda *where: "Europe/Madrid", now=utcnow())
    import_places(session, [PlaceRow("ES", "28013", "Madrid", "Madrid", 40.4168, -3.7038)])
    session.commit()
    page = admin.get(f"{POINTS}?network=correos&within=ES&near=28013").text
    assert all(words in page for words in ("correos", "100%", SOL.name, "Puerta del Sol 7"))
    assert "No place there has this name" in admin.get(f"{POINTS}?network=correos&within=ES&near=Qwxyz").text


def test_a_file_is_checked_and_then_brought_in(admin: FlaskClient, session: Session) -> None:
    path = _send(admin, HEADER + GOOD + GOOD.replace("Tienda Goya", " "))
    assert "Being checked" in admin.get(path).text
    _worked(session)
    page = admin.get(path).text
    assert all(words in page for words in ("Checked", "1 line refused", "is empty, and every point has one"))
    assert "3,name" in admin.post(f"{path}/refused.csv").text
    admin.post(f"{path}/import")
    _worked(session)
    assert "Brought in" in admin.get(path).text
    assert session.scalars(select(DropOffPoint.name)).all() == ["Tienda Goya"]
    assert "no longer possible" in admin.get(admin.post(f"{path}/import").location).text
    assert [action for _who, action, _what in audited(session)] == [
        "points.sent",
        "points.refused_taken",
        "points.wanted",
    ]
    assert admin.get(f"{POINTS}/files/99999").status_code == 404


@pytest.mark.parametrize(
    ("name", "content"), [("points.exe", "x"), ("points.csv", ""), ("points.csv", "x" * 1_030_000)]
)
def test_what_is_not_taken_is_said_at_the_field(admin: FlaskClient, session: Session, name: str, content: str) -> None:
    refused = admin.post(f"{POINTS}/files", data={"file": (io.BytesIO(content.encode()), name)})
    assert (refused.status_code, "Choose a CSV or GeoJSON file" in refused.text) == (422, True)
    assert admin.post(f"{POINTS}/files").status_code == 422
    assert session.scalars(select(PointImport)).all() == []


def test_the_shop_s_own_country_stands_first_in_mind(admin: FlaskClient, session: Session) -> None:
    session.execute(text("""update brand set return_address = '{"country": "NL"}'"""))
    session.commit()
    assert re.search(r'<option value="NL"\s+selected>', admin.get(POINTS).text)


def test_postcodes_are_brought_in_by_a_job(admin: FlaskClient, session: Session) -> None:
    assert admin.post(f"{POINTS}/postcodes", data={"country": "NL"}).status_code == 303
    waiting = text("select args from procrastinate_jobs where task_name = 'import_postcodes'")
    assert session.execute(waiting).scalar_one() == {"country": "NL", "by": "admin@shop.example"}
    assert admin.post(f"{POINTS}/postcodes", data={"country": "XX"}).status_code == 422


def test_hours_are_read_back_before_anything_is_saved(admin: FlaskClient, session: Session) -> None:
    page = admin.post(f"{POINTS}/own/new", data=TYPED | {"do": "check"})
    assert (page.status_code, "Mon–Fri" in page.text, "24 Dec" in page.text) == (200, True, True)
    assert session.scalars(select(DropOffPoint)).all() == []
    assert audited(session) == []


def test_a_point_is_added_changed_removed_and_brought_back(admin: FlaskClient, session: Session) -> None:
    assert admin.post(f"{POINTS}/own/new", data=TYPED).status_code == 303
    point = session.scalars(select(DropOffPoint)).one()
    form = admin.get(f"{POINTS}/own/{point.id}").text
    assert all(words in form for words in ("2026-12-24", "Mo-Fr 09:00-14:00", "40.4249", "Read as"))
    admin.post(f"{POINTS}/own/{point.id}", data=TYPED | {"name": "Tienda Sol", "network": "seur"})
    session.expire_all()
    assert (point.name, point.network) == ("Tienda Sol", "correos_express")
    admin.post(f"{POINTS}/own/{point.id}/removal")
    session.expire_all()
    assert (point.active, "Bring it back" in admin.get(POINTS).text) == (False, True)
    admin.post(f"{POINTS}/own/{point.id}/return")
    session.expire_all()
    assert point.active
    actions = [action for _who, action, _what in audited(session)]
    assert actions == ["point.saved", "point.saved", "point.removed", "point.restored"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "Write what the place is called."),
        ({"opening_hours": "mornings"}, "Write the hours as in"),
        ({"closed": "Christmas"}, "Write days such as 2026-12-24"),
        ({"accepts": ""}, "Choose what it takes."),
        ({"latitude": "north"}, "Write degrees"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    admin: FlaskClient, session: Session, changes: dict[str, str], sentence: str
) -> None:
    refused = admin.post(f"{POINTS}/own/new", data=TYPED | changes)
    assert (refused.status_code, sentence in refused.text) == (422, True)
    assert session.scalars(select(DropOffPoint)).all() == []


def test_an_imported_point_is_not_edited_here(admin: FlaskClient, session: Session) -> None:
    import_points(session, [SOL], zone_at=lambda *where: "Europe/Madrid", now=utcnow())
    session.commit()
    point_id = session.scalars(select(DropOffPoint.id)).one()
    assert admin.get(f"{POINTS}/own/{point_id}").status_code == 404
    assert admin.post(f"{POINTS}/own/{point_id}/removal").status_code == 404


def test_only_admins_see_points(support: FlaskClient) -> None:
    assert support.get(POINTS).status_code == 403


def test_a_file_that_nobody_sent_cannot_be_brought_in(session: Session) -> None:
    with pytest.raises(NotFound):
        uploads.want(session, 4711, now=utcnow())
