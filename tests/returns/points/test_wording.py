"""Points in words, in both languages, and the map beside the list."""

import re
from datetime import UTC, datetime
from xml.etree.ElementTree import Element
from zoneinfo import ZoneInfo

import pytest
from defusedxml.ElementTree import fromstring
from flask import Flask, g, render_template_string

from app.core.hours.opening import Opening, opening_at
from app.core.hours.timeline import Site
from app.returns.points.map import HEIGHT, PIN, WIDTH, map_svg
from app.returns.points.ports import SearchOrigin
from app.returns.points.words import cards, distance
from tests.returns.points.conftest import SOL, near

MADRID = Site("Europe/Madrid", "ES", "MD")
MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)
LIST = """{% import "returns/_points.html" as points %}{{ points.point_list(cards, chosen=2) }}"""


@pytest.mark.parametrize(
    ("locale", "metres", "country", "words"),
    [
        ("es-ES", 4, "ES", "10 m"),
        ("es-ES", 347, "ES", "350 m"),
        ("es-ES", 1_249, "ES", "1,2 km"),
        ("en-GB", 12_600, "ES", "13 km"),
        ("en-GB", 1_249, "GB", "0.8 mi"),
        ("en-US", 10, "US", "0.1 mi"),
    ],
)
def test_distances_are_round(app: Flask, locale: str, metres: int, country: str, words: str) -> None:
    with app.test_request_context():
        g.locale = locale
        assert distance(metres, country) == words


@pytest.mark.parametrize(
    ("locale", "when", "words"),
    [
        ("es-ES", MONDAY, "Abierto hasta las 20:30"),
        ("en-GB", MONDAY, "Open until 20:30"),
        ("es-ES", datetime(2026, 11, 23, 22, tzinfo=UTC), "Cerrado, abre mañana a las 8:30"),
        ("en-GB", datetime(2026, 11, 28, 14, tzinfo=UTC), "Closed, opens Monday 30 November at 08:30"),
        (
            "en-GB",
            datetime(2026, 12, 8, 10, tzinfo=UTC),
            "Closed, opens tomorrow at 08:30. Public holiday: check before you go",
        ),
    ],
)
def test_hours_are_said_as_people_say_them(app: Flask, locale: str, when: datetime, words: str) -> None:
    now_there = opening_at(SOL.opening_hours, MADRID, now=when)
    with app.test_request_context():
        g.locale = locale
        assert hours_now(near(opening=now_there), when) == words


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (Opening(None), f"Opening hours: {SOL.opening_hours}"),
        (Opening(open=True), "Open day and night"),
        (Opening(open=False), "Closed until further notice"),
    ],
)
def test_what_never_changes_is_said_without_a_time(app: Flask, state: Opening, words: str) -> None:
    with app.test_request_context():
        g.locale = "en-GB"
        assert hours_now(near(opening=state), MONDAY) == words


def test_the_week_is_the_place_s_own(app: Flask) -> None:
    with app.test_request_context():
        g.locale = "en-GB"
        rows = week_of(near(opening=Opening(open=True)), MONDAY)
        assert rows[0] == ("Mon 23 Nov", "08:30–20:30")
        assert rows[6] == ("Sun 29 Nov", "Closed")
        round_the_clock = near(opening=Opening(open=True), opening_hours="24/7")
        assert week_of(round_the_clock, MONDAY)[0][1] == "All day"
        assert week_of(near(opening_hours="whenever"), MONDAY) == []
        assert week_of(near(opening_hours=None), MONDAY) == []


def test_the_list_names_pin_distance_hours_address_and_what_is_taken(app: Flask) -> None:
    with app.test_request_context():
        g.locale = "en-GB"
        points = [near(), near(id=2, name='Bar "Sol" <b>', metres=1_249)]
        html = render_template_string(LIST, cards=cards(points, now=MONDAY))
    assert "1. Oficina Puerta del Sol" in html
    assert "2. Bar &#34;Sol&#34; &lt;b&gt;" in html
    for words in ("350 m", "1.2 km", "Post office", "Puerta del Sol 7, 28013 Madrid", "no printer needed"):
        assert words in html
    assert re.search(r'value="2"[^>]* checked', html)
    assert html.count(" checked") == 1


def test_what_a_point_takes_is_said(app: Flask) -> None:
    with app.test_request_context():
        g.locale = "en-GB"
        assert takes(near(accepts=("unpacked",))) == ["Items without a box"]


def drawn(app: Flask, *places: tuple[float, float]) -> Element:
    points = [near(id=n, latitude=latitude, longitude=longitude) for n, (latitude, longitude) in enumerate(places)]
    with app.test_request_context():
        return fromstring(map_svg(points, SearchOrigin(40.4169, -3.7035)))


