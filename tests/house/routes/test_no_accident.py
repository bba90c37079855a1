"""No address answers with an accident, whoever comes and whatever they send; and every answer is dressed safely."""

import json
from collections.abc import Iterator, Sequence
from itertools import count
from types import SimpleNamespace
from typing import Any, ClassVar, TypeVar
from urllib.parse import quote

import pytest
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.test import TestResponse

from app.core.web import HEADERS
from app.staff.auth.roles import Role
from tests.browser.everyone.walks import ALL_WALKS
from tests.house.routes.addresses import Address, addresses
from tests.house.routes.visits import Form, Visitor, forms, open_as, undone

UNAVAILABLE = {"/hooks/messages/sendgrid", "/healthz/jobs"}
"""Doors that are not configured here say 503, and so does the clock that no worker keeps."""
ODD = (
    "", " ", "0", "-1", "null", "[]", "%00", "\0", "a\0b", "\ud800", "\u202eMARIA\u202c", "a\r\nSet-Cookie: x=1",
    "../../etc/passwd", "..\\..", "x" * 10_000, "9" * 30, "9" * 5000, str(2**63), str(2**31), "１２", "1e400", "nan",
    "{{7*7}}", "<script>", "' or 1=1 --", "2026-02-30", "0001-01-01", "9999-12-31", "//evil.example", "ß", "é\u0301",
)  # fmt: skip
HEADERS_ODD: tuple[dict[str, str], ...] = (
    {"HX-Request": "true", "HX-Target": "x" * 2000, "HX-Current-URL": "javascript:1", "HX-Prompt": "%00"},
    {"HX-Request": "false", "HX-Boosted": "true", "HX-History-Restore-Request": "true"},
    {"Range": "bytes=0-99999999999999999999", "If-Range": '"x"'},
    {"Range": "bytes=5-1,-,9-", "If-None-Match": '*, W/"', "If-Modified-Since": "yesterday"},
    {"Accept-Language": "x-klingon;q=1e9, \u00e9, " + "es," * 500, "Accept": "text/csv;q=nan"},
    {"Cookie": "paradero=; paradero=\u00e9; language=../..; theme=<b>; browser=" + "x" * 4000},
    {"Authorization": "Bearer \u00e9", "X-Forwarded-For": "not-an-address, ::1", "X-Forwarded-Proto": "gopher"},
    {"Authorization": "Basic !", "Idempotency-Key": "\u00e9" * 300, "Content-Type": "multipart/form-data"},
    {"Host": "evil.example:99999", "Referer": "javascript:1", "Origin": "null"},
)
BODIES: tuple[tuple[bytes, str], ...] = (
    (b"", ""),
    (b"{", "application/json"),
    (b"null", "application/json"),
    (b'"\\u0000\\ud800"', "application/json"),
    (b"[" * 3000, "application/json"),
    (b'{"a": 1e999}', "application/json"),
    (b"\xff\xfe", "application/json; charset=utf-16"),
    (b"\xff=\xff&\0=\0", "application/x-www-form-urlencoded"),
    (b"a=" + b"&b=" * 2000, "application/x-www-form-urlencoded"),
    (b"--x\r\nContent-Disposition: form-data\r\n\r\n", "multipart/form-data; boundary=x"),
    (b"--x", "multipart/form-data"),
    (b"<x/>", "application/xml"),
)


T = TypeVar("T")
TURNS = count()


class Asked(ImmutableMultiDict[str, str]):
    """Parameters that keep who asked for what."""

    names: ClassVar[set[str]] = set()

    def __getitem__(self, key: str) -> Any:
        Asked.names.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        Asked.names.add(str(key))
        return super().__contains__(key)

    def get(self, key: str, *rest: Any, **more: Any) -> Any:
        Asked.names.add(key)
        return super().get(key, *rest, **more)

    def getlist(self, key: str, *rest: Any, **more: Any) -> list[Any]:
        Asked.names.add(key)
        return super().getlist(key, *rest, **more)


