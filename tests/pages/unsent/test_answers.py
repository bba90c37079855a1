"""A page that answers a form becomes a page of its own: going back and loading again work, for this browser alone."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.core.clock import utcnow
from app.pages.unsent import store
from app.pages.unsent.models import KeptPage

BROWSER = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin"}
OLDER_BROWSER = {"Upgrade-Insecure-Requests": "1"}


@pytest.mark.parametrize("headers", [BROWSER, OLDER_BROWSER])
def test_a_browser_is_sent_to_look_at_what_is_wrong_in_its_form(client: FlaskClient, headers: dict[str, str]) -> None:
    answer = client.post("/", data={"number": "", "contact": ""}, headers=headers)
    assert answer.status_code == 303
    assert answer.location.startswith("/?shown=")
    page = client.get(answer.location)
    assert page.status_code == 422
    assert "Error:" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert client.get(answer.location).text == page.text


def test_what_was_typed_stands_in_the_page_again(client: FlaskClient) -> None:
    answer = client.post("/", data={"number": "A-10431", "contact": "no address"}, headers=BROWSER)
    assert 'value="no address"' in client.get(answer.location).text


def test_a_script_and_htmx_get_the_answer_itself(client: FlaskClient) -> None:
    for headers in ({}, {**BROWSER, "HX-Request": "true"}):
        assert client.post("/", data={}, headers=headers).status_code == 422


def test_no_other_browser_reads_it(app: Flask, client: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        client.get("/")
        with client.session_transaction() as session:
            session["csrf_token"] = "of this browser"
        secret = _kept(app, client)
        other = app.test_client().get(f"/?shown={secret}")
        assert (other.status_code, other.location) == (303, "/")
        assert client.get(f"/?shown={secret}").status_code == 422
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


def _kept(app: Flask, client: FlaskClient) -> str:
    app.config["WTF_CSRF_ENABLED"] = False
    location = client.post("/", data={}, headers=BROWSER).location
    app.config["WTF_CSRF_ENABLED"] = True
    return location.partition("shown=")[2]


def test_it_rests_sealed_so_that_the_row_alone_tells_nothing(client: FlaskClient, session: Session) -> None:
    client.post("/", data={"number": "A-10431", "contact": "lucia at home"}, headers=BROWSER)
    row = session.scalars(select(KeptPage)).one()
    assert "lucia" not in row.sealed
    assert len(row.sealed) < 20_000


def test_an_address_that_can_only_be_sent_to_leads_to_the_nearest_page(client: FlaskClient) -> None:
    assert client.get("/language/es?shown=nothing").location == "/"
    assert client.get("/withdraw?shown=nothing").location == "/withdraw"


def test_after_an_hour_the_form_itself_comes(client: FlaskClient, session: Session) -> None:
    location = client.post("/withdraw", data={}, headers=BROWSER).location
    session.execute(update(KeptPage).values(made_at=utcnow() - store.LIFE))
    assert client.get(location).location == "/withdraw"


def test_old_rows_are_removed_and_young_ones_stay(client: FlaskClient, session: Session) -> None:
    for _ in range(3):
        client.post("/", data={}, headers=BROWSER)
    assert store.forget_old(session, now=utcnow()) == 0
    assert store.forget_old(session, now=utcnow() + store.LIFE + timedelta(seconds=1)) == 3
    assert session.scalar(select(func.count()).select_from(KeptPage)) == 0


def test_one_client_has_only_so_many_kept_and_is_answered_at_once_beyond(session: Session) -> None:
    owner, now = store.Owner("browser", "192.0.2.1"), utcnow()
    for _ in range(store.PER_CLIENT):
        assert store.keep(session, "page", owner, key="k", now=now)
    assert store.keep(session, "page", owner, key="k", now=now) is None
    assert store.keep(session, "page", store.Owner("browser", "192.0.2.2"), key="k", now=now)
