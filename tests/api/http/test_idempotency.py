"""Idempotency-Key: the work is done once, the answer given as often as it is asked for."""

from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from app.api.http import idempotency
from app.api.http.idempotency import forget_old
from app.api.keys import create_key
from app.api.models import KeptAnswer, WebhookSubscription
from app.core.clock import utcnow

BODY = {"url": "https://shop.example.com/hook"}


def _post(api: FlaskClient, key: str, body: Any = BODY) -> Any:
    return api.post("/api/v1/webhooks", json=body, headers={"Idempotency-Key": key})


def test_the_same_request_again_gets_the_same_answer(api: FlaskClient, session: Session) -> None:
    first, again = _post(api, "k1"), _post(api, "k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotent-Replayed"] == "true"
    assert session.scalar(select(func.count()).select_from(WebhookSubscription)) == 1


def test_what_is_kept_cannot_be_read_in_the_database(api: FlaskClient, session: Session) -> None:
    secret = _post(api, "k1").json["secret"]
    assert secret.encode() not in session.scalars(select(KeptAnswer)).one().body


def test_the_same_key_with_another_body_is_refused(api: FlaskClient) -> None:
    _post(api, "k1")
    other = _post(api, "k1", {"url": "https://other.example.com/hook"})
    assert other.status_code == 422
    assert other.json["type"].endswith("idempotency-key-reused")


def test_without_a_key_everything_is_done_again(api: FlaskClient, session: Session) -> None:
    for _ in range(2):
        api.post("/api/v1/webhooks", json=BODY)
    assert session.scalar(select(func.count()).select_from(WebhookSubscription)) == 2


def test_a_refusal_is_not_kept(api: FlaskClient, session: Session) -> None:
    assert _post(api, "k1", {"url": "http://shop.example.com"}).status_code == 422
    assert _post(api, "k1").status_code == 201


def test_a_key_must_be_printable_and_short(api: FlaskClient) -> None:
    for key in ("", "x" * 256, "a\tb"):
        assert _post(api, key).status_code == 400


def test_a_request_still_at_work_is_told_so(committed: sessionmaker[Session], app_client: FlaskClient) -> None:
    with committed() as session:
        key, secret = create_key(session, name="erp", scopes=["webhooks:write"], now=utcnow())
        session.commit()
        session.execute(select(func.pg_advisory_xact_lock(idempotency.lock_number(key.id, "k1"))))
        headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "k1"}
        busy = app_client.post("/api/v1/webhooks", json=BODY, headers=headers)
    assert busy.status_code == 409
    assert busy.json["type"].endswith("in-progress")
    assert app_client.post("/api/v1/webhooks", json=BODY, headers=headers).status_code == 201


def test_old_answers_are_forgotten(api: FlaskClient, session: Session) -> None:
    _post(api, "k1")
    assert forget_old(session, now=utcnow()) == 0
    assert forget_old(session, now=utcnow() + timedelta(days=3)) == 1
