"""The OMS's endpoint: verified on the raw bytes, stored once, understood later."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr
from pydantic_core import to_json
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.api.v1.examples import ORDER
from app.core.clock import utcnow
from app.core.db import Database
from app.core.settings import Settings
from app.core.standard_webhooks import sign
from app.events.inbox import NeverUnderstood
from app.events.models import InboxRow
from app.oms import understanding
from app.oms.documents import read_document
from app.orders.models import Order
from tests.rounds import understood_oms

OLD = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NEW = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
ADDRESS = "/hooks/oms/generic"


@pytest.fixture
def endpoint(app: Flask, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A client of a portal whose endpoint has two secrets, the old and the new one."""
    configured = app.config["SETTINGS"].model_copy(update={"oms_webhook_secret": (SecretStr(NEW), SecretStr(OLD))})
    monkeypatch.setitem(app.config, "SETTINGS", configured)
    return app.test_client()


def _deliver(
    endpoint: FlaskClient, body: bytes, *, secret: str = OLD, message_id: str = "msg_1", **changed: str
) -> TestResponse:
    headers = sign([secret], message_id=message_id, at=utcnow(), body=body) | changed
    return endpoint.post(ADDRESS, data=body, headers=headers, content_type="application/json")


def test_an_order_comes_in_through_the_endpoint(endpoint: FlaskClient, session: Session) -> None:
    assert _deliver(endpoint, to_json({"type": "order.updated", "timestamp": "x", "data": ORDER})).status_code == 202
    assert session.scalar(select(func.count()).select_from(Order)) == 0
    assert understood_oms(session, limit=10, now=utcnow()) == 1
    assert session.scalars(select(Order.number)).all() == ["1001"]
    assert session.scalars(select(InboxRow.state)).all() == ["done"]


@pytest.mark.parametrize("secret", [OLD, NEW])
def test_either_secret_opens_the_endpoint(endpoint: FlaskClient, secret: str) -> None:
    assert _deliver(endpoint, to_json(ORDER), secret=secret).status_code == 202


@pytest.mark.parametrize("between", [",", " ", ", "])
def test_two_secrets_in_the_environment_both_open_the_endpoint(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch, between: str
) -> None:
    environ = {"DATABASE_URL": "postgresql://x@y/z", "SECRET_KEY": "k" * 40, "OMS_WEBHOOK_SECRET": NEW + between + OLD}
    monkeypatch.setitem(app.config, "SETTINGS", Settings.from_env(environ))
    at_endpoint, other = app.test_client(), "whsec_" + "b" * 32
    answers = [_deliver(at_endpoint, to_json(ORDER), secret=secret).status_code for secret in (NEW, OLD, other)]
    assert answers == [202, 202, 401]


def test_a_replay_is_acknowledged_and_changes_nothing(endpoint: FlaskClient, session: Session) -> None:
    for _ in range(3):
        assert _deliver(endpoint, to_json(ORDER)).status_code == 202
    assert session.scalar(select(func.count()).select_from(InboxRow)) == 1


@pytest.mark.parametrize(
    "changed",
    [{"webhook-signature": "v1,AAAA"}, {"webhook-signature": ""}, {"webhook-id": "msg_2"}, {"webhook-timestamp": "1"}],
)
def test_a_wrong_signature_is_401_with_nothing_said(
    endpoint: FlaskClient, session: Session, changed: dict[str, str]
) -> None:
    refused = _deliver(endpoint, to_json(ORDER), **changed)
    assert (refused.status_code, refused.data) == (401, b"")
    assert session.scalar(select(func.count()).select_from(InboxRow)) == 0


def test_one_changed_byte_is_noticed(endpoint: FlaskClient) -> None:
    body = to_json(ORDER)
    headers = sign([OLD], message_id="msg_1", at=utcnow(), body=body)
    assert endpoint.post(ADDRESS, data=body + b" ", headers=headers).status_code == 401


def test_a_body_over_the_limit_is_413(endpoint: FlaskClient) -> None:
    assert _deliver(endpoint, b" " * (1024 * 1024 + 1)).status_code == 413


def test_an_unconfigured_endpoint_takes_nothing(client: FlaskClient) -> None:
    assert _deliver(client, to_json(ORDER)).status_code == 503
    assert client.post("/hooks/oms/unheard-of").status_code == 404


@pytest.fixture
def no_database(endpoint: FlaskClient, app: Flask) -> Iterator[None]:
    usual = app.extensions["database"]
    app.extensions["database"] = Database("postgresql+psycopg://nobody@127.0.0.1:1/none")
    yield
    app.extensions["database"] = usual


def test_what_cannot_be_stored_is_never_acknowledged(endpoint: FlaskClient, no_database: None) -> None:
    refused = _deliver(endpoint, to_json(ORDER))
    assert refused.status_code == 503
    assert refused.headers["Retry-After"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b'{"number": "1"}', b'{"type": "x", "data": 3}', b"NaN"])
def test_what_is_no_order_is_kept_with_the_reason(endpoint: FlaskClient, session: Session, body: bytes) -> None:
    assert _deliver(endpoint, body).status_code == 202
    assert _deliver(endpoint, to_json(ORDER), message_id="msg_2").status_code == 202
    assert understood_oms(session, limit=10, now=utcnow()) == 2
    rows = session.scalars(select(InboxRow).order_by(InboxRow.id)).all()
    assert [row.state for row in rows] == ["dead", "done"]
    assert rows[0].error


def test_the_reason_names_every_fault() -> None:
    broken: dict[str, Any] = {"type": "order.updated", "data": ORDER | {"status": "gone", "colour": 1}}
    with pytest.raises(NeverUnderstood, match=r"#/data/status: .*; #/data/colour: "):
        read_document(to_json(broken))


def test_an_older_delivery_changes_nothing(endpoint: FlaskClient, session: Session) -> None:
    older = ORDER | {"updated_at": "2026-11-01T11:00:00+01:00", "status": "cancelled"}
    for at, document in enumerate((ORDER, older)):
        _deliver(endpoint, to_json(document), message_id=f"msg_{at}")
    understood_oms(session, limit=10, now=utcnow() + timedelta(seconds=1))
    assert session.scalars(select(Order.status)).all() == ["shipped"]


def test_a_fault_of_ours_delays_no_other_delivery(
    endpoint: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = understanding.receive_order

    def breaks(session: Session, document: Any, *, now: Any) -> Any:
        if document.number == "POISON":
            raise KeyError("ours")
        return usual(session, document, now=now)

    monkeypatch.setattr(understanding, "receive_order", breaks)
    for at, number in enumerate(("POISON", "1001")):
        _deliver(endpoint, to_json(ORDER | {"number": number}), message_id=f"msg_{at}")
    now = utcnow()
    understood_oms(session, limit=10, now=now)
    rows = session.scalars(select(InboxRow).order_by(InboxRow.id)).all()
    assert [(row.state, row.attempts) for row in rows] == [("new", 1), ("done", 1)]
    for _ in range(4):
        now += timedelta(hours=2)
        understood_oms(session, limit=10, now=now)
    assert rows[0].state == "dead"
