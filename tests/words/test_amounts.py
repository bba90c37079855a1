"""Money, numbers and shares in the reader's way of writing."""

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
