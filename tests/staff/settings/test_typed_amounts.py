"""The amounts of a policy as they are typed: each language's own way, the other's where it cannot be misread."""

import html
import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from app.staff.settings.policies.typed import amounts_text, read_amounts

PAGE = "/staff/settings/policy/demo"


@pytest.mark.parametrize(
    ("language", "text", "usual", "amounts"),
    [
        ("es", "3,95 EUR", "EUR", {"EUR": 395}), ("en", "3,95 EUR", "EUR", {"EUR": 395}),
        ("es", "3.95 EUR", "EUR", {"EUR": 395}), ("en", "3.95 EUR", "EUR", {"EUR": 395}),
        ("es", "3,95 €", "EUR", {"EUR": 395}), ("en", "€3.95", "USD", {"EUR": 395}),
        ("es", "EUR 3,95; 4,50 usd", "EUR", {"EUR": 395, "USD": 450}), ("es", "50", "MXN", {"MXN": 5000}),
        ("es", "1.234 EUR", "EUR", {"EUR": 123400}), ("en", "1,234 EUR", "EUR", {"EUR": 123400}),
        ("es", "1.234,50 EUR", "EUR", {"EUR": 123450}), ("en", "1,234.50 EUR", "EUR", {"EUR": 123450}),
        ("es", "1 234,50 EUR", "EUR", {"EUR": 123450}), ("en", "395 JPY", "EUR", {"JPY": 395}),
        ("en", "$5", "USD", {"USD": 500}), ("en", "5 $", "MXN", {"MXN": 500}), ("es", "", "EUR", {}),
        # Three places are thousands in the one language and no amount in the other.
        ("en", "1.234 EUR", "EUR", None), ("es", "1,234 EUR", "EUR", None),
        ("es", "5 $", "EUR", None), ("es", "5 EUR 5", "EUR", None), ("es", "EUR 5 EUR", "EUR", None),
        ("es", "5 5 EUR", "EUR", None), ("es", "3 EUR; 4 EUR", "EUR", None), ("es", "3 euros", "EUR", None),
        ("es", "3,955 EUR", "EUR", None), ("en", "3.5 JPY", "EUR", None), ("es", "-3 EUR", "EUR", None),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_its_writer_means_it(
    app: Flask, language: str, text: str, usual: str, amounts: dict[str, int] | None
) -> None:
    with app.test_request_context("/", headers={"Accept-Language": language}):
        assert read_amounts(text, usual) == amounts


@given(
    st.dictionaries(st.sampled_from(["EUR", "JPY", "KWD", "USD", "MXN"]), st.integers(0, 10**9)),
    st.sampled_from(["es", "en"]),
)
def test_what_a_field_shows_is_read_back(flask_app: Flask, amounts: dict[str, int], language: str) -> None:
    with flask_app.test_request_context("/", headers={"Accept-Language": language}):
        assert read_amounts(amounts_text(amounts), "EUR") == amounts


@pytest.mark.parametrize(("language", "shown"), [("es", "3,95 EUR; 1234,50 USD"), ("en", "3.95 EUR; 1234.50 USD")])
def test_a_field_shows_an_amount_as_its_hint_writes_it(admin: FlaskClient, language: str, shown: str) -> None:
    admin.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
    document = {"fees": {"dropoff": {"EUR": 0}, "pickup": {"EUR": 395, "USD": 123450}}}
    form = {"draft": json.dumps(document), "expected": "0", "act": "up:0"}
    page = html.unescape(admin.post(f"{PAGE}/draft", data=form).text)
    assert f'value="{shown}"' in page
    # As it came it goes back: nothing has changed.
    typed = {"window_days": "30", "fees-pickup": shown, "way": ["dropoff", "pickup"]}
    answer = admin.post(f"{PAGE}/draft", data=form | typed)
    assert answer.status_code == 200
    assert html.escape(json.dumps(document["fees"]), quote=True).replace("&quot;", "&#34;") in answer.text
