"""The demo's drop-off points: hours in words in every language at any hour of a week, and nothing of their notation."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from app.core.hours.words import place_at, today_words, week_rows, week_words
from app.sandbox.places import POINTS, ZONES

# The notation's days, its own words, and its signs.
RAW = re.compile(r"\b(Mo|Tu|We|Th|Fr|Sa|Su|PH|SH)\b|\boff\b|24/7|\+|\d{2}:\d{2}-\d{2}:\d{2}")
MONDAY = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
MOMENTS = [MONDAY + timedelta(hours=7 * step) for step in range(24)]


@pytest.mark.parametrize("locale", ["es_ES", "es_MX", "en_GB", "en_US"])
@pytest.mark.parametrize("point", POINTS, ids=[point[0] for point in POINTS])
def test_hours_are_said_and_never_shown_as_they_are_written(point: tuple[str, ...], locale: str) -> None:
    _key, _kind, _name, _line, postcode, _city, country, _latitude, _longitude, hours, _accepts = point
    place = place_at(country, postcode, ZONES[country])
    sentences = [today_words(hours, place, now=now, locale=locale) for now in MOMENTS]
    rows = [words for now in MOMENTS for _day, words in week_rows(hours, place, now=now, locale=locale)]
    usual = week_words(hours, locale=locale)
    assert all(sentences) and len(rows) == 7 * len(MOMENTS) and usual
    assert not [words for words in (*sentences, *rows, usual) if RAW.search(str(words))]
