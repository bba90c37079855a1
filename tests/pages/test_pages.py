"""The common pages: complete, in both languages, with the same frame."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

PATHS = ("/help", "/privacy", "/accessibility", "/ui")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("language", ["es", "en"])
def test_each_page_opens_in_each_language(client: FlaskClient, path: str, language: str) -> None:
    answer = client.get(path, headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert f'<html lang="{language}-' in answer.text
    assert answer.text.count("<h1") >= 1


@pytest.mark.parametrize(
    ("language", "label"), [("es", "Desistir del contrato aquí"), ("en", "Withdraw from contract here")]
)
def test_every_footer_leads_out_of_the_contract(client: FlaskClient, language: str, label: str) -> None:
    page = client.get("/help", headers={"Accept-Language": language}).text
    assert f'<a href="/withdraw">{label}</a>' in page


def test_help_is_in_the_same_place_on_every_page(client: FlaskClient) -> None:
    def order(page: str) -> list[str]:
        return [
            link for link in re.findall(r'href="(/[a-z]*)"', page) if link in ("/", "/help", "/privacy", "/withdraw")
        ]

    frames = [order(client.get(path).text) for path in ("/nowhere", "/ui")]
    for links in frames:
        assert links[:2] == ["/", "/help"]
        assert links[-3:] == ["/help", "/privacy", "/withdraw"]


@pytest.mark.parametrize("path", PATHS)
def test_no_page_carries_inline_code_or_repeats_an_id(client: FlaskClient, path: str) -> None:
    page = client.get(path).text
    assert not re.search(r"<[^>]*\s(style|on\w+|hx-on[^=]*)=", page)
    assert "<style" not in page
    assert not re.search(r"<script(?![^>]*\ssrc=)", page)
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for target in re.findall(r'(?:\sfor|aria-labelledby)="([^" ]+)', page):
        assert target in ids


def test_the_components_are_not_shown_in_production(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = app.config["SETTINGS"]
    monkeypatch.setitem(app.config, "SETTINGS", usual.model_copy(update={"production": True}))
    assert client.get("/ui").status_code == 404


def test_security_txt_says_whom_to_tell_and_until_when(client: FlaskClient) -> None:
    answer = client.get("/.well-known/security.txt")
    assert answer.mimetype == "text/plain"
    assert re.search(r"^Contact: (mailto:|https?://)\S+$", answer.text, re.M)
    assert re.search(r"^Expires: 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$", answer.text, re.M)


def test_search_engines_are_told_to_stay_away(client: FlaskClient) -> None:
    assert "Disallow: /" in client.get("/robots.txt").text


def test_the_favicon_is_the_trail(client: FlaskClient) -> None:
    assert client.get("/favicon.ico").mimetype == "image/svg+xml"