class Inspector:
    """Makes visits that leave no trace, and collects what was wrong with the answers."""

    def __init__(self, house: SimpleNamespace) -> None:
        self.house = house
        self.wrong: list[str] = []
        self.visits = 0

    def visit(self, who: Visitor, path: str, method: str = "GET", **how: Any) -> TestResponse | None:
        """One request; an exception that reached the server is as bad as a traceback."""
        self.visits += 1
        line = f"{who.name}: {method} {path[:120]} {str(how)[:160]}"
        with undone(self.house.session):
            try:
                answer = open_as(self.house.app, who, path, method, **how)
            except Exception as error:
                self.wrong.append(f"{line} → {type(error).__name__}: {str(error)[:300]}")
                return None
        self.wrong += [f"{line} → {fault}" for fault in faults(path, answer)]
        return answer

    def done(self) -> None:
        """Fail with everything that was wrong, once each."""
        assert self.wrong == [], f"{len(self.wrong)} of {self.visits}\n" + "\n".join(dict.fromkeys(self.wrong[:60]))


def faults(path: str, answer: TestResponse) -> Iterator[str]:
    """What an answer should not be."""
    if answer.status_code >= 500 and not (answer.status_code == 503 and path.partition("?")[0] in UNAVAILABLE):
        yield f"status {answer.status_code}"
    if b"Traceback (most recent call last)" in answer.data:
        yield "a traceback"
    for name, value in HEADERS.items():
        if answer.headers.get(name) != value:
            yield f"{name}: {answer.headers.get(name)}"
    if "'none'" not in answer.headers.get("Content-Security-Policy", ""):
        yield "no policy of contents"
    caching = answer.headers.get("Cache-Control", "")
    public = ("/static/", "/favicon.ico", "/pictures/", "/look/", "/brand-files/", "/api/v1/openapi.json")
    open_to_all = path.startswith(public)
    if not open_to_all and "no-store" not in caching and "no-cache" not in caching:
        yield f"may be kept: {caching}"
    if path.startswith("/api/v1/") and answer.status_code >= 400 and answer.mimetype != "application/problem+json":
        yield f"is no problem document: {answer.mimetype}"


