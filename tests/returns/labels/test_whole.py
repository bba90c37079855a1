"""Nothing on a label is cut: the last day in every language, and the longest names and addresses that there may be."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from flask import Flask, g
from flask_babel import gettext
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.i18n.words import day
from app.returns.labels.layout import PrintedText, in_box
from app.returns.labels.pdf import label_pdf, sheet_pdf
from app.returns.labels.ports import Label, LabelWords, Slip, SlipItem
from app.returns.labels.zpl import HEIGHT, MARGIN, WIDTH, label_zpl
from tests.returns.labels.conftest import LABEL, WORDS, text_of
from tests.returns.labels.test_zpl import fields_of, rows_of

LONG = {
    "name": "María de los Ángeles Fernández-Villaverde y Gutiérrez de la Concha, por Ferretería Hermanos Ñíguez",
    "line1": "Urbanización Residencial Los Almendros de la Sierra Norte, Avenida Doctor Severo Ochoa 127, portal 14",
    "line2": "Escalera derecha, planta duodécima, puerta G, dejar en conserjería si no hay nadie en casa por la mañana",
    "town": "28791 Villanueva de la Cañada de los Caballeros y San Sebastián de los Reyes del Manzanares Alto",
    "country": "San Vicente y las Granadinas",
}


def plain(text: str) -> str:
    """A text with its rows and blanks as one line without any: how it is broken does not matter."""
    return "".join(text.split())


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_last_day_is_whole_whichever_it_is(app: Flask, language: str) -> None:
    with app.test_request_context():
        g.locale = language
        begin = date(2026, 1, 1)
        # Each weekday of each month with each length of the day's number.
        days = {(when.weekday(), when.month, when.day > 9): when for when in (begin + timedelta(n) for n in range(365))}
        for when in days.values():
            text = gettext("Valid until %(day)s", day=day(when))
            words = replace(WORDS, deadline=text)
            printed = text_of(label_pdf(LABEL, words))
            assert text in printed, printed
            assert "…" not in printed
            assert text in fields_of(label_zpl(LABEL, words))
    assert len(days) > 160


@pytest.mark.parametrize("place", ["sender", "recipient"])
def test_the_longest_addresses_are_whole(place: str) -> None:
    label = replace(LABEL, **{place: tuple(LONG.values())})
    printed, fields = plain(text_of(label_pdf(label, WORDS))), plain("".join(fields_of(label_zpl(label, WORDS))))
    for line in LONG.values():
        assert plain(line) in printed
        assert plain(line) in fields


def test_the_longest_numbers_of_an_order_are_whole() -> None:
    number = "PEDIDO-" + "0123456789" * 5 + "-2026-XL"
    words = replace(WORDS, order=f"Pedido {number}", reference="Devolución R-7K2M9QXA")
    assert plain(f"Pedido {number}") in plain(text_of(label_pdf(LABEL, words)))
    assert plain(f"Pedido {number}") in plain("".join(fields_of(label_zpl(LABEL, words))))


@pytest.mark.parametrize("letter", ["W", "i", "m"])
def test_an_address_that_no_label_can_hold_keeps_its_town_and_country(letter: str) -> None:
    lines = (letter * 300, letter * 300, letter * 300, "28013 Madrid", "España")
    label = replace(LABEL, sender=lines)
    for printed in (text_of(label_pdf(label, WORDS)), "\n".join(fields_of(label_zpl(label, WORDS)))):
        assert "28013 Madrid" in printed
        assert "España" in printed
        assert "Demo Store" in printed


def test_titles_on_the_slip_are_whole(label: Label, words: LabelWords, slip: Slip) -> None:
    title = "Camiseta de algodón orgánico con estampado de la colección de primavera " * 3
    long_slip = replace(
        slip, items=(SlipItem(2, title, "Talla extragrande, azul marino · No era lo que esperaba " * 2),)
    )
    printed = plain(text_of(sheet_pdf(label, words, long_slip)))
    assert plain(title) in printed
    assert "Talla" in printed
    assert "…" not in printed


@settings(max_examples=60)
@given(st.lists(st.text(alphabet="Wim Ñé.,-09", min_size=1, max_size=120), min_size=1, max_size=6))
def test_no_row_leaves_the_label_or_covers_another(lines: list[str]) -> None:
    rows = in_box([PrintedText("Helvetica", line) for line in lines], 13, (264, 85), 4)
    assert sum(row.size for row in rows) <= 85
    assert plain("".join(row.text for row in rows)) == plain("".join(lines))
    places = rows_of(label_zpl(replace(LABEL, recipient=tuple(lines)), WORDS))
    assert all(left >= MARGIN and top > 0 and top + size <= HEIGHT - MARGIN for left, top, size in places)
    assert all(left < WIDTH for left, _, _ in places)
    addresses = sorted(place for place in places if 368 <= place[1] < 640)
    assert all(above[1] + above[2] <= below[1] + 1 for above, below in pairwise(addresses))
