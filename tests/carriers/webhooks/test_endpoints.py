"""The webhook endpoints: what opens them, what does not, and that a delivery counts once."""

import json
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.core.clock import utcnow
from app.events import inbox
from app.events.models import InboxRow
from tests.carriers.endpoints import SIGNED, UNSIGNED, Headers, secret_of, signed

ALL = (*SIGNED, *UNSIGNED)
BODY = json.dumps({"id": "evt_1", "event_id": "e-1", "msg": {"tracking_number": "1Z999AA10123456784"}}).encode()


def post(client: FlaskClient, source: str, body: bytes, headers: Headers) -> int:
    answer = client.post(f"/hooks/carriers/{source}", data=body, headers=headers, content_type="application/json")
    if answer.status_code in (401, 202):
        assert answer.data == b""
    return answer.status_code


def stored(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(InboxRow)) or 0


@pytest.fixture
def endpoint(open_endpoints: Flask) -> FlaskClient:
    return open_endpoints.test_client()


@pytest.mark.parametrize("source", ALL)
@pytest.mark.parametrize("old", [False, True], ids=["new secret", "old secret"])
def test_a_good_delivery_is_stored_as_it_came(endpoint: FlaskClient, session: Session, source: str, old: bool) -> None:
    headers = signed(source, BODY, secret_of(source, old=old), utcnow())
    assert post(endpoint, source, BODY, headers) == 202
    row = session.scalars(select(InboxRow)).one()
    assert (row.endpoint, row.body, row.state) == (f"carriers:{source}", BODY, "new")
    assert secret_of(source, old=old) not in json.dumps(row.headers)


@pytest.mark.parametrize("source", ALL)
def test_a_replay_changes_nothing(endpoint: FlaskClient, session: Session, source: str) -> None:
    headers = signed(source, BODY, secret_of(source), utcnow())
    assert [post(endpoint, source, BODY, headers) for _ in range(5)] == [202] * 5
    assert stored(session) == 1


WRONG = {
    "no header": lambda good: {},
    "empty": lambda good: dict.fromkeys(good, ""),
    "another prefix": lambda good: {name: "sha1=" + value for name, value in good.items()},
    "cut short": lambda good: {name: value[:-1] for name, value in good.items()},
    "said twice": lambda good: {name: f"{value},{value}" for name, value in good.items()},
    "another letter": lambda good: {
        # Not the last one: of it base64 reads only a part.
        name: value[:-4] + ("A" if value[-4] != "A" else "B") + value[-3:]
        for name, value in good.items()
    },
}


@pytest.mark.parametrize("source", ALL)
@pytest.mark.parametrize("variant", WRONG)
def test_a_wrong_header_is_refused(endpoint: FlaskClient, session: Session, source: str, variant: str) -> None:
    good = signed(source, BODY, secret_of(source), utcnow())
    if source == "generic":
        wrong = good | WRONG[variant]({"webhook-signature": good["webhook-signature"]})
        wrong = {name: value for name, value in wrong.items() if variant != "no header" or "signature" not in name}
    else:
        wrong = WRONG[variant](good)
    assert post(endpoint, source, BODY, wrong) == 401
    assert stored(session) == 0


@pytest.mark.parametrize("source", SIGNED)
@pytest.mark.parametrize(
    "body",
    [
        BODY[:-1] + b"~",
        BODY + b" ",
        BODY + b"\r\n",
        json.dumps(json.loads(BODY), sort_keys=True, indent=1).encode(),
        b"",
    ],
    ids=["one bit", "trailing blank", "trailing CRLF", "re-ordered", "empty body"],
)
def test_a_changed_body_is_refused(endpoint: FlaskClient, session: Session, source: str, body: bytes) -> None:
    assert post(endpoint, source, body, signed(source, BODY, secret_of(source), utcnow())) == 401
    assert stored(session) == 0


@pytest.mark.parametrize("source", ALL)
@pytest.mark.parametrize("other", ALL)
def test_the_signature_of_another_source_is_refused(endpoint: FlaskClient, source: str, other: str) -> None:
    if source != other:
        assert post(endpoint, source, BODY, signed(other, BODY, secret_of(other), utcnow())) == 401


@pytest.mark.parametrize("source", ALL)
def test_a_wrong_secret_is_refused(endpoint: FlaskClient, source: str) -> None:
    wrong = "whsec_d3Jvbmcgc2VjcmV0IHdyb25n" if source == "generic" else "wrong"
    assert post(endpoint, source, BODY, signed(source, BODY, wrong, utcnow())) == 401


@pytest.mark.parametrize("seconds", [-302, 302])
def test_a_time_stamp_outside_five_minutes_is_refused(endpoint: FlaskClient, seconds: int) -> None:
    headers = signed("generic", BODY, secret_of("generic"), utcnow() + timedelta(seconds=seconds))
    assert post(endpoint, "generic", BODY, headers) == 401


@pytest.mark.parametrize("source", ALL)
def test_a_body_over_one_mebibyte_is_refused_unread(endpoint: FlaskClient, session: Session, source: str) -> None:
    body = b"x" * (2 * 1024 * 1024)
    assert post(endpoint, source, body, signed(source, body, secret_of(source), utcnow())) == 413
    assert stored(session) == 0


@pytest.mark.parametrize("source", ALL)
def test_an_endpoint_without_a_secret_is_shut(client: FlaskClient, session: Session, source: str) -> None:
    assert post(client, source, BODY, signed(source, BODY, secret_of(source), utcnow())) == 503
    assert stored(session) == 0


def test_an_unknown_source_is_not_found(endpoint: FlaskClient) -> None:
    assert post(endpoint, "nobody", BODY, {}) == 404


@pytest.mark.parametrize("source", UNSIGNED)
def test_the_credential_may_stand_in_the_path(endpoint: FlaskClient, session: Session, source: str) -> None:
    assert endpoint.post(f"/hooks/carriers/{source}/{secret_of(source)}", data=BODY).status_code == 202
    assert endpoint.post(f"/hooks/carriers/{source}/wrong", data=BODY).status_code == 401
    assert stored(session) == 1


@pytest.mark.parametrize("source", SIGNED)
def test_a_secret_in_the_path_opens_no_signed_endpoint(endpoint: FlaskClient, source: str) -> None:
    assert endpoint.post(f"/hooks/carriers/{source}/{secret_of(source)}", data=BODY).status_code == 404


def test_when_it_cannot_be_stored_the_sender_is_told_to_come_again(
    endpoint: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> bool:
        raise OperationalError("insert", {}, Exception("disk full"))

    monkeypatch.setattr(inbox, "store", broken)
    answer = endpoint.post("/hooks/carriers/ups", data=BODY, headers={"credential": secret_of("ups")})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


def test_the_doctor_says_who_may_push_and_whose_hints_are_in_vain(open_endpoints: Flask, session: Session) -> None:
    output = open_endpoints.test_cli_runner().invoke(args=["portal", "doctor"]).output
    assert f"may push to /hooks/carriers/…: {', '.join(sorted(ALL))}." in output
    assert [source for source in ALL if f"What «{source}» pushes is unsigned" in output] == list(UNSIGNED)
    assert not [source for source in ALL if secret_of(source) in output]
