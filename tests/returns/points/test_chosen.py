"""The chosen point wherever it is shown: what it is, where, when it is open, and the way there."""

from datetime import UTC, datetime

import pytest
from flask import Flask, g, render_template_string

from app.returns.points.chosen import chosen_point
from tests.returns.points.conftest import SOL

MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)
KEPT = {
    "name": "Casillero Ópera", "kind": "locker", "line1": "Plaza de Isabel II 3", "postcode": "28013", "city": "Madrid",
    "country": "ES", "latitude": 40.4183, "longitude": -3.7098, "opening_hours": SOL.opening_hours,
    "time_zone": "Europe/Madrid", "network": "correos_express", "approximate": False, "accepts": ["code"],
}  # fmt: skip
DIRECTIONS = "https://maps.example/?to={lat},{lon}"
FRAGMENT = '{% include "returns/_chosen_point.html" %}'


def test_it_is_said_in_words_and_in_the_language_that_is_named() -> None:
    point = chosen_point(KEPT, directions_url=DIRECTIONS, now=MONDAY, locale="es_ES")
    assert (point.kind, point.address) == ("Casillero automático (locker)", "Plaza de Isabel II 3, 28013 Madrid")
    assert (point.today, point.is_locker) == ("Abierto hoy hasta las 20:30", True)
    assert point.usual == "lun–vie 8:30–20:30; sáb 9:30–13:00; dom cerrado; cerrado en festivos"
    assert point.week[0] == ("lun 23 nov", "8:30–20:30")
    assert point.directions == "https://maps.example/?to=40.41830,-3.70980"


@pytest.mark.parametrize("lacking", [{"approximate": True}, {"latitude": None}])
def test_nobody_is_led_to_where_it_may_not_be(lacking: dict[str, object]) -> None:
    assert chosen_point(KEPT | lacking, directions_url=DIRECTIONS, now=MONDAY, locale="en_GB").directions is None


def test_what_an_older_return_keeps_is_enough() -> None:
    point = chosen_point({"name": "Kiosk"}, directions_url=DIRECTIONS, now=MONDAY, locale="en_GB")
    assert (point.name, point.kind, point.address, point.today, point.week) == ("Kiosk", "Partner shop", "", None, ())


def test_the_fragment_takes_what_a_return_keeps_and_what_is_in_words_already(app: Flask) -> None:
    with app.test_request_context():
        g.locale = "en-GB"
        in_words = chosen_point(KEPT, directions_url="", now=MONDAY)
        from_return, worded = (render_template_string(FRAGMENT, point=point) for point in (KEPT, in_words))
    for html in (from_return, worded):
        assert "Casillero Ópera" in html and "Plaza de Isabel II 3, 28013 Madrid" in html
        assert "Opening hours this week" in html and "Mo-Fr" not in html
    assert "https://www.openstreetmap.org/directions?to=40.41830,-3.70980" in from_return
    assert "Get directions" not in worded
