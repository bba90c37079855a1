"""Sessions of oneself and of others: where and since when, and the end of one of them."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.core.clock import utcnow
from app.orders.lookup import sessions
from app.staff.auth import passwords
from app.staff.auth.places import named
from app.staff.models import StaffUser
from tests.staff.browsers import PASSWORD, audited, member

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36 Edg/130.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1"


def opened(app: Flask, user: StaffUser, agent: str) -> FlaskClient:
    """A browser of this kind in which the member has signed in."""
    client = app.test_client()
    client.environ_base |= {"HTTP_ACCEPT_LANGUAGE": "en-GB", "HTTP_USER_AGENT": agent}
    assert client.post("/staff/sign-in", data={"email": user.email, "password": PASSWORD}).status_code == 303
    return client


@pytest.fixture
def eva(session: Session, now: datetime) -> StaffUser:
    return member(session, now, "support", "eva", password_hash=passwords.hashed(PASSWORD))


def keys(session: Session, user: StaffUser) -> dict[str, str]:
    """The keys of their sessions by device."""
    return {one.place["device"]: one.key for one in sessions.of_staff(session, user.id, now=utcnow())}


@pytest.mark.parametrize(
    ("agent", "device"),
    [(FIREFOX, "Firefox · Linux"), (EDGE, "Edge · Windows"), (PHONE, "Safari · iPhone"), ("curl/8", ""), ("", "")],
)
def test_a_device_is_named_in_two_words(agent: str, device: str) -> None:
    assert named(agent) == device


def test_ones_own_sessions_are_listed_and_one_is_ended(app: Flask, session: Session, eva: StaffUser) -> None:
    here, there = opened(app, eva, FIREFOX), opened(app, eva, EDGE)
    page = here.get("/staff/account").text
    assert all(word in page for word in ("Firefox · Linux", "Edge · Windows", "This one", "From 127.0.0.1."))
    assert here.post(f"/staff/account/sessions/{keys(session, eva)['Edge · Windows']}/end").status_code == 303
    assert (there.get("/staff/orders").status_code, here.get("/staff/orders").status_code) == (303, 200)
    assert ("eva@shop.example", "staff.session_ended", "eva@shop.example") in audited(session)


def test_an_admin_ends_one_session_of_somebody_else(
    app: Flask, admin: FlaskClient, session: Session, eva: StaffUser
) -> None:
    client = opened(app, eva, PHONE)
    listed = f"/staff/people/{eva.id}/sessions"
    assert "Safari · iPhone" in admin.get(listed).text
    assert admin.post(f"{listed}/{keys(session, eva)['Safari · iPhone']}/end").location == listed
    assert client.get("/staff/orders").status_code == 303
    assert "not signed in anywhere" in admin.get(listed).text
    assert ("admin@shop.example", "staff.session_ended", "eva@shop.example") in audited(session)


def test_nobody_ends_a_session_that_is_not_theirs_by_their_own_page(
    app: Flask, session: Session, now: datetime, eva: StaffUser
) -> None:
    other = member(session, now, "support", "ana", password_hash=passwords.hashed(PASSWORD))
    client, mine = opened(app, other, FIREFOX), opened(app, eva, EDGE)
    before = len(audited(session))
    for key in (keys(session, eva)["Edge · Windows"], "x"):
        assert client.post(f"/staff/account/sessions/{key}/end").status_code == 303
    assert mine.get("/staff/orders").status_code == 200
    assert len(audited(session)) == before


def test_ended_and_idle_sessions_are_not_listed(session: Session, now: datetime, eva: StaffUser) -> None:
    for name, age in (("fresh", 5), ("idle", 31)):
        sessions.create(session, name, {"_user_id": str(eva.id)}, now=now - timedelta(minutes=age))
    listed = sessions.of_staff(session, eva.id, now=now)
    assert [(one.key, one.place) for one in listed] == [(sessions.session_key("fresh"), {})]
    assert "fresh" not in listed[0].key
