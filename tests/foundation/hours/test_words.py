"""Opening hours as people say them: now, the usual week, the coming week; the notation itself is shown to nobody."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask, g
from hypothesis import given
from hypothesis import strategies as st

from app.core.hours.timeline import Site
from app.core.hours.words import is_notation, place_at, today_words, week_rows, week_words
from tests.foundation.hours.conftest import MADRID, at
from tests.foundation.hours.test_another_reader import expressions

SHOP = "Mo-Fr 09:30-14:00,17:00-20:30; Sa 10:00-14:00; PH off"
ODD = [
    "Mo-Fr 09:00-14:00; SH off", "Apr-Oct 10:00-18:00", "Mo[1] 10:00-12:00", "17:00+", "week 2-20 Mo", "off", "|| 24/7",
    'Mo-Fr 09:00-14:00 || "by appointment"', "PH 10:00-12:00", "Mo-Fr 10:00-16:00; Dec 25 off", "sunrise-sunset",
    "easter 10:00-12:00", "Mo-Fr 10:00-16:00 sunny", "Mo-Fr 25:00-99:00", "Sa 09:00-13:00; PH offf", '"', "24/7",
    "Mo-Su 08:00-23:00", SHOP, "Mo-Fr 09:00-12:00; " * 80,
]  # fmt: skip
# The notation's days, its words that no reader knows, and its signs.
RAW = re.compile(r"\b(Mo|Tu|We|Th|Fr|Sa|Su|PH|SH)\b|\boff\b|24/7|\|\||;.*\d{2}:\d{2}-|\d{2}:\d{2}-\d{2}:\d{2}|\+")


@pytest.mark.parametrize(
    ("text", "when", "english", "spanish"),
    [
        (SHOP, "2026-11-23T10:00", "Open today until 14:00", "Abierto hoy hasta las 14:00"),
        (SHOP, "2026-11-23T15:00", "Closed now, opens today at 17:00", "Cerrado ahora, abre hoy a las 17:00"),
        (SHOP, "2026-11-23T21:00", "Closed now, opens tomorrow at 09:30", "Cerrado ahora, abre mañana a las 9:30"),
        (
            SHOP, "2026-11-28T15:00", "Closed now, opens Monday 30 November at 09:30",
            "Cerrado ahora, abre el lunes 30 de noviembre a las 9:30",
        ),
        ("Mo 18:00-24:00", "2026-11-23T19:00", "Open today until midnight", "Abierto hoy hasta medianoche"),
        ("Mo 18:00-02:00", "2026-11-23T19:00", "Open until tomorrow at 02:00", "Abierto hasta mañana a las 2:00"),
        ("Mo 18:00-01:00", "2026-11-24T00:30", "Open today until 01:00", "Abierto hoy hasta la 1:00"),
        ("24/7", "2026-11-23T10:00", "Open 24 hours", "Abierto las 24 horas"),
        ("off", "2026-11-23T10:00", "Closed until further notice", "Cerrado hasta nuevo aviso"),
        (
            "Mo-Sa 09:00-20:00", "2026-12-08T10:00", "Open today until 20:00. Public holiday: check before you go",
            "Abierto hoy hasta las 20:00. Es festivo: compruébalo antes de ir",
        ),
        ("17:00+", "2026-11-23T19:00", "Opened today at 17:00, closing time not known", None),
        ("17:00-20:00+", "2026-11-23T19:00", "Open today until 20:00, perhaps longer", None),
        ('Mo-Fr 09:00-14:00; Tu "ask"', "2026-11-23T19:00", "Closed now", "Cerrado ahora"),
        ('"solo con cita"', "2026-11-23T19:00", "Opening hours: solo con cita", "Horario: solo con cita"),
        ("de 9 a 14", "2026-11-23T19:00", "Opening hours: de 9 a 14", "Horario: de 9 a 14"),
        (
            "Mo-Fr 09:00-14:00; SH off", "2026-11-23T10:00", "May be closed now: check before you go",
            "Puede que ahora esté cerrado: compruébalo antes de ir",
        ),
        ("Mo-Fr 10:00-16:00 sunny", "2026-11-23T10:00", "Opening hours not known", "No conocemos el horario"),
        ("", "2026-11-23T10:00", None, None),
    ],
)  # fmt: skip
def test_hours_now_are_said_as_people_say_them(
    app: Flask, text: str, when: str, english: str | None, spanish: str | None
) -> None:
    for locale, words in (("en-GB", english), ("es-ES", spanish)):
        with app.test_request_context():
            g.locale = locale
            phrases = today_words(text, MADRID, now=at(when))
            assert phrases == words or (words is None and text)


def test_a_language_can_be_named_where_there_is_no_reader() -> None:
    now = at("2026-11-23T10:00")
    assert today_words(SHOP, MADRID, now=now, locale="es_ES") == "Abierto hoy hasta las 14:00"
    assert week_words("Mo-Sa 10:00-20:30", locale="es_ES") == "lun–sáb 10:00–20:30; dom cerrado"
    assert week_rows(SHOP, MADRID, now=now, locale="en_GB")[0] == ("Mon 23 Nov", "09:30–14:00, 17:00–20:30")


@pytest.mark.parametrize(
    ("text", "spanish", "english"),
    [
        ("Mo-Sa 10:00-20:30", "lun–sáb 10:00–20:30; dom cerrado", "Mon–Sat 10:00–20:30; Sun closed"),
        (
            SHOP, "lun–vie 9:30–14:00, 17:00–20:30; sáb 10:00–14:00; dom cerrado; cerrado en festivos",
            "Mon–Fri 09:30–14:00, 17:00–20:30; Sat 10:00–14:00; Sun closed; closed on public holidays",
        ),
        ("24/7", "todo el día", "all day"),
        ("L-V 10-20", "L-V 10-20", "L-V 10-20"),
        ("Apr-Oct 10:00-18:00", None, None),
        ("off", None, None),
    ],
)  # fmt: skip
def test_a_week_that_is_always_the_same_is_one_line(text: str, spanish: str | None, english: str | None) -> None:
    assert week_words(text, locale="es_ES") == spanish
    assert week_words(text, locale="en_GB") == english


@pytest.mark.parametrize("text", ODD)
@pytest.mark.parametrize("locale", ["es_ES", "en_GB", "es_MX"])
def test_no_odd_hours_are_shown_in_the_notation(text: str, locale: str) -> None:
    for when in ("2026-11-23T10:00", "2026-12-25T10:00", "2026-08-01T23:59"):
        rows = week_rows(text, MADRID, now=at(when), locale=locale)
        phrases = [today_words(text, MADRID, now=at(when), locale=locale) or "", week_words(text, locale=locale) or ""]
        assert not [words for words in phrases + [hours for _day, hours in rows] if RAW.search(words)]


@given(text=expressions(), minutes=st.integers(0, 525_600))
def test_no_hours_at_all_are_shown_in_the_notation(text: str, minutes: int) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    rows = week_rows(text, MADRID, now=now, locale="en_GB")
    phrases = [today_words(text, MADRID, now=now, locale="en_GB") or "", week_words(text, locale="en_GB") or ""]
    assert not [words for words in phrases + [hours for _day, hours in rows] if RAW.search(words)]


@pytest.mark.parametrize(
    "text", ["L-V 10-20", "de 9 a 14", "lunes a viernes, de 9:00 a 14:00", "We open at 10", "Su farmacia", "siempre"]
)
def test_what_somebody_wrote_in_their_own_words_is_no_notation(text: str) -> None:
    assert not is_notation(text)


def test_the_hours_follow_the_clock_of_the_address() -> None:
    ten_in_madrid = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
    tenerife = place_at("ES", "38001")
    assert tenerife == Site("Atlantic/Canary", "ES", "CN")
    words = [
        today_words("Mo-Fr 09:00-14:00", place, now=ten_in_madrid, locale="en_GB")
        for place in (place_at("ES", "28001"), tenerife, place_at("MX"), place_at(None))
    ]
    assert words == [
        "Open today until 14:00", "Closed now, opens today at 09:00", "Closed now, opens today at 09:00",
        "Closed now, opens today at 09:00",
    ]  # fmt: skip
