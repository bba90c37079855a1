"""The way out of a contract while the portal is away: sent where the shop can be reached, or not offered at all."""

import pytest
from flask import Flask, render_template

from app.pages.shop import ShopPage


@pytest.mark.parametrize(
    ("email", "post", "first_words"),
    [
        ("ayuda@almazara.example", "Calle 1, Jaén", "Send us this by e-mail"),
        (None, "Calle 1, Jaén", "Send us this by post"),
        (None, "", None),
    ],
)
def test_the_model_form_says_where_it_goes_and_nothing_that_nobody_reads(
    app: Flask, email: str | None, post: str, first_words: str | None
) -> None:
    house = ShopPage("Almazara", help_email=email, postal_address=post, country="ES")
    with app.test_request_context(headers={"Accept-Language": "en"}):
        form = render_template("pages/_model_form.html", shop=lambda: house)
    assert "Answer any message" not in form
    assert (first_words in form and "Calle 1, Jaén" in form) if first_words else "<details" not in form
