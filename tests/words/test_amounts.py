"""Money, numbers and shares in the reader's way of writing."""

import re
from pathlib import Path

import pytest

from app.core.i18n import words


@pytest.mark.parametrize(
    ("minor_units", "currency", "locale", "expected"),
    [
        (2380, "EUR", "es_ES", "23,80\u00a0€"),
        (2380, "EUR", "en_GB", "€23.80"),
        (123456789, "EUR", "es_ES", "1.234.567,89\u00a0€"),
        (1500, "JPY", "en_US", "¥1,500"),
        (1500, "KWD", "en_US", "KWD\u00a01.500"),
        (-495, "EUR", "es_ES", "−4,95\u00a0€"),
        (0, "MXN", "es_MX", "$0.00"),
    ],
)
def test_money_counts_minor_units_as_the_currency_does(
    minor_units: int, currency: str, locale: str, expected: str
) -> None:
    assert words.money(minor_units, currency, locale) == expected


@pytest.mark.parametrize("locale", ["es_ES", "es_MX", "en_GB", "en_US"])
@pytest.mark.parametrize("currency", ["EUR", "MXN", "USD", "GBP", "KWD"])
def test_no_code_touches_its_digits_and_no_hyphen_is_a_minus(locale: str, currency: str) -> None:
    for minor_units in (3900, -495, 0):
        written = words.money(minor_units, currency, locale)
        assert not re.search(r"[A-Z]{3}\d|\d[A-Z]|-", written), written
        assert ("−" in written) is (minor_units < 0)


def test_amounts_are_written_in_one_place_of_the_code() -> None:
    app = Path(words.__file__).parents[2]
    writers = {path.relative_to(app).as_posix() for path in app.rglob("*.py") if "format_currency" in path.read_text()}
    assert writers == {"core/i18n/words.py"}


def test_shares_are_written_as_the_language_does() -> None:
    assert words.percent(0.974, 1, "es") == "97,4\u00a0%"
    assert words.percent(0.974, locale="en") == "97%"


def test_one_precision_does_not_leak_into_the_next_share() -> None:
    words.percent(0.5, 3, "en")
    assert words.percent(0.5, locale="en") == "50%"


def test_numbers_are_grouped() -> None:
    assert words.number(12480, "es") == "12.480"
    assert words.number(12480, "en") == "12,480"


def test_plain_text_keeps_no_special_spaces() -> None:
    assert words.plain(words.money(2380, "EUR", "es")) == "23,80 €"
