"""Whatever a client sends, it gets an answer below 500 in the shape of a problem or of a result."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.api.v1 import examples

NASTY = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([2**31, 2**63, -(2**63) - 1, 10**400, 0, -1]),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(
        ["", " ", "\0", "\u202e", "0", "null", "[]", "%00", "x" * 5000, "ß", "１２", "2026-02-30", "9999-12-31"]
    ),
)
VALUE = st.recursive(
    NASTY, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
)
BODIES = {
    "/api/v1/orders/batch": [examples.ORDER],
    "/api/v1/tracking-events": examples.EVENTS,
    "/api/v1/returns": examples.RETURN,
    "/api/v1/returns/eligibility": examples.WHICH_ORDER,
    "/api/v1/returns/ZZZZZZZZ/receipts": examples.RECEIPT,
    "/api/v1/returns/ZZZZZZZZ/refunds": examples.REFUND,
    "/api/v1/webhooks": examples.SUBSCRIPTION,
}
QUIET = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
FEWER = settings(QUIET, max_examples=20)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    paths = [path]
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, part in inner:
        paths += _places(part, (*path, step))
    return paths


def _spoilt(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    copy = dict(body) if isinstance(body, dict) else list(body)
    copy[path[0]] = _spoilt(copy[path[0]], path[1:], value)
    return copy


def _check(answer: Any) -> None:
    assert answer.status_code < 500, answer.data
    if answer.status_code >= 400:
        assert answer.mimetype == "application/problem+json"


@QUIET
@given(data=st.data(), address=st.sampled_from(sorted(BODIES)), value=VALUE)
def test_a_spoilt_document_is_refused_or_taken(api: FlaskClient, data: st.DataObject, address: str, value: Any) -> None:
    body = _spoilt(BODIES[address], data.draw(st.sampled_from(_places(BODIES[address]))), value)
    _check(api.post(address, data=json.dumps(body), content_type="application/json"))


@QUIET
@given(raw=st.binary(max_size=200), address=st.sampled_from(sorted(BODIES)))
def test_bytes_that_mean_nothing_are_refused(api: FlaskClient, raw: bytes, address: str) -> None:
    for kind in ("application/json", "application/x-ndjson", "text/plain", ""):
        _check(api.post(address, data=raw, content_type=kind))


@FEWER
@given(value=VALUE)
def test_a_spoilt_order_is_refused_or_taken(api: FlaskClient, value: Any) -> None:
    for field in ("placed_at", "totals", "lines", "extra", "promise", "customer"):
        document = examples.ORDER | {field: value}
        _check(api.put("/api/v1/orders/1001", data=json.dumps(document), content_type="application/json"))


@FEWER
@given(name=st.text(max_size=10), value=st.text(max_size=40))
def test_any_query_is_answered(api: FlaskClient, name: str, value: str) -> None:
    for address in ("/api/v1/orders", "/api/v1/returns", "/api/v1/messages"):
        _check(api.get(address, query_string={name: value}))
        for parameter in ("cursor", "limit", "updated_since", "order"):
            _check(api.get(address, query_string={parameter: value}))


@FEWER
@given(part=st.text(min_size=1, max_size=30))
def test_any_address_is_answered(api: FlaskClient, part: str) -> None:
    from urllib.parse import quote

    for address in ("/api/v1/orders/", "/api/v1/returns/", "/api/v1/shipments/ups/", "/api/v1/webhooks/", "/api/"):
        _check(api.get(address + quote(part, safe="")))
    _check(
        api.get(
            "/api/v1/orders/1",
            headers={"If-None-Match": part.encode("utf-8").decode("latin-1").replace("\n", "").replace("\r", "")},
        )
    )


@pytest.mark.parametrize("value", [["delivered"], {"a": 1}, 1e400, float("nan"), "\ud800", "a\0b", None])
def test_the_usual_traps_do_not_spring(api: FlaskClient, value: Any) -> None:
    body = json.dumps([examples.EVENTS[0] | {"status": value}])
    _check(api.post("/api/v1/tracking-events", data=body, content_type="application/json"))


def test_a_number_of_five_thousand_digits_is_no_json(api: FlaskClient) -> None:
    body = b'[{"status": ' + b"1" * 5000 + b"}]"
    _check(api.post("/api/v1/tracking-events", data=body, content_type="application/json"))