def turn(values: Sequence[T], most: int) -> list[T]:
    """Some of many values, each time the next ones: every value comes up, and no place gets them all.

    A third of ``most``, but in `make chaos`.
    """
    most = most if ALL_WALKS else max(1, most // 3)
    start = next(TURNS) * most
    return [values[(start + step) % len(values)] for step in range(min(most, len(values)))]


def keeper(house: SimpleNamespace, address: Address) -> Visitor:
    """Who gets furthest behind an address."""
    path = address.rule.rule
    name = "system" if path.startswith("/api/") else "admin" if path.startswith("/staff") else "tier 2"
    return house.visitors[name]  # type: ignore[no-any-return]


@pytest.fixture
def inspector(house: SimpleNamespace) -> Inspector:
    return Inspector(house)


def callers(house: SimpleNamespace, address: Address) -> Iterator[Visitor]:
    """Everyone for whom something of this address is another: roles differ on pages of the console alone."""
    outsiders = ("stranger", "tier 1", "tier 2", "system")
    roles = [role.value for role in Role]
    for name in (*outsiders, *(roles if address.is_of_staff and address.method == "GET" else ("admin", "warehouse"))):
        yield house.visitors[name]


def test_everyone_may_knock_at_every_endpoint(inspector: Inspector) -> None:
    """Of two customers one: test_tiers.py has the other at every address of the first."""
    house = inspector.house
    for address in addresses(house.app):
        path = address.path(house.mine)
        for who in callers(house, address):
            inspector.visit(who, path, address.method)
        for method in ("HEAD", *turn(("OPTIONS", "PATCH", "TRACE", "PROPFIND"), 1)):
            inspector.visit(keeper(house, address), path, method)
    inspector.done()


def test_no_name_in_an_address_springs_a_trap(inspector: Inspector) -> None:
    house = inspector.house
    for address in addresses(house.app):
        for name in address.rule.arguments:
            for odd in turn(ODD, 7):
                value = quote(odd.encode("utf-8", "surrogatepass"), safe="") or "%20"
                inspector.visit(keeper(house, address), address.path(house.mine, **{name: value}), address.method)
    inspector.done()


def test_no_header_springs_a_trap(inspector: Inspector) -> None:
    house = inspector.house
    for address in addresses(house.app):
        for headers in turn(HEADERS_ODD, 3):
            inspector.visit(keeper(house, address), address.path(house.mine), address.method, headers=headers)
    inspector.done()


def test_no_body_springs_a_trap(inspector: Inspector) -> None:
    house = inspector.house
    for address in addresses(house.app):
        if address.method != "GET":
            for data, kind in turn(BODIES, 6):
                how = {"data": data, "headers": {"Content-Type": kind} if kind else {}}
                inspector.visit(keeper(house, address), address.path(house.mine), address.method, **how)
    inspector.done()


def test_no_parameter_springs_a_trap(inspector: Inspector, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every parameter that a view asks for, query and form alike, with every odd value."""
    house = inspector.house
    monkeypatch.setattr(house.app.request_class, "parameter_storage_class", Asked)
    for address in addresses(house.app):
        who, path = keeper(house, address), address.path(house.mine)
        for name in _asked(inspector, who, path, address.method):
            for odd in turn(ODD, 2):
                value = quote(odd.encode("utf-8", "surrogatepass"))
                if address.method == "GET":
                    inspector.visit(who, f"{path}?{quote(name)}={value}&{quote(name)}=2", "GET")
                elif not address.is_system:
                    kind = "application/x-www-form-urlencoded"
                    body = f"{quote(name)}={value}"
                    inspector.visit(who, path, address.method, data=body, content_type=kind)
    inspector.done()


def _asked(inspector: Inspector, who: Visitor, path: str, method: str) -> list[str]:
    """What a view asks for when nothing is there, and when that is there."""
    Asked.names = set()
    inspector.visit(who, path, method)
    fields = dict.fromkeys(Asked.names - {"csrf_token"}, "1")
    how = {"query_string": fields} if method == "GET" else {"data": fields}
    inspector.visit(who, path, method, **how)
    return sorted(Asked.names - {"csrf_token"})


def test_no_field_of_a_form_springs_a_trap(inspector: Inspector) -> None:
    """Every form that a page shows, as a browser would send it but for one field."""
    for who, form in _forms(inspector):
        body = {name: values for name, values in form.items() if name != "csrf_token"}
        send = {"query_string" if form.method == "GET" else "data": body}
        inspector.visit(who, form.action, form.method, **send)
        for name in body:
            for odd in turn(ODD, 2):
                spoilt = quote(odd.encode("utf-8", "surrogatepass"))
                rest = "&".join(
                    f"{quote(key)}={quote(one)}" for key, all_ in body.items() if key != name for one in all_
                )
                content = f"{quote(name)}={spoilt}&{rest}"
                if form.method == "GET":
                    inspector.visit(who, f"{form.action}?{content}", "GET")
                else:
                    kind = "application/x-www-form-urlencoded"
                    inspector.visit(who, form.action, "POST", data=content, content_type=kind)
    inspector.done()


def _forms(inspector: Inspector) -> list[tuple[Visitor, Form]]:
    """The forms of every page, each once."""
    house, seen = inspector.house, {}
    for address in addresses(house.app):
        if address.method != "GET" or address.is_system:
            continue
        for who in (keeper(house, address), house.visitors["stranger"]):
            path = address.path(house.mine)
            answer = inspector.visit(who, path)
            if answer is None or answer.mimetype != "text/html":
                continue
            for form in forms(answer.text):
                form.action = (form.action or path).partition("#")[0]
                seen.setdefault((form.action.partition("?")[0], form.method, tuple(sorted(form))), (who, form))
    return list(seen.values())


def test_no_document_of_the_interface_springs_a_trap(inspector: Inspector) -> None:
    house = inspector.house
    who = house.visitors["system"]
    odd = ["", "\0", "\ud800", "x" * 10_000, 2**63, 10**400, -1, 1.5, None, True, [], {}, [[]], {"a": {}}, "9999-12-31"]
    for address in addresses(house.app):
        operation = getattr(house.app.view_functions[address.endpoint], "operation", None)
        example = getattr(operation, "example", None)
        if address.method == "GET" or not example:
            continue
        first = example[0] if isinstance(example, list) else example
        for name in first:
            for value in turn(odd, 6):
                spoilt = first | {name: value}
                body = json.dumps([spoilt] if isinstance(example, list) else spoilt)
                inspector.visit(
                    who, address.path(house.mine), address.method, data=body, content_type="application/json"
                )
    inspector.done()
