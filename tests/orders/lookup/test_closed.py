"""An order that a browser no longer shows: it says so, and keeps the number for who had proven it."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.orders.lookup import links
from app.orders.lookup.models import WebSession
from app.orders.models import Order
from tests.orders.build import document, issue_link
from tests.orders.put import put_order
from tests.support.tokens import without_tokens

ENDED = "Your access to this order has ended"
NOT_YET = "You can&#39;t see that order in this browser yet"


@pytest.fixture
def order(session: Session, now: datetime) -> Order:
    """Order A-10464, which is Marisol's."""
    return put_order(session, document(number="A-10464"), now=now).order


def reading(client: FlaskClient) -> FlaskClient:
    """The browser, in English."""
    client.set_cookie("language", "en")
    return client


def look_up(client: FlaskClient) -> None:
    client.post("/", data={"number": "10464", "contact": "marisol@example.com"})
    assert client.get("/found").status_code == 303


def lose_sessions(session: Session) -> None:
    session.execute(delete(WebSession))
    session.commit()


def come_back(client: FlaskClient, path: str) -> str:
    """The page that a way to an order ends on."""
    away = client.get(path)
    assert away.status_code == 303
    return without_tokens(client.get(away.location).text).replace("'", "&#39;")


def test_an_ended_session_says_so_and_keeps_the_number(client: FlaskClient, session: Session, order: Order) -> None:
    look_up(reading(client))
    lose_sessions(session)
    for path in (f"/o/{order.ref}", f"/o/{order.ref}/code"):
        page = come_back(client, path)
        assert ENDED in page and 'value="A-10464"' in page


def test_a_mailed_link_leaves_the_number_too(
    client: FlaskClient, session: Session, order: Order, now: datetime
) -> None:
    token = issue_link(session, order.id, now=datetime.now(now.tzinfo))
    session.commit()
    reading(client).post(f"/l/{token}")
    lose_sessions(session)
    assert 'value="A-10464"' in come_back(client, f"/o/{order.ref}")


def test_a_reference_leads_no_stranger_to_a_number(
    app_clients: tuple[FlaskClient, FlaskClient], session: Session, order: Order
) -> None:
    owner, stranger = app_clients
    look_up(owner)
    real, unreal = (come_back(reading(stranger), f"/o/{ref}") for ref in (order.ref, "ZZZZZZZZ"))
    assert NOT_YET in real and ENDED not in real and "10464" not in real
    assert real == unreal
    real, unreal = (without_tokens(stranger.get(f"/?closed={ref}").text) for ref in (order.ref, "ZZZZZZZZ"))
    assert "10464" not in real and real.replace(order.ref, "") == unreal.replace("ZZZZZZZZ", "")


def test_a_forged_or_foreign_cookie_is_no_number(client: FlaskClient, order: Order) -> None:
    for value in ("", "x", '{"ZZZZZZZZ": "A-1"}', "gAAAAA" + "x" * 90):
        client.set_cookie("number", value)
        assert "A-1" not in client.get("/?closed=ZZZZZZZZ").text


def test_the_number_rests_unreadable_in_the_cookie_and_goes_when_the_order_is_closed(
    client: FlaskClient, order: Order
) -> None:
    look_up(client)
    cookie = client.get_cookie("number")
    assert cookie is not None and cookie.http_only and "10464" not in cookie.value
    assert cookie.max_age == timedelta(days=7).total_seconds()
    client.post("/sign-out")
    assert client.get_cookie("number") is None


def test_a_browser_that_sees_other_orders_is_told_of_the_closed_one(
    client: FlaskClient, session: Session, order: Order, now: datetime
) -> None:
    look_up(reading(client))
    put_order(session, document(number="A-2002"), now=now)
    client.post("/", data={"number": "A-2002", "contact": "marisol@example.com"})
    client.get("/found")
    links.end_access(session, order.id, now=now)
    session.commit()
    page = client.get(f"/o/{order.ref}/code")
    assert (page.status_code, ENDED in page.text, 'value="A-10464"' in page.text) == (404, True, True)


def test_an_error_on_an_orders_page_leads_to_it_again(
    app: Flask, client: FlaskClient, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_up(client)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    refused = client.post(f"/o/{order.ref}/code", data={"code": "123456"})
    assert (refused.status_code, f'href="/?closed={order.ref}"' in refused.text) == (400, True)
