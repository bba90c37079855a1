"""The settings' first page lists what admins can set; nobody else opens it."""

from flask.testing import FlaskClient

from app.staff.settings.sections import GROUPS


def test_an_admin_finds_every_section(admin: FlaskClient) -> None:
    page = admin.get("/staff/settings")
    assert page.status_code == 200
    for _, group in GROUPS:
        for section in group:
            assert str(section.title) in page.text
            assert str(section.line) in page.text


def test_the_rail_leads_there(admin: FlaskClient) -> None:
    assert 'href="/staff/settings"' in admin.get("/staff/people").text


def test_support_does_not_open_it(support: FlaskClient) -> None:
    assert support.get("/staff/settings").status_code == 403
