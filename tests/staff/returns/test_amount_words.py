"""Amounts as people type them."""

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.core.i18n.words import money
from app.staff.confirmation import read_amount


@pytest.mark.parametrize(
    ("language", "typed", "currency", "minor"),
    [
        ("es", "12,50", "EUR", 1250), ("es", "12.50", "EUR", 1250), ("es", "12,5", "EUR", 1250),
        ("es", "1.250", "EUR", 125000), ("es", "1.250,00 €", "EUR", 125000), ("es", "0", "EUR", 0),
        ("en", "12.50", "EUR", 1250), ("en", "12,50", "EUR", 1250), ("en", "1,250", "EUR", 125000),
        ("en", "€1,250.00", "EUR", 125000), ("en", "EUR 7", "EUR", 700), ("en", "395", "JPY", 395),
        ("en", "1.250", "KWD", 1250), ("es", "1,250", "KWD", 1250),
        ("es", "", "EUR", None), ("es", "doce", "EUR", None), ("es", "-1", "EUR", None), ("es", "1,999", "EUR", None),
        ("en", "3.95", "JPY", None), ("es", "1,2,3", "EUR", None), ("es", "1e9", "EUR", None),
        ("es", "9" * 40, "EUR", None), ("es", "٣", "EUR", None), ("es", "NaN", "EUR", None),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_its_writer_means_it(
    app: Flask, language: str, typed: str, currency: str, minor: int | None
) -> None:
    with app.test_request_context("/", headers={"Accept-Language": language}):
        assert read_amount(typed, currency) == minor


@given(st.integers(0, 10**9), st.sampled_from(["EUR", "JPY", "KWD", "USD"]), st.sampled_from(["es", "en"]))
def test_what_a_page_writes_is_read_back(flask_app: Flask, minor: int, currency: str, language: str) -> None:
    with flask_app.test_request_context("/", headers={"Accept-Language": language}):
        assert read_amount(money(minor, currency), currency) == minor


@given(st.text(max_size=20))
def test_whatever_is_typed_is_an_amount_or_none(flask_app: Flask, typed: str) -> None:
    with flask_app.test_request_context("/"):
        amount = read_amount(typed, "EUR")
    assert amount is None or 0 <= amount <= 10**14
