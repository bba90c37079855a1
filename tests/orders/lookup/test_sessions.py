"""Browser sessions: an opaque id, a row behind it, new at each step up, ended by time and by signing out."""

import re
import time
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.core.tokens import digest
from app.orders.lookup import sessions
from app.orders.lookup.models import WebSession
from app.orders.models import Order
from tests.orders.build import document
from tests.orders.put import put_order

GOOD = {"number": "1001", "contact": "marisol@example.com"}


@pytest.fixture
def order(session: Session, now: datetime) -> Order:
    """Order 1001."""
    return put_order(session, document(), now=now).order


def rows(session: Session) -> list[bytes]:
    return list(session.scalars(select(WebSession.id_hash)))


def cookie(client: FlaskClient) -> str:
    cookie = client.get_cookie("paradero")
    return cookie.value if cookie else ""


def test_the_cookie_is_for_this_host_and_not_for_scripts(client: FlaskClient) -> None:
    header = client.get("/").headers["Set-Cookie"]
    name, _, rest = header.partition("=")
    value, *attributes = rest.split("; ")
    assert (name, set(attributes)) == ("paradero", {"HttpOnly", "Path=/", "SameSite=Lax"})
    assert len(value) >= 43


def test_over_tls_the_cookie_is_bound_to_the_host(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    secure = app.config["SETTINGS"].model_copy(update={"public_url": "https://orders.example.com"})
    monkeypatch.setitem(app.config, "SETTINGS", secure)
    header = app.test_client().get("/", base_url="https://orders.example.com").headers["Set-Cookie"]
    assert header.startswith("__Host-paradero=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} == set(header.split("; ")[1:])


def test_who_only_looks_has_no_row_and_keeps_the_token_of_their_forms(client: FlaskClient, session: Session) -> None:
    tokens = {
        token_of(client.get(path).text) for path in ("/", "/links", "/help", "/withdraw", "/l/x", "/staff/sign-in")
    }
    plain = {token.partition(".")[0] for token in tokens}
    assert (len(plain), rows(session)) == (1, [])
    assert "Set-Cookie" not in client.get("/").headers


@pytest.mark.parametrize("forged", ["x.y.z", "InRva2VuIg.aAbBcC.signature", "..", "a" * 90 + ".b.c"])
def test_a_token_that_was_not_signed_here_is_no_token(client: FlaskClient, forged: str) -> None:
    client.set_cookie("paradero", forged)
    client.get("/")
    assert cookie(client) != forged


def test_a_token_lasts_as_long_as_a_session_may(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    client.get("/")
    first, started = cookie(client), time.time()
    for hours, same in ((23, True), (25, False)):
        monkeypatch.setattr("itsdangerous.timed.time.time", lambda hours=hours: started + hours * 3600)
        client.get("/")
        assert (cookie(client) == first) is same


def test_only_the_hash_of_the_id_is_kept(client: FlaskClient, session: Session, order: Order) -> None:
    client.post("/", data=GOOD)
    assert rows(session) == [digest(cookie(client))]


def test_nothing_is_written_when_nothing_changed(client: FlaskClient, session: Session, order: Order) -> None:
    client.post("/", data=GOOD)
    client.get("/found")
    client.get("/")
    seen = session.scalars(select(WebSession.seen_at)).one()
    again = client.get("/")
    assert "Set-Cookie" not in again.headers
    assert session.scalars(select(WebSession.seen_at)).one() == seen


@pytest.mark.parametrize("path", ["/api/docs", "/healthz", "/robots.txt", "/nothing-here", "/help"])
def test_no_visit_loses_the_session(client: FlaskClient, order: Order, path: str) -> None:
    client.post("/", data=GOOD)
    value = cookie(client)
    client.get(path)
    assert cookie(client) == value
    assert client.get(f"/o/{order.ref}/code").status_code == 200


def test_a_planted_id_is_not_taken(client: FlaskClient, order: Order) -> None:
    client.set_cookie("paradero", "planted-by-someone-else-0123456789")
    client.post("/", data=GOOD)
    assert cookie(client) != "planted-by-someone-else-0123456789"


def test_whoever_knew_the_id_before_the_step_up_knows_nothing_after(
    app_clients: tuple[FlaskClient, FlaskClient], order: Order
) -> None:
    victim, thief = app_clients
    victim.get("/")
    thief.set_cookie("paradero", cookie(victim))
    victim.post("/", data=GOOD)
    assert victim.get(f"/o/{order.ref}/code").status_code == 200
    assert thief.get(f"/o/{order.ref}/code").location == "/?closed=1"


def test_the_csrf_token_is_new_after_a_step_up(client: FlaskClient, order: Order) -> None:
    client.get("/")
    with client.session_transaction() as before:
        old = before["csrf_token"]
    client.post("/", data=GOOD)
    client.get(f"/o/{order.ref}/code")
    with client.session_transaction() as after:
        assert after["csrf_token"] != old


@pytest.mark.parametrize(
    ("seen", "made", "alive"),
    [
        (timedelta(minutes=59), timedelta(hours=1), True),
        (timedelta(minutes=61), timedelta(hours=1), False),
        (timedelta(minutes=1), timedelta(hours=23, minutes=59), True),
        (timedelta(minutes=1), timedelta(hours=24, minutes=1), False),
    ],
)
def test_a_session_ends_by_idleness_and_by_age(
    session: Session, now: datetime, seen: timedelta, made: timedelta, alive: bool
) -> None:
    sessions.create(session, "id", {"a": 1}, now=now)
    session.execute(update(WebSession).values(seen_at=now - seen, created_at=now - made))
    web_session = sessions.load(session, "id", now=now)
    assert (web_session is not None) is alive
    assert sessions.forget_old(session, now=now) == (0 if alive else 1)


@pytest.mark.parametrize(
    ("idle", "age"), [(timedelta(minutes=60), timedelta(hours=2)), (timedelta(0), timedelta(hours=24))]
)
def test_a_session_ends_to_the_minute(session: Session, now: datetime, idle: timedelta, age: timedelta) -> None:
    sessions.create(session, "id", {}, now=now)
    session.execute(update(WebSession).values(seen_at=now - idle, created_at=now - age))
    assert sessions.load(session, "id", now=now) is None


@pytest.mark.parametrize(
    ("idle", "age", "alive"),
    [
        (timedelta(minutes=30, microseconds=-1), timedelta(hours=2), True),
        (timedelta(minutes=30), timedelta(hours=2), False),
        (timedelta(0), timedelta(hours=12, microseconds=-1), True),
        (timedelta(0), timedelta(hours=12), False),
    ],
)
def test_a_session_of_staff_ends_to_the_minute_too(
    session: Session, now: datetime, idle: timedelta, age: timedelta, alive: bool
) -> None:
    sessions.create(session, "id", {"_user_id": "7"}, now=now)
    session.execute(update(WebSession).values(seen_at=now - idle, created_at=now - age))
    assert (sessions.load(session, "id", now=now) is not None) is alive


@pytest.mark.parametrize("limit", [timedelta(minutes=60), timedelta(hours=24)])
def test_the_sweep_leaves_a_session_to_its_last_moment(session: Session, now: datetime, limit: timedelta) -> None:
    for name, more in (("last", timedelta(0)), ("over", timedelta(microseconds=1))):
        sessions.create(session, name, {}, now=now)
        at = now - limit - more
        seen = at if limit < timedelta(hours=24) else now
        session.execute(
            update(WebSession).where(WebSession.id_hash == digest(name)).values(seen_at=seen, created_at=at)
        )
    assert sessions.forget_old(session, now=now) == 1
    assert rows(session) == [digest("last")]


def test_the_sweep_takes_a_thousand_at_a_time(session: Session, now: datetime) -> None:
    old = now - timedelta(days=2)
    names = [number.to_bytes(4, "big") for number in range(1_001)]
    session.execute(
        insert(WebSession), [{"id_hash": name, "created_at": old, "seen_at": old, "data": {}} for name in names]
    )
    assert [sessions.forget_old(session, now=now) for _ in range(3)] == [1_000, 1, 0]


def test_all_sessions_of_a_member_end_but_the_one_at_hand_and_nobody_elses(session: Session, now: datetime) -> None:
    for name, user in (("mine", "7"), ("mine too", "7"), ("another's", "8"), ("a shopper's", None)):
        sessions.create(session, name, {"_user_id": user} if user else {}, now=now)
    sessions.end_of_staff(session, 7, but="mine")
    assert set(rows(session)) == {digest("mine"), digest("another's"), digest("a shopper's")}


@pytest.mark.parametrize("user", [None, "", "²", "7.5", "-7", "x"])
def test_what_names_no_member_is_a_shoppers_session(session: Session, now: datetime, user: str | None) -> None:
    sessions.create(session, "id", {"_user_id": user}, now=now)
    assert session.scalars(select(WebSession.staff_id)).one() is None


def test_the_sweep_goes_on_until_nothing_old_is_left(session: Session, now: datetime) -> None:
    for number in range(5):
        sessions.create(session, f"s{number}", {}, now=now)
    sessions.create(session, "fresh", {}, now=now + timedelta(days=2))
    went = [sessions.forget_old(session, now=now + timedelta(days=2), limit=2) for _ in range(4)]
    assert (went, rows(session)) == ([2, 2, 1, 0], [digest("fresh")])


def test_a_session_of_staff_ends_sooner_and_everywhere_at_once(session: Session, now: datetime) -> None:
    for name in ("one", "two"):
        sessions.create(session, name, {"_user_id": "7"}, now=now)
    assert sessions.load(session, "one", now=now + timedelta(minutes=29)) is not None
    assert sessions.load(session, "one", now=now + timedelta(minutes=31)) is None
    sessions.end_of_staff(session, 7)
    assert session.scalars(select(WebSession)).all() == []


def test_a_new_id_does_not_make_a_session_younger(session: Session, now: datetime) -> None:
    sessions.create(session, "old", {}, now=now)
    sessions.write(session, "old", {"a": 1}, new_id="new", now=now + timedelta(hours=1))
    assert session.scalars(select(WebSession.created_at)).one() == now
    assert not sessions.write(session, "old", {"a": 2}, new_id=None, now=now)


def test_an_overtaken_id_opens_for_half_a_minute_what_it_opened_before_and_nothing_new(
    session: Session, now: datetime
) -> None:
    sessions.create(session, "old", {"tier": 1}, now=now)
    later = now + timedelta(minutes=5)
    for name in ("new", "new by the second press"):
        sessions.succeed(session, "old", {"tier": 2}, new_id=name, now=later)
        successor = sessions.load(session, name, now=now + sessions.GUEST_IDLE)
        assert successor is not None
        assert (successor.data, successor.ends_at) == ({"tier": 2}, now + sessions.GUEST_AGE)
    old = sessions.load(session, "old", now=later + sessions.OVERTAKEN_FOR - timedelta(microseconds=1))
    assert old is not None
    assert old.data["tier"] == 1
    sessions.write(session, "old", old.data, new_id=None, now=later)
    assert sessions.load(session, "old", now=later + sessions.OVERTAKEN_FOR) is None


def test_a_session_that_was_ended_meanwhile_has_no_successor(session: Session, now: datetime) -> None:
    sessions.succeed(session, "ended", {"tier": 2}, new_id="new", now=now)
    assert sessions.load(session, "new", now=now) is None


def test_signing_out_ends_the_session_here_and_for_a_copy_of_the_cookie(
    app_clients: tuple[FlaskClient, FlaskClient], order: Order
) -> None:
    mine, copy = app_clients
    mine.post("/", data=GOOD)
    copy.set_cookie("paradero", cookie(mine))
    answer = mine.post("/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert mine.get(f"/o/{order.ref}/code").location == "/?closed=1"
    assert copy.get(f"/o/{order.ref}/code").location == "/?closed=1"


@pytest.mark.parametrize("value", ["", "x", "%00", "a" * 3000, "ñ", "'; drop table web_session; --"])
def test_any_other_cookie_is_no_session(client: FlaskClient, value: str) -> None:
    client.set_cookie("paradero", value)
    assert client.get("/").status_code == 200


def token_of(page: str) -> str:
    return re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]


def test_a_form_needs_the_token_of_its_own_session(
    app: Flask, app_clients: tuple[FlaskClient, FlaskClient], order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    mine, other = app_clients
    good, foreign = token_of(mine.get("/").text), token_of(other.get("/").text)
    assert mine.post("/", data=GOOD).status_code == 400
    assert mine.post("/", data={**GOOD, "csrf_token": foreign}).status_code == 400
    crossing = {"Sec-Fetch-Site": "cross-site"}
    assert mine.post("/", data={**GOOD, "csrf_token": good}, headers=crossing).status_code == 403
    assert mine.post("/", data={**GOOD, "csrf_token": good}).status_code == 303
    assert mine.post("/", data={**GOOD, "csrf_token": good}).status_code == 400


def test_a_form_in_a_tab_that_another_has_overtaken_is_taken_where_the_browser_vouches_for_it(
    app: Flask, app_clients: tuple[FlaskClient, FlaskClient], order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    mine, other = app_clients
    ours = {"Sec-Fetch-Site": "same-origin"}
    token, foreign = token_of(mine.get("/").text), token_of(other.get("/").text)
    statuses = []
    for _step_up in range(5):
        statuses.append(mine.post("/", data={**GOOD, "csrf_token": token}, headers=ours).status_code)
        mine.get("/")  # which has a token of its own
    assert statuses == [303, 303, 303, 303, 400]
    newer = token_of(mine.get("/").text)
    assert mine.post("/", data={**GOOD, "csrf_token": newer}, headers=ours).status_code == 303
    assert mine.post("/", data={**GOOD, "csrf_token": newer}).status_code == 400
    assert mine.post("/", data={**GOOD, "csrf_token": foreign}, headers=ours).status_code == 400
    assert mine.post("/", data=GOOD, headers=ours).status_code == 400