def pins(svg: Element) -> dict[str, tuple[float, float]]:
    texts = [text for text in svg.iter() if text.tag.endswith("text") and (text.text or "").isdigit()]
    return {text.text or "": (float(text.get("x", "")), float(text.get("y", ""))) for text in texts}


def test_pins_lie_in_their_direction_and_inside(app: Flask) -> None:
    spots = pins(drawn(app, (40.42, -3.7035), (40.4169, -3.70), (40.40, -3.75)))
    north, east, south_west = spots["1"], spots["2"], spots["3"]
    assert north[1] < HEIGHT / 2
    assert north[0] == WIDTH / 2
    assert east[0] > WIDTH / 2
    assert (south_west[0] < WIDTH / 2, south_west[1] > HEIGHT / 2) == (True, True)
    assert all(PIN <= x <= WIDTH - PIN and PIN <= y <= HEIGHT - PIN for x, y in spots.values())


def test_pins_at_one_address_stand_apart(app: Flask) -> None:
    spots = list(pins(drawn(app, *[(40.418, -3.7035)] * 6)).values())
    gaps = [abs(a[0] - b[0]) + abs(a[1] - b[1]) for n, a in enumerate(spots) for b in spots[:n]]
    assert min(gaps) >= 2 * PIN


def test_the_map_says_what_it_is_and_needs_no_list_to_be_drawn(app: Flask) -> None:
    svg = drawn(app)
    assert svg.get("role") == "img"
    assert "north" in (svg.get("aria-label") or "") or "norte" in (svg.get("aria-label") or "")


@pytest.mark.parametrize(
    ("text", "when", "english", "spanish"),
    [
        ("Mo 18:00-02:00", "2026-11-23T19:00", "Open until tomorrow at 02:00", "Abierto hasta mañana a las 2:00"),
        ("Mo 18:00-02:00", "2026-11-24T00:30", "Open until 02:00", "Abierto hasta las 2:00"),
        (
            "17:00+", "2026-11-23T19:00",
            "Opened today at 17:00, closing time not known", "Abrió hoy a las 17:00, no se sabe cuándo cierra",
        ),
        (
            "17:00-20:00+", "2026-11-23T19:00",
            "Open until 20:00, perhaps longer", "Abierto hasta las 20:00, quizá más",
        ),
        (
            'Mo-Fr 09:00-14:00; Tu "ask"', "2026-11-23T19:00",
            'Closed now. Opening hours: Mo-Fr 09:00-14:00; Tu "ask"',
            'Ahora está cerrado. Horario: Mo-Fr 09:00-14:00; Tu "ask"',
        ),
        ("de 9 a 14", "2026-11-23T19:00", "Opening hours: de 9 a 14", "Horario: de 9 a 14"),
        ('"solo con cita"', "2026-11-23T19:00", 'Opening hours: "solo con cita"', 'Horario: "solo con cita"'),
        ("Mo-Fr 09:00-14:00; SH off", "2026-11-23T10:00", "Opening hours: Mo-Fr 09:00-14:00; SH off", None),
        ("Apr-Oct 10:00-18:00", "2026-11-23T10:00", "Closed, opens Thursday 1 April at 10:00", None),
        ("24/7", "2026-11-23T10:00", "Open day and night", "Abierto las 24 horas"),
    ],
)  # fmt: skip
def test_odd_hours_are_said_truly_or_as_they_were_written(
    app: Flask, text: str, when: str, english: str, spanish: str | None
) -> None:
    now = datetime.fromisoformat(when).replace(tzinfo=ZoneInfo("Europe/Madrid"))
    point = near(opening=opening_at(text, MADRID, now=now), opening_hours=text)
    for locale, words in (("en-GB", english), ("es-ES", spanish)):
        with app.test_request_context():
            g.locale = locale
            assert words is None or hours_now(point, now) == words


def test_the_week_says_nights_open_ends_and_doubts(app: Flask) -> None:
    text = 'Mo 18:00-02:00; Tu 17:00+; We 10:00-12:00+; Th "ask"; Fr 09:00-14:00 open "ring"; Sa 10:00-12:00; SH Sa off'
    with app.test_request_context():
        g.locale = "en-GB"
        rows = dict(week_of(near(opening_hours=text), MONDAY))
    assert list(rows.values()) == [
        "18:00–02:00", "from 17:00, end not known", "10:00–12:00, perhaps longer", "All day: ask", "09:00–14:00 (ring)",
        "10:00–12:00: not certain", "Closed",
    ]  # fmt: skip


def test_a_point_without_a_postcode_and_one_without_a_place_are_told_truly(app: Flask) -> None:
    with app.test_request_context():
        g.locale = "es-ES"
        kiosk, lost = cards([near(postcode=""), near(id=2, approximate=True, metres=0)], now=MONDAY)
    assert kiosk.address == "Puerta del Sol 7, Madrid"
    assert (kiosk.distance, lost.distance) == ("350 m", "a 1 km aproximadamente")
