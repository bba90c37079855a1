"""From every page of the demo shop's customers one gets on: no link is broken, and none leads only back."""

import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.orders.models import Order
from app.sandbox.story import STORIES
from tests.returns.stage import sign_in
from tests.sandbox.test_demo import shop

__all__ = ["shop"]

PLAIN = ("/", "/links", "/account", "/help", "/privacy", "/accessibility", "/withdraw", "/l/sent", "/l/stopped")
MAIN = re.compile(r"<main\b.*</main>", re.DOTALL)
# One order's pages lead to some dozens of others; who finds more runs in a circle.
MOST_PAGES = 120


def test_every_link_of_every_order_answers_and_leads_on(client: FlaskClient, shop: Session) -> None:
    refs = dict(shop.execute(select(Order.number, Order.ref)).tuples().all())
    for story in STORIES:
        order = shop.scalars(select(Order).where(Order.number == story.number)).one()
        browser = client.application.test_client()
        sign_in(browser, order)
        visited = walked(browser, [f"/o/{refs[story.number]}", *PLAIN])
        assert f"/o/{order.ref}" in visited and len(visited) < MOST_PAGES, story.title


@pytest.mark.parametrize(
    "path", ["/there-is-nothing", "/o/ZZZZZZZZ", "/returns/ZZZZZZZZ", "/l/nobodys-link-0000000000000"]
)
def test_who_comes_to_nothing_is_led_on_too(client: FlaskClient, path: str) -> None:
    answer = client.get(path, follow_redirects=True)
    onward = ways_on(answer.text, path)
    assert onward
    assert not [there for there in onward if client.get(there, follow_redirects=True).status_code >= 400]


def walked(browser: FlaskClient, begin: list[str]) -> dict[str, set[str]]:
    """Every page that links in <main> lead to from these, each with its ways on; each answers and has some."""
    onward: dict[str, set[str]] = {}
    waiting = [(path, "") for path in begin]
    while waiting:
        path, came_from = waiting.pop()
        if path in onward:
            continue
        answer = browser.get(path, follow_redirects=True)
        assert answer.status_code < 400, (came_from, path, answer.status)
        if answer.mimetype != "text/html":
            onward[path] = set()
            continue
        onward[path] = ways_on(answer.text, answer.request.path)
        if came_from:
            assert onward[path] - {came_from}, f"{came_from} leads to {path}, which leads nowhere else"
        forms = {there for there in onward[path] if there.startswith("form:")}
        outside = {there for there in onward[path] if urlsplit(there).scheme}
        waiting += [(there, path) for there in sorted(onward[path] - forms - outside)]
    return onward


def ways_on(page: str, path: str) -> set[str]:
    """Where links in <main> lead, and ``form:…`` for each of its forms; a place on the page itself is no way on."""
    main = MAIN.search(page)
    assert main, path
    links = (unescape(link).partition("#")[0] for link in re.findall(r'<a\b[^>]*\bhref="([^"]+)"', main.group()))
    forms = {f"form:{unescape(action)}" for action in re.findall(r'<form\b[^>]*\baction="([^"]+)"', main.group())}
    return {link for link in links if link and link != path} | forms
