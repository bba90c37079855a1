"""What stands on top of an order's page when it travels in several parcels, and whose word it is."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.tracking.documents import PLACED, document, event, line, parcel
from tests.tracking.page.test_order_page import HOUR
from tests.tracking.pages import STAGES, THURSDAY, at, browser, given, scans, text_of, title_of

READY = (*STAGES[:2], "ready_for_pickup")
ROUND = STAGES
LOST = (*STAGES[:2], "lost")
MOVING = STAGES[:2]
BACK = (*STAGES, "return_to_sender", "returned")
DONE = (*STAGES, "delivered")
WORDS = {
    READY: "Ready to collect",
    ROUND: "Arrives today, Thursday 26 November",
    LOST: "Your parcel is lost",
    MOVING: "Arrives today, Thursday 26 November",
    BACK: "It's back with us",
    DONE: "Delivered today at 09:00",
}


def page_of(app: Flask, session: Session, *lives: tuple[str, ...], language: str = "en", **facts: Any) -> str:
    """The page of an order whose parcels have had these lives."""
    lines = [line(str(place), quantity=1) for place in range(len(lives))]
    parcels = [
        parcel(f"s{place}", tracking_number=f"N{place}", lines=[{"line": str(place), "quantity": 1}])
        for place in range(len(lives))
    ]
    events = [one for place, life in enumerate(lives) for one in renumbered(life, f"N{place}")]
    order = given(session, document(lines=lines, shipments=parcels, **facts), events, now=THURSDAY)
    with at(THURSDAY):
        return browser(app, order, language=language).get(f"/o/{order.ref}").text


def renumbered(life: tuple[str, ...], number: str) -> list[Any]:
    return [event(one.status, one.occurred_at, number=number) for one in scans(*life)]


@pytest.mark.parametrize("first", [True, False], ids=["as told", "the other way round"])
@pytest.mark.parametrize(
    ("above", "below"),
    [(READY, ROUND), (ROUND, LOST), (LOST, BACK), (READY, MOVING), (MOVING, BACK), (MOVING, DONE), (BACK, DONE)],
    ids=lambda life: life[-1],
)
def test_the_parcel_that_matters_most_stands_on_top(
    app: Flask, session: Session, above: tuple[str, ...], below: tuple[str, ...], first: bool
) -> None:
    page = page_of(app, session, *((above, below) if first else (below, above)))
    assert title_of(page) == WORDS[above]


def test_of_two_on_their_way_the_one_that_comes_first_stands_on_top(app: Flask, session: Session) -> None:
    parcels = [
        parcel(f"s{place}", tracking_number=f"N{place}", promise={"until": f"2026-11-{day}"}, lines=[])
        for place, day in enumerate((29, 27, 28))
    ]
    order = given(session, document(shipments=parcels))
    with at(PLACED + 6 * HOUR):
        page = browser(app, order, language="en").get(f"/o/{order.ref}").text
    assert title_of(page) == "Arrives Friday 27 November"
    assert "Parcel 3 of 3: arrives Saturday 28 November." in text_of(page)


def test_of_two_that_came_the_last_stands_on_top_while_something_is_not_sent(app: Flask, session: Session) -> None:
    parcels = [parcel(f"s{place}", tracking_number=f"N{place}", lines=[]) for place in (0, 1)]
    parcels[0]["lines"] = [{"line": "1", "quantity": 1}]
    events = [event("delivered", THURSDAY - hours * HOUR, number=f"N{place}") for place, hours in ((0, 2), (1, 5))]
    order = given(session, document(shipments=parcels), events, now=THURSDAY)
    with at(THURSDAY):
        page = browser(app, order, language="en").get(f"/o/{order.ref}").text
    assert title_of(page) == "Delivered today at 08:00"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Parcel 3 of 3: arrives today, Thursday 26 November."),
        ("es", "Paquete 3 de 3: llega hoy, jueves 26 de noviembre."),
    ],
)
def test_what_the_next_parcel_does_is_said_below(app: Flask, session: Session, language: str, words: str) -> None:
    assert words in text_of(page_of(app, session, READY, DONE, MOVING, language=language))


def test_of_parcels_that_came_nothing_more_is_said(app: Flask, session: Session) -> None:
    page = page_of(app, session, DONE, DONE)
    assert title_of(page) == "Everything has been delivered"
    assert not re.search(r"Parcel \d of 2:", text_of(page))
    assert "Order 1001 · 2 items in 2 parcels · 2 of 2 parcels delivered" in text_of(page)


def test_one_parcel_is_not_counted(app: Flask, session: Session) -> None:
    page = text_of(page_of(app, session, DONE))
    assert "Order 1001 · 1 item" in page
    assert "1 item in" not in page and "parcels delivered" not in page


def test_the_page_says_whose_word_the_news_is(app: Flask, session: Session) -> None:
    page = text_of(page_of(app, session, MOVING))
    assert "Correos Express, today at 09:00 (Madrid time)." in page


@pytest.mark.parametrize(
    ("status", "life", "title"),
    [
        ("on_hold", (), "We're waiting for your payment"),
        ("on_hold", MOVING, "Arrives today, Thursday 26 November"),
        ("preparing", (), "Arrives today, Thursday 26 November"),
    ],
)
def test_a_held_order_says_so_until_its_parcel_moves(
    app: Flask, session: Session, status: str, life: tuple[str, ...], title: str
) -> None:
    hold = "payment" if status == "on_hold" else None
    assert title_of(page_of(app, session, life, status=status, hold=hold)) == title
