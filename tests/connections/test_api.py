"""Connections over HTTP: a scope of their own, secrets that are written and never read, and one that is shown once."""

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.api.keys import create_key
from app.connections.live import LiveSettings
from app.core.clock import utcnow
from app.core.standard_webhooks import is_key
from tests.connections.build import SENDGRID
from tests.staff.browsers import audited

ROOT = "/api/v1/connections"


@pytest.fixture
def oms(app: Flask, session: Session, live: LiveSettings) -> FlaskClient:
    return client_of(app, session, "connections:write")


def client_of(app: Flask, session: Session, scope: str) -> FlaskClient:
    _, secret = create_key(session, name=scope, scopes=[scope], now=utcnow())
    session.commit()
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    return client


def put(client: FlaskClient, name: str, **values: str | None) -> Any:
    return client.put(f"{ROOT}/{name}", json={"values": values})


def test_another_scope_opens_nothing_of_it(app: Flask, session: Session, oms: FlaskClient) -> None:
    other = client_of(app, session, "webhooks:write")
    assert [other.get(ROOT).status_code, other.delete(f"{ROOT}/sendgrid").status_code] == [403, 403]
    assert oms.get(ROOT).status_code == 200


def test_what_is_set_is_told_without_its_secret(oms: FlaskClient, app: Flask, live: LiveSettings) -> None:
    answer = put(oms, "sendgrid", **SENDGRID)
    assert answer.status_code == 200
    live.look(app.extensions["database"].sessions, at_once=True)
    shown = oms.get(f"{ROOT}/sendgrid")
    assert SENDGRID["SENDGRID_API_KEY"] not in shown.text and shown.headers["ETag"]
    fields = {field["variable"]: field for field in shown.json["fields"]}
    assert (shown.json["standing"], fields["MAIL_FROM"]["value"]) == ("untried", SENDGRID["MAIL_FROM"])
    assert fields["SENDGRID_API_KEY"]["value"] is None
    assert [one["ending"] for one in fields["SENDGRID_API_KEY"]["stored"]] == ["wxyz"]
    assert shown.json["addresses"] == ["http://127.0.0.1:8000/hooks/messages/sendgrid"]
    assert put(oms, "sendgrid", **SENDGRID).status_code == 200


def test_a_fault_points_at_its_value(oms: FlaskClient) -> None:
    answer = put(oms, "sendgrid", **SENDGRID, SENDGRID_FEED_LAG="soon", DATABASE_URL="postgresql://elsewhere/x")
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in json.loads(answer.text)["errors"]] == ["#/values/DATABASE_URL"]
    answer = put(oms, "sendgrid", **SENDGRID, SENDGRID_FEED_LAG="soon")
    assert [fault["pointer"] for fault in json.loads(answer.text)["errors"]] == ["#/values/SENDGRID_FEED_LAG"]
    assert put(oms, "nobody", A="1").status_code == 404


def test_a_secret_is_told_once_and_the_same_to_a_repeated_request(oms: FlaskClient, session: Session) -> None:
    key = {"Idempotency-Key": "rotation-of-november"}
    first, again = (
        oms.post(f"{ROOT}/oms-generic/rotation", json={"variable": "OMS_WEBHOOK_SECRET"}, headers=key) for _ in range(2)
    )
    assert first.status_code == 201 and is_key(first.json["secret"]) and again.json == first.json
    assert first.json["secret"] not in oms.get(ROOT).text
    ended = oms.post(f"{ROOT}/oms-generic/rotation-end", json={"variable": "OMS_WEBHOOK_SECRET"})
    assert ended.status_code == 409
    assert oms.post(f"{ROOT}/sendgrid/rotation", json={"variable": "SENDGRID_API_KEY"}).status_code == 409


def test_a_trial_is_made_by_a_job_once_in_ten_seconds(oms: FlaskClient, session: Session) -> None:
    put(oms, "sendgrid", **SENDGRID)
    answer = oms.post(f"{ROOT}/sendgrid/trial")
    assert (answer.status_code, answer.json["trial"]["works"]) == (202, None)
    assert oms.post(f"{ROOT}/sendgrid/trial").status_code == 409
    jobs = "select task_name, args ->> 'about' from procrastinate_jobs where task_name = 'try_connection'"
    assert [tuple(row) for row in session.execute(text(jobs))] == [("try_connection", "sendgrid")]


def test_what_is_taken_out_is_gone_and_each_change_names_the_key(oms: FlaskClient, session: Session) -> None:
    put(oms, "sendgrid", **SENDGRID)
    assert oms.delete(f"{ROOT}/sendgrid").status_code == 204
    assert oms.delete(f"{ROOT}/sendgrid").status_code == 409
    acts = [(who, action) for who, action, _ in audited(session)]
    assert acts == [("api:connections:write", "connection.set"), ("api:connections:write", "connection.removed")]
