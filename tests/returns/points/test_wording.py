"""Points in words, in both languages, and the list of them."""

import re
from datetime import UTC, datetime

import pytest
from flask import Flask, g, render_template_string

from app.returns.points.ports import SearchOrigin
from app.returns.points.words import cards, distance, place_words
from tests.returns.points.conftest import near

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


def test_the_list_names_pin_distance_hours_address_and_what_is_taken(app: Flask) -> None:
    with app.test_request_context():
        g.locale = "en-GB"
        points = [near(), near(id=2, name='Bar "Sol" <b>', metres=1_249)]
        html = render_template_string(LIST, cards=cards(points, now=MONDAY))
    assert "1. Oficina Puerta del Sol" in html
    assert "2. Bar &#34;Sol&#34; &lt;b&gt;" in html
    for words in ("350 m", "1.2 km", "Post office", "Puerta del Sol 7, 28013 Madrid", "Open today until 20:30"):
        assert words in html
    # What all of a list have in common is said above it, not in each.
    assert "label" not in re.sub(r"<label|</label|aria-label", "", html)
    assert re.search(r'value="2"[^>]* checked', html)
    assert html.count(" checked") == 1


def test_the_nearest_three_are_shown_and_the_others_a_press_away(app: Flask) -> None:
    with app.test_request_context():
        g.locale = "en-GB"
        points = cards([near(id=n) for n in range(1, 8)], now=MONDAY)
        html = render_template_string(LIST, cards=points)
        farther = render_template_string(LIST.replace("chosen=2", "chosen=6"), cards=points)
    shown, _, folded = html.partition('<details class="more points-more"')
    assert shown.count('type="radio"') == 3
    assert folded.count('type="radio"') == 4
    assert "Show 4 more" in folded
    # Nobody looks for what they have chosen.
    assert 'points-more" open' in farther and 'points-more" open' not in html


def test_hours_and_the_way_there_are_inside_the_card(app: Flask) -> None:
    with app.test_request_context():
        g.locale = "en-GB"
        (card,) = cards([near()], directions_url="https://maps.example/?to={lat},{lon}", now=MONDAY)
        html = render_template_string(LIST, cards=[card])
    assert html.index('class="point"') < html.index("<details") < html.index("</details>") < html.index("</div>")
    assert 'href="https://maps.example/?to=40.41690,-3.70350"' in html
    assert "Mon 23 Nov" in html


def test_distances_are_as_honest_as_the_position(app: Flask) -> None:
    with app.test_request_context():
        g.locale = "es-ES"
        points = [near(metres=20), near(metres=432), near(metres=432, approximate=True), near(metres=1_249)]
        assert [card.distance for card in cards(points, exact=True, now=MONDAY)] == [
            "20 m", "430 m", "aprox. 1 km", "1,2 km",
        ]  # fmt: skip
        assert [card.distance for card in cards(points, exact=False, now=MONDAY)] == [
            "aprox. 100 m", "aprox. 400 m", "aprox. 1 km", "aprox. 1,2 km",
        ]  # fmt: skip


def test_a_point_without_a_postcode_and_one_without_a_place_are_told_truly(app: Flask) -> None:
    with app.test_request_context():
        g.locale = "es-ES"
        url = "https://maps.example/?to={lat},{lon}"
        points = [near(postcode=""), near(id=2, approximate=True, metres=0)]
        kiosk, lost = cards(points, directions_url=url, now=MONDAY)
    assert kiosk.address == "Puerta del Sol 7, Madrid"
    assert (kiosk.distance, lost.distance) == ("350 m", "aprox. 1 km")
    # Directions to the middle of a postcode would lead astray.
    assert kiosk.directions and lost.directions is None


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (SearchOrigin(0, 0, "Madrid", "Madrid"), "Madrid"),
        (SearchOrigin(0, 0, "Madrid", "Madrid", "28013"), "28013 Madrid"),
        (SearchOrigin(0, 0, "Torre", "León"), "Torre (León)"),
        (SearchOrigin(0, 0, "Torrejón De La Calzada", "Madrid"), "Torrejón de la Calzada (Madrid)"),
        (SearchOrigin(0, 0, "La Torre De Esteban", "De Todo"), "La Torre de Esteban (De Todo)"),
        (SearchOrigin(0, 0, "London", country="GB"), "London (Reino Unido)"),
    ],
)
def test_a_place_is_named_so_that_it_is_told_apart(app: Flask, place: SearchOrigin, words: str) -> None:
    with app.test_request_context():
        g.locale = "es-ES"
        assert place_words(place) == words
