"""A pause after too many tries: it is told, with its end, and tells nothing of whether there is such an order."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.orders.lookup import find
from app.orders.lookup.limits import typed_subject
from app.orders.models import Order
from tests.orders.build import document
from tests.orders.put import put_order
from tests.support.tokens import without_tokens

# 14:32 in Madrid, and some seconds.
NOON = datetime(2026, 11, 22, 13, 31, 20, tzinfo=UTC)


@pytest.fixture
def hand(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """What the clock says to the form; change its only item."""
    moment = [NOON]
    monkeypatch.setattr(find, "utcnow", lambda: moment[0])
    return moment


@pytest.fixture
def order(session: Session) -> Order:
    """Order A-10464, which is Marisol's."""
    return put_order(session, document(number="A-10464"), now=NOON).order


def try_once(app: Flask, number: str, contact: str, client: str = "192.0.2.1") -> str:
    """The page after one try of a fresh browser, without what was typed; or where it leads."""
    browser = app.test_client()
    browser.environ_base["REMOTE_ADDR"] = client
    browser.set_cookie("language", "en")
    browser.post("/", data={"number": number, "contact": contact})
    shown = browser.get("/found")
    page = without_tokens(shown.text)
    return shown.location or page.replace(number, "NUMBER").replace(contact, "CONTACT")


def pause(app: Flask, number: str) -> list[str]:
    """Five wrong tries at a number, each with a contact of its own."""
    return [try_once(app, number, f"guess-{turn}@example.org") for turn in range(5)]


def test_a_pause_is_told_with_its_end_whether_there_is_such_an_order_or_not(
    app: Flask, order: Order, hand: list[datetime]
) -> None:
    assert set(pause(app, "A-10464")) == set(pause(app, "A-99999"))
    shown = [try_once(app, number, "guess@example.org") for number in ("A-10464", "A-99999")]
    assert shown[0] == shown[1]
    assert "We've paused that order number after several tries" in shown[0]
    assert "today at 15:32" in shown[0]


def test_a_right_pair_is_not_called_wrong_while_its_number_is_paused(
    app: Flask, order: Order, hand: list[datetime]
) -> None:
    pause(app, "A-10464")
    wrong, right = (try_once(app, "A-10464", contact) for contact in ("guess@example.org", "marisol@example.com"))
    assert right == wrong
    assert "We can't find that order" not in right
    hand[0] += timedelta(hours=1)
    assert try_once(app, "A-10464", "marisol@example.com") == f"/o/{order.ref}"


@pytest.mark.parametrize("other", ["10464", "#a 10464", "Pedido 10464", "B-10464", "a-10464"])
def test_spellings_of_one_number_are_paused_together(
    app: Flask, order: Order, hand: list[datetime], other: str
) -> None:
    pause(app, "A-10464")
    assert "We've paused that order number" in try_once(app, other, "marisol@example.com")


def test_another_way_to_name_the_order_gives_no_tries_more_and_tells_of_no_number(
    app: Flask, order: Order, hand: list[datetime]
) -> None:
    pause(app, order.ref)
    # The order has no try left, though nobody typed its number: neither a right pair opens it,
    assert try_once(app, "A-10464", "marisol@example.com") == try_once(app, "A-99999", "someone@example.org")
    # nor is it told apart from a number that there is not, now or after as many tries.
    for _ in range(6):
        assert try_once(app, "A-10464", "x@example.org") == try_once(app, "A-99999", "y@example.org")


def test_a_paused_contact_and_a_paused_connection_are_told_as_such(
    app: Flask, order: Order, hand: list[datetime]
) -> None:
    for turn in range(5):
        try_once(app, f"A-2000{turn}", "someone@example.org")
    assert "We've paused that e-mail or phone number" in try_once(app, "A-10464", "someone@example.org")
    for turn in range(25):
        try_once(app, f"A-3000{turn}", f"guess-{turn}@example.org")
    assert "We've paused searches from your connection" in try_once(app, "A-10464", "marisol@example.com")
    assert try_once(app, "A-10464", "marisol@example.com", "192.0.2.2") == f"/o/{order.ref}"


def test_a_pause_of_a_day_names_the_day(app: Flask, order: Order, hand: list[datetime]) -> None:
    for _hour in range(4):
        pause(app, "A-10464")
        hand[0] += timedelta(minutes=61)
    assert "tomorrow at 14:32" in try_once(app, "A-10464", "marisol@example.com")


def test_a_pause_is_announced_after_some_tries_and_not_at_the_first(
    client: FlaskClient, order: Order, hand: list[datetime]
) -> None:
    client.set_cookie("language", "en")
    pages = []
    for turn in range(4):
        client.post("/", data={"number": "A-10464", "contact": f"guess-{turn}@example.org"})
        pages.append(client.get("/found").text)
    assert ["pause" in page for page in pages] == [False, False, True, True]


def test_what_tries_are_counted_for_is_made_of_what_was_typed_alone() -> None:
    names = {typed_subject("k" * 32, typed).name for typed in ("A-10464", "10464", "#10464", " a 10 464 ", "№ 10464")}
    assert len(names) == 1
