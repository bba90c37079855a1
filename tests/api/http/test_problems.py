"""Problems: whatever is wrong under /api is told in one shape."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import BaseModel, ValidationError

from app.api.http.problems import MEDIA_TYPE, WORDS, Problem, fault_entry, faults_of
from app.core.errors import Fault
from app.orders import queries
from tests.api.conftest import pointers


def _assert_problem(answer: Any, status: int) -> None:
    assert answer.status_code == status
    assert answer.mimetype == MEDIA_TYPE
    assert answer.json["status"] == status
    assert {"type", "title"} <= set(answer.json)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "/api/v1/nothing", 404),
        ("get", "/api/", 404),
        ("delete", "/api/v1/orders", 405),
        ("get", "/api/v1/tracking-events", 405),
        ("get", "/api/v1/orders/none", 404),
        ("get", "/api/v1/orders/a%00b", 404),
        ("get", "/api/v1/returns/ZZZZZZZZ", 404),
        ("get", "/api/v1/shipments/ups/1Z", 404),
        ("get", "/api/v1/webhooks/sub_none", 404),
    ],
)
def test_what_is_not_there_is_a_problem(api: FlaskClient, method: str, path: str, status: int) -> None:
    answer = getattr(api, method)(path)
    _assert_problem(answer, status)
    if status == 405:
        assert "Allow" in answer.headers


def test_a_body_of_another_kind_is_415(api: FlaskClient) -> None:
    _assert_problem(api.post("/api/v1/returns", data="a=1", content_type="application/x-www-form-urlencoded"), 415)
    _assert_problem(api.put("/api/v1/orders/1", data=b"{}", content_type="application/x-ndjson"), 415)


def test_a_body_over_a_mebibyte_is_413(api: FlaskClient) -> None:
    body = b'{"number": "' + b"1" * 1024 * 1024 + b'"}'
    _assert_problem(api.put("/api/v1/orders/1", data=body, content_type="application/json"), 413)


@pytest.mark.parametrize(
    "body",
    [
        b"", b" ", b"{", b"[1,]", b"NaN", b'{"a": Infinity}', b"\xff\xfe", b"[" * 5000, b'{"a":' * 3000,
        b"\x00", b"'a'", b"[" * 51 + b"]" * 51,
    ],
)  # fmt: skip
@pytest.mark.parametrize("address", ["/api/v1/returns", "/api/v1/tracking-events", "/api/v1/orders/batch"])
def test_what_is_no_json_is_400(api: FlaskClient, address: str, body: bytes) -> None:
    _assert_problem(api.post(address, data=body, content_type="application/json"), 400)


@pytest.mark.parametrize("body", [b"null", b"3", b'"x"', b"[]", b"{}", b"true", b'"\\ud800"', b"1" * 10_000, b"1e400"])
def test_json_of_another_shape_is_422(api: FlaskClient, body: bytes) -> None:
    for address in ("/api/v1/returns", "/api/v1/tracking-events", "/api/v1/orders/batch", "/api/v1/webhooks"):
        answer = api.post(address, data=body, content_type="application/json")
        _assert_problem(answer, 422)
        assert pointers(answer)


def test_a_name_that_holds_what_is_no_character_is_an_unknown_field(api: FlaskClient) -> None:
    body = b'{"a\\u0000": 1, "b\\ud83d": 2}'
    answer = api.post("/api/v1/returns", data=body, content_type="application/json")
    assert {"#/a\ufffd", "#/b\ufffd"} <= set(pointers(answer))


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("limit=0", "?limit"), ("limit=201", "?limit"), ("limit=x", "?limit"), ("limit=1&limit=2", "?limit"),
        ("cursor=zzz", "?cursor"), ("cursor=%00", "?cursor"), ("colour=blue", "?colour"),
        ("updated_since=2026-11-01T10:00:00", "?updated_since"), ("updated_since=soon", "?updated_since"),
        ("cursor=MjAyNi0xMS0wMVQxMDowMDowMHw1", "?cursor"),
    ],
)  # fmt: skip
def test_a_bad_query_parameter_is_named(api: FlaskClient, query: str, parameter: str) -> None:
    answer = api.get(f"/api/v1/orders?{query}")
    assert answer.status_code == 422
    assert pointers(answer) == [parameter]


def test_a_lacking_scope_is_named(key_with: Callable[..., FlaskClient]) -> None:
    answer = key_with("orders:read").get("/api/v1/messages")
    _assert_problem(answer, 403)
    assert 'scope="messages:read"' in answer.headers["WWW-Authenticate"]


def test_pointers_are_escaped_as_rfc_6901_says() -> None:
    class Shape(BaseModel, extra="forbid"):
        pass

    with pytest.raises(ValidationError) as caught:
        Shape.model_validate({"a/b~c": 1})
    assert faults_of(caught.value, "/0") == [Fault("/0/a~1b~0c", "Unknown field")]


def test_a_problem_tells_a_hundred_faults_at_most() -> None:
    document = Problem(422, faults=[Fault(f"/{at}", "no") for at in range(500)]).document()
    assert len(document["errors"]) == 100
    assert fault_entry(Fault("", "no")) == {"pointer": "#", "detail": "no"}


def test_a_fault_of_ours_is_a_problem_too(
    api: FlaskClient, monkeypatch: pytest.MonkeyPatch, app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("secret inner workings")

    monkeypatch.setattr(queries, "page", broken)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    answer = api.get("/api/v1/orders")
    _assert_problem(answer, 500)
    assert b"secret" not in answer.data


def test_every_kind_of_problem_is_explained(client: FlaskClient) -> None:
    page = client.get("/api/docs").get_data(as_text=True)
    for slug in [*(slug for code, (slug, _) in WORDS.items() if code not in (406, 429, 502)), "in-progress"]:
        assert f'id="problem-{slug}"' in page
