"""What was typed into a page whose session has ended is kept, and sent once its reader is back."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.clock import utcnow
from app.orders.lookup.sessions import GUEST_IDLE
from app.pages.unsent.models import KeptPage

OURS = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin"}
NOTE = {"text": "The customer moves on Friday & wants <another> day."}


@pytest.fixture
def strict(app: Flask) -> Iterator[Flask]:
    """The application with its forms guarded, as in earnest."""
    app.config["WTF_CSRF_ENABLED"] = True
    yield app
    app.config["WTF_CSRF_ENABLED"] = False


def token_of(page: str) -> str:
    match = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert match
    return match.group(1)


def test_a_form_of_an_ended_session_is_kept_and_can_be_sent_again(strict: Flask) -> None:
    browser = strict.test_client()
    lost = browser.post("/withdraw", data={"items": "two mugs & a <board>", "csrf_token": "stale"}, headers=OURS)
    assert lost.status_code == 400
    assert "two mugs &amp; a &lt;board&gt;" in lost.text
    page = browser.get("/unsent").text
    assert 'action="/withdraw?unsent=1"' in page
    assert 'name="items" value="two mugs &amp; a &lt;board&gt;"' in page
    assert 'value="stale"' not in page


def test_once_a_view_has_taken_it_nothing_is_left_to_send(strict: Flask, session: Session) -> None:
    browser = strict.test_client()
    browser.post("/withdraw", data={"items": "two mugs", "csrf_token": "stale"}, headers=OURS)
    page = browser.get("/unsent").text
    sent = browser.post("/withdraw?unsent=1", data={"items": "two mugs", "csrf_token": token_of(page)})
    assert sent.status_code == 422
    assert browser.get("/unsent").status_code == 303
    assert session.scalar(select(func.count()).select_from(KeptPage)) == 0


def test_pages_remind_of_it_until_it_is_discarded(strict: Flask) -> None:
    browser = strict.test_client()
    browser.post("/withdraw", data={"items": "two mugs", "csrf_token": "stale"}, headers=OURS)
    page = browser.get("/help").text
    assert 'href="/unsent"' in page
    gone = browser.post("/unsent/discard", data={"csrf_token": token_of(browser.get("/unsent").text)})
    assert gone.location == "/"
    assert 'href="/unsent"' not in browser.get("/help").text


@pytest.mark.parametrize(
    ("data", "headers"),
    [
        ({"text": "two mugs"}, {"Sec-Fetch-Site": "cross-site"}),
        ({"text": "two mugs"}, {}),
        ({"text": "mugs"}, OURS),
        ({"text": "two words", "password": "correct horse battery staple"}, OURS),
    ],
    ids=["from another site", "from who knows where", "nothing written", "with a secret"],
)
def test_what_is_not_ours_not_written_or_secret_is_not_kept(
    strict: Flask, session: Session, data: dict[str, str], headers: dict[str, str]
) -> None:
    note = "/staff/orders/ABCDEFGH/notes"
    answer = strict.test_client().post(note, data={**data, "csrf_token": "stale"}, headers=headers)
    assert answer.status_code in ((303,) if headers == OURS else (400, 403))
    assert session.scalar(select(func.count()).select_from(KeptPage)) == 0


CHOICES = [
    ("/", {"number": "1001", "contact": "emma@example.com"}, True),
    ("/withdraw", {"name": "Emma", "order": "1001"}, True),
    ("/preferences/x", {"channel": "email"}, True),
    ("/o/ABCDEFGH/returns/new", {"pick-7": "1"}, False),
    ("/o/ABCDEFGH/preferences", {"channel": "email"}, False),
]


@pytest.mark.parametrize(("path", "data", "at_once"), CHOICES)
def test_what_was_chosen_is_kept_although_no_sentence_was_written(
    strict: Flask, path: str, data: dict[str, str], at_once: bool
) -> None:
    """Whoever needs no order for it may send it on the spot; others open their order first."""
    browser = strict.test_client()
    lost = browser.post(path, data={**data, "csrf_token": "stale"}, headers=OURS)
    assert lost.status_code == 400
    assert (f'action="{path}?unsent=1"' in lost.text) is at_once
    page = browser.get("/unsent").text
    for name, value in data.items():
        assert f'name="{name}" value="{value}"' in page


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("/sign-out", "/"),
        ("/o/ABCDEFGH/code/ahead", "/o/ABCDEFGH/code"),
        ("/o/ABCDEFGH/returns", "/o/ABCDEFGH"),
        ("/staff/orders/ABCDEFGH/notes", "/staff/orders/ABCDEFGH"),
    ],
)
def test_a_press_in_an_ended_session_that_loses_nothing_leads_to_the_door_that_says_so(
    strict: Flask, path: str, there: str
) -> None:
    answer = strict.test_client().post(path, data={"csrf_token": "stale"}, headers=OURS)
    assert (answer.status_code, answer.location) == (303, there)
    assert strict.test_client().post(path, data={"csrf_token": "stale"}).status_code == 400


def test_a_wrong_token_in_a_living_session_is_refused(strict: Flask) -> None:
    browser = strict.test_client()
    with browser.session_transaction() as session:
        session["keys"] = "off"
    assert browser.post("/sign-out", data={"csrf_token": "stale"}, headers=OURS).status_code == 400


def test_a_note_of_the_console_survives_the_sign_in(strict: Flask) -> None:
    browser = strict.test_client()
    lost = browser.post("/staff/orders/ABCDEFGH/notes", data={**NOTE, "csrf_token": "stale"}, headers=OURS)
    assert "/staff/sign-in?next=/staff" in lost.text
    page = browser.get("/unsent").text
    assert "The customer moves on Friday &amp; wants &lt;another&gt; day." in page


def test_a_form_turned_away_at_the_door_is_kept_too(client: FlaskClient) -> None:
    turned = client.post("/staff/orders/ABCDEFGH/notes", data=NOTE, headers=OURS)
    assert "/staff/sign-in" in turned.location
    assert "wants &lt;another&gt; day" in client.get("/unsent").text
    again = client.post("/staff/orders/ABCDEFGH/notes?unsent=1", data=NOTE, headers=OURS)
    assert "/staff/sign-in" in again.location
    assert "wants &lt;another&gt; day" in client.get("/unsent").text


def test_an_address_that_was_taken_is_not_kept_because_a_code_is_typed_next(client: FlaskClient) -> None:
    taken = client.post("/account", data={"email": "marisol@example.com"}, headers=OURS)
    assert taken.location == "/account/code"
    assert 'id="unsent"' not in client.get("/account/code").text


def test_a_session_says_how_long_it_lasts_and_is_extended(client: FlaskClient) -> None:
    assert client.get("/session").json == {"seconds": None}
    with client.session_transaction() as session:
        session["keys"] = "off"
    left = client.get("/session").json
    assert left is not None
    assert GUEST_IDLE.total_seconds() - 60 < left["seconds"] <= GUEST_IDLE.total_seconds()
    assert 'data-left="3' in client.get("/help").text


def test_asking_is_no_sign_of_life_but_going_on_is(client: FlaskClient, session: Session) -> None:
    from app.orders.lookup.models import WebSession

    with client.session_transaction() as stored:
        stored["keys"] = "off"
    row = session.scalars(select(WebSession)).one()
    row.seen_at = utcnow() - GUEST_IDLE * 0.9
    session.flush()
    left = client.get("/session").json
    assert left is not None
    assert left["seconds"] < GUEST_IDLE.total_seconds() * 0.11
    extended = client.post("/session").json
    assert extended is not None
    assert extended["seconds"] > GUEST_IDLE.total_seconds() - 60
    after = client.get("/session").json
    assert after is not None
    assert after["seconds"] > GUEST_IDLE.total_seconds() - 60
