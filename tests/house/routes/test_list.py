"""The list of routes: none goes by accident, since links to it lie in inboxes; each is guarded, or open by name."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.house.routes.addresses import Address, addresses
from tests.house.routes.visits import open_as, undone

LIST = Path(__file__).with_name("routes.txt")
# What a stranger may open, and why. Everything else sends a stranger away.
OPEN = {
    "account.ask": "asks for a code by mail",
    "account.code": "leads back where a code is asked for",
    "account.enter": "takes a code",
    "account.home": "asks for an address",
    "brand_files.icon": "a brand's icon, for tabs and home screens",
    "brand_files.picture": "a brand's logo, icon or picture",
    "brand_files.stylesheet": "a brand's colours",
    "demo_shop.hand_over": "the sandbox of a demo shop",
    "demo_shop.home": "the sandbox of a demo shop",
    "demo_shop.new_order": "the sandbox of a demo shop",
    "docs.description": "the interface, described",
    "docs.page": "the interface, described",
    "handover.show": "a secret in the address",
    "handover_in.take": "takes a link of the shop's pages",
    "health.healthz": "whether it lives",
    "health.jobs": "what is late, where no token was set",
    "health.metrics": "figures, where no token was set",
    "health.readyz": "whether it is ready",
    "links.renewed": "a secret in the address",
    "links.sent": "one sentence",
    "links.show": "a secret in the address",
    "links.stop": "a secret in the address",
    "links.stopped": "one sentence",
    "links.use": "a secret in the address",
    "manifest.manifest": "a name and icons, for home screens",
    "message_hooks.sendgrid": "says that it is not configured",
    "one_click.confirm": "a secret in the address",
    "one_click.stop": "a secret in the address",
    "orders.find": "asks for number and contact",
    "orders.links": "asks for an address",
    "orders.links_sent": "one sentence",
    "orders.look_up": "takes number and contact",
    "orders.send_links": "takes an address, and answers all alike",
    "own_data.ask": "leads to where an address is proven",
    "own_data.confirm": "leads to where an address is proven",
    "own_data.download": "leads to where an address is proven",
    "own_data.home": "leads to where an address is proven",
    "own_data.keep": "leads to where an address is proven",
    "own_data.make_copy": "leads to where an address is proven",
    "pages.accessibility": "a statement that the law asks for",
    "pages.conformance_report": "what the statement links",
    "pages.components": "what pages are made of",
    "pages.favicon": "a picture",
    "pages.help_page": "whom to ask",
    "pages.notice": "the shop's own legal notices",
    "pages.privacy": "a statement that the law asks for",
    "pages.robots_txt": "for robots",
    "pages.security_txt": "for finders of faults",
    "pictures.picture": "pictures of what is sold",
    "pictures.picture_in_mail": "pictures of what is sold",
    "policy_page.policy_page": "what a shop says to everybody",
    "preferences.change": "a secret in the address",
    "preferences.view": "a secret in the address",
    "sandbox.mail": "the sandbox of a demo shop",
    "sandbox.mail_html": "the sandbox of a demo shop",
    "sandbox.mailbox": "the sandbox of a demo shop",
    "sandbox.phone": "the sandbox of a demo shop",
    "shared.shared_page": "a secret in the address",
    "passkeys.begin": "asks a browser for a passkey",
    "shop_sign_in.back": "takes a provider's answer",
    "shop_sign_in.start": "leads to the provider",
    "sso.back": "takes a provider's answer",
    "sso.leave": "leads to the provider",
    "sso.start": "leads to the provider",
    "staff.enter": "takes a password",
    "staff.sign_in": "asks for a password",
    "staff_links.ask": "takes an address, and answers all alike",
    "staff_links.asked": "one sentence",
    "staff_links.forgotten": "asks for an address",
    "staff_links.show": "a secret in the address",
    "staff_links.use": "a secret in the address",
    "static": "style and script",
    "unsent.extend": "a browser's own session",
    "unsent.remaining": "a browser's own session",
    "withdrawal.check": "whoever bought may withdraw, without an account",
    "withdrawal.confirm": "whoever bought may withdraw, without an account",
    "withdrawal.receipt": "leads back where a statement begins",
    "withdrawal.start": "whoever bought may withdraw, without an account",
}
SENT_AWAY = ("/", "/staff/sign-in")


def is_refusal(address: Address, answer: TestResponse) -> bool:
    """Whether a stranger is sent away: to the way in, or with 401; one that is itself the secret is not found."""
    if answer.status_code == 303:
        return (answer.location or "").partition("?")[0] in SENT_AWAY
    return answer.status_code == 401 or (answer.status_code == 404 and "credential" in address.rule.arguments)


def let_in(house: SimpleNamespace) -> set[str]:
    """Every endpoint that answers a stranger with something of its own."""
    endpoints = set()
    for address in addresses(house.app):
        with undone(house.session):
            answer = open_as(house.app, house.visitors["stranger"], address.path(house.mine), address.method)
        if not is_refusal(address, answer):
            endpoints.add(address.endpoint)
    return endpoints


def test_every_route_sends_strangers_away_or_is_open_by_name(house: SimpleNamespace) -> None:
    endpoints = let_in(house)
    assert endpoints - OPEN.keys() == set(), "guard them, or say why they are open"
    assert OPEN.keys() - endpoints == set(), "they are guarded now"


def test_a_view_that_forgets_its_guard_is_told(house: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(house.app.view_functions, "tracking.order", lambda **_names: "Calle Avutarda")
    assert let_in(house) - OPEN.keys() == {"tracking.order"}


def test_no_route_comes_or_goes_unseen(flask_app: Flask) -> None:
    """A route that is left out breaks links that people hold: lead it on to another, and only then take it out here."""
    listed = LIST.read_text("utf-8").splitlines()
    assert [str(address) for address in addresses(flask_app)] == listed


def test_every_unsafe_route_is_guarded_by_a_token_or_by_a_signature(flask_app: Flask) -> None:
    csrf = flask_app.extensions["csrf"]
    free = {
        str(address.rule)
        for address in addresses(flask_app)
        if address.method != "GET" and _is_free(csrf, flask_app, address)
    }
    assert free, "the endpoints of other systems take no token"
    assert {
        path for path in free if not path.startswith(("/api/v1/", "/hooks/", "/preferences/", "/from-shop"))
    } == set()


def _is_free(csrf: object, app: Flask, address: Address) -> bool:
    """Whether a request to it needs no token of a form."""
    view = app.view_functions[address.endpoint]
    blueprints = {blueprint.name for blueprint in csrf._exempt_blueprints}  # type: ignore[attr-defined]
    return address.blueprint in blueprints or f"{view.__module__}.{view.__name__}" in csrf._exempt_views  # type: ignore[attr-defined]
