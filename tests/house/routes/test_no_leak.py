"""Whatever breaks, and wherever: no line of a log holds a link, a token, an address, a number or a customer's word."""

import io
import json
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, request
from sqlalchemy import text
from werkzeug.exceptions import HTTPException

from app.core.web import db_session
from tests.house.routes.addresses import Address, addresses
from tests.house.routes.test_no_accident import keeper
from tests.house.routes.visits import Visitor, open_as, undone
from tests.house.routes.world import MINE, THEIRS

TYPED = {
    "email": "typed@canary-three.example", "contact": "+34 633 070 403", "number": "TYPED-8803", "name": "Wenceslao",
    "password": "tres-tigres", "code": "908172", "order": "TYPED-8804",
}  # fmt: skip
SENT = {"Referer": "https://shop.example/r3ferer-canary", "User-Agent": "canary-agent"}
TABLES = ("order", "message", "web_session", "staff_user", "api_key", "inbox", "return", "shipment", "brand", "guess")


@pytest.fixture
def breaking(house: SimpleNamespace, written: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The house, its accidents answered as in production, and what may stand in no line."""
    monkeypatch.setitem(house.app.config, "PROPAGATE_EXCEPTIONS", False)
    secrets = [
        *(word for one in (MINE, THEIRS) for word in (*one.course, one.email, one.phone, *one.personal)),
        *TYPED.values(), *SENT.values(), "633070403", "canary-three", "canary-agent",
        house.mine["token"], house.mine["share"], house.mine["preferences"], house.theirs["token"], "x" * 40,
        *(one.split("=")[-1].split(" ")[-1] for who in house.visitors.values() for one in who.headers.values()),
    ]  # fmt: skip
    house.secrets = [word for word in secrets if word]
    return house


def knock(house: SimpleNamespace, address: Address, who: Visitor) -> int:
    """One visit that says everything that could be repeated."""
    how: dict[str, Any] = {"query_string": TYPED, "headers": SENT}
    if address.method != "GET":
        is_json = address.rule.rule.startswith("/api/")
        how |= {"json": {"number": TYPED["number"], "customer": TYPED}} if is_json else {"data": TYPED}
    with undone(house.session):
        return open_as(house.app, who, address.path(house.mine), address.method, **how).status_code


def leaks(house: SimpleNamespace, written: io.StringIO) -> list[tuple[str, str]]:
    documents = [json.loads(line) for line in written.getvalue().splitlines()]
    assert all(documents)
    # Without the time: the digits of its microseconds are now and then those of a postcode.
    lines = [json.dumps(one | {"timestamp": ""}, ensure_ascii=False) for one in documents]
    return [(word, line[:300]) for line in lines for word in house.secrets if word in line]


def repeats_everything(**path: Any) -> None:
    """A view that fails with all it was given in its words."""
    raise ValueError(f"{path} {request.url} {request.get_data()!r} {request.headers}")


def binds_everything(**path: Any) -> None:
    """A view whose statement fails, with all it was given among its parameters."""
    parameters = {"all": f"{path} {request.url} {request.get_data()!r}", "email": TYPED["email"]}
    db_session().execute(text("select cast(:all as text), cast(:email as text) from nowhere"), parameters)


@pytest.mark.parametrize("view", [repeats_everything, binds_everything])
def test_a_view_that_breaks_repeats_nothing(
    breaking: SimpleNamespace, written: io.StringIO, monkeypatch: pytest.MonkeyPatch, view: Any
) -> None:
    app: Flask = breaking.app
    broken = 0
    for address in addresses(app):
        with monkeypatch.context() as patched:
            patched.setitem(app.view_functions, address.endpoint, view)
            broken += knock(breaking, address, keeper(breaking, address)) >= 500
    documents = [json.loads(line) for line in written.getvalue().splitlines()]
    assert leaks(breaking, written) == []
    if view is repeats_everything:
        routes = {(line["method"], line["route"]) for line in documents if line["event"] == "unforeseen error"}
        assert routes == {(one.method, one.rule.rule) for one in addresses(app)}
        assert broken == len(addresses(app))


def test_a_table_that_is_missing_repeats_nothing(breaking: SimpleNamespace, written: io.StringIO) -> None:
    session, seen = breaking.session, 0
    for number, address in enumerate(addresses(breaking.app)):
        for who in (keeper(breaking, address), breaking.visitors["tier 1"]):
            with undone(session):
                session.execute(text(f'alter table "{TABLES[number % len(TABLES)]}" rename to gone'))
                session.commit()
                knock(breaking, address, who)
    seen = sum("unforeseen error" in line for line in written.getvalue().splitlines())
    assert seen > 50
    assert leaks(breaking, written) == []


def test_a_refusal_is_no_accident(
    house: SimpleNamespace, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is refused on purpose fills no log."""

    def refuses(**path: Any) -> None:
        raise HTTPException(response=house.app.response_class(status=404))

    for address in addresses(house.app)[:20]:
        with monkeypatch.context() as patched:
            patched.setitem(house.app.view_functions, address.endpoint, refuses)
            knock(house, address, keeper(house, address))
    assert written.getvalue() == ""
