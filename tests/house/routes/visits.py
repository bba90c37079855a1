"""Visitors of every kind, and visits that leave no trace: each finds the same world."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.core.tokens import unseal
from tests.conftest import SECRET
from tests.house.routes.addresses import PUBLIC_OF_STAFF, Address
from tests.house.routes.world import Words


@dataclass(frozen=True)
class Visitor:
    """Who comes: what their browser or program sends with everything."""

    name: str
    headers: dict[str, str] = field(default_factory=dict)


@contextmanager
def undone(session: Session) -> Iterator[None]:
    """Whatever happens inside never happened."""
    session.commit()
    connection = session.get_bind()
    assert isinstance(connection, Connection)
    transaction = connection.begin_nested()
    try:
        yield
    finally:
        transaction.rollback()
        session.expire_all()


def readers(address: Address) -> tuple[str, ...]:
    """By whom all that this address can show is seen.

    Customers and strangers are sent from the console to its doors (test_tiers.py holds that), and to a customer's
    pages a member of staff is a stranger.
    """
    if address.endpoint in PUBLIC_OF_STAFF:
        return ("stranger", "admin")
    return ("admin",) if address.is_of_staff else ("stranger", "tier 2")


def visitor(name: str, client: FlaskClient) -> Visitor:
    """What ``client`` has become, as a visitor."""
    cookie = client.get_cookie("paradero")
    return Visitor(name, {"Cookie": f"paradero={cookie.value}"} if cookie else {})


def found(app: Flask, words: Words) -> FlaskClient:
    """A browser that looked its order up: tier one."""
    client = app.test_client()
    client.post("/", data={"number": words.number, "contact": words.email})
    assert "/o/" in client.get("/found").location
    return client


def proven(app: Flask, session: Session, words: Words, ref: str) -> FlaskClient:
    """A browser that typed the code it was sent as well: tier two."""
    client = found(app, words)
    assert client.post(f"/o/{ref}/code/sending", data={"channel": "email"}).status_code == 303
    answer = client.post(f"/o/{ref}/code", data={"code": sent_code(session)})
    assert answer.location == f"/o/{ref}"
    return client


def sent_code(session: Session) -> str:
    """The code in the newest message on its way."""
    sealed = session.scalar(
        text("select args->>'sealed' from procrastinate_jobs where task_name = 'send_code' order by id desc limit 1")
    )
    session.commit()
    message = json.loads(unseal(SECRET, str(sealed), max_age=600) or "{}")
    return str(message["code"])


def open_as(app: Flask, who: Visitor, path: str, method: str = "GET", **how: Any) -> TestResponse:
    """One request of this visitor; cookies it sets are forgotten."""
    headers = {**who.headers, **how.pop("headers", {})}
    return app.test_client(use_cookies=False).open(path, method=method, headers=headers, **how)


class Form(dict[str, list[str]]):
    """What a browser would send for a form that nobody filled in, and where to."""

    action = ""
    method = "GET"


def forms(page: str) -> list[Form]:
    """Every form of a page."""
    reader = _FormReader()
    reader.feed(page)
    return reader.forms


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form()
            self._form.action, self._form.method = attributes.get("action", ""), attributes.get("method", "get").upper()
            self.forms.append(self._form)
        read: dict[str, Callable[[dict[str, str]], None]] = {
            "input": self._field, "textarea": self._field, "button": self._field, "select": self._choose,
            "option": self._option,
        }  # fmt: skip
        if self._form is not None and tag in read:
            read[tag](attributes)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None

    def _field(self, attributes: dict[str, str]) -> None:
        assert self._form is not None
        if attributes.get("name"):
            values = self._form.setdefault(attributes["name"], [])
            if attributes.get("type") not in ("radio", "checkbox") or "checked" in attributes or not values:
                values[:] = [attributes.get("value") or "1"]

    def _choose(self, attributes: dict[str, str]) -> None:
        self._select = attributes.get("name", "")

    def _option(self, attributes: dict[str, str]) -> None:
        assert self._form is not None
        values = self._form.setdefault(self._select, [attributes.get("value", "")])
        if "selected" in attributes:
            values[:] = [attributes.get("value", "")]
