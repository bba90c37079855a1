"""Every cookie that any answer sets is named on the privacy page and in the documents, and no other is."""

import re
from http.cookies import SimpleCookie
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.orders.lookup.models import WebSession
from tests.house.routes.addresses import addresses
from tests.house.routes.visits import open_as, undone

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "security.md"


def named(page: str) -> set[str]:
    """The cookies that the privacy page speaks of."""
    return set(re.findall(r"<li><code>([^<]+)</code>", page))


def test_the_cookies_that_are_set_are_those_that_are_told(house: SimpleNamespace) -> None:
    """Each address by one of each way in: what a role may do, and whose order it is, sets no cookie."""
    seen: set[str] = set()
    for address in addresses(house.app):
        ways_in = ("stranger", "system") if address.is_system else ("stranger", "tier 1", "tier 2", "admin")
        for who in (house.visitors[name] for name in ways_in):
            with undone(house.session):
                answer = open_as(house.app, who, address.path(house.mine), address.method)
            for header in answer.headers.getlist("Set-Cookie"):
                seen |= set(SimpleCookie(header))
    assert seen == named(house.app.test_client().get("/privacy").text)
    assert seen == set(re.findall(r"^\| `(\w+)` \|", DOCUMENT.read_text(), re.MULTILINE))


def test_over_tls_they_are_told_by_the_names_they_have_there(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    secure = app.config["SETTINGS"].model_copy(update={"public_url": "https://orders.example.com"})
    monkeypatch.setitem(app.config, "SETTINGS", secure)
    page = app.test_client().get("/privacy", base_url="https://orders.example.com").text
    assert named(page) == {"__Host-paradero", "__Host-browser", "__Host-number", "language", "theme"}


def test_looking_at_any_page_leaves_no_session_behind(house: SimpleNamespace) -> None:
    def kept(session: Session) -> int:
        return session.scalar(select(func.count()).select_from(WebSession)) or 0

    before = kept(house.session)
    for address in addresses(house.app):
        if address.method == "GET":
            open_as(house.app, house.visitors["stranger"], address.path(house.mine))
    assert kept(house.session) == before
