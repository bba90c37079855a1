"""The endpoint for providers' reports: verified raw, stored once, understood in any order."""

import base64
import itertools
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from app.core.clock import utcnow
from app.events.kinds import EventKind
from app.events.models import InboxRow
from app.notify.models import InboundText, Message, SmsConsent, Suppression
from app.notify.providers.sendgrid.hook import sendgrid_signed
from app.notify.providers.twilio.hook import twilio_signed
from tests.notify.build import NOON, a_mail_config, an_order, happens
from tests.rounds import heard, understood_reports

VECTORS = Path(__file__).parents[4] / "shared" / "data" / "vectors"
needs_vectors = pytest.mark.skipif(not VECTORS.is_dir(), reason="the signature vectors are not here")
CONFIG = a_mail_config()
KEY = ec.generate_private_key(ec.SECP256R1())
PUBLIC = base64.b64encode(KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@pytest.fixture
def endpoint(client: FlaskClient, app: Flask) -> Iterator[FlaskClient]:
    usual = app.config["SETTINGS"]
    secrets = {"twilio_auth_token": SecretStr("12345"), "twilio_auth_token_previous": SecretStr("older")}
    app.config["SETTINGS"] = usual.model_copy(update={**secrets, "sendgrid_webhook_key": (PUBLIC,)})
    yield client
    app.config["SETTINGS"] = usual


def text_report(
    endpoint: FlaskClient, fields: dict[str, str], *, path: str = "twilio", query: str = "", signed_with: str = "12345"
) -> TestResponse:
    url = f"http://127.0.0.1:8000/hooks/messages/{path}{query}"
    signature = RequestValidator(signed_with).compute_signature(url, fields)
    return endpoint.post(
        f"/hooks/messages/{path}{query}",
        data=urlencode(fields),
        content_type="application/x-www-form-urlencoded",
        headers={"X-Twilio-Signature": signature},
    )


def signed_events(events: list[dict[str, Any]], *, at: datetime, key: Any) -> tuple[bytes, dict[str, str]]:
    """A delivery of events as SendGrid signs it: its body and its headers."""
    body, stamp = (json.dumps(events) + "\r\n").encode(), str(int(at.timestamp()))
    signature = base64.b64encode(key.sign(stamp.encode() + body, ec.ECDSA(hashes.SHA256()))).decode()
    headers = {
        "X-Twilio-Email-Event-Webhook-Signature": signature,
        "X-Twilio-Email-Event-Webhook-Timestamp": stamp,
    }
    return body, headers


def mail_report(
    endpoint: FlaskClient, events: list[dict[str, Any]], *, at: datetime | None = None, **changes: Any
) -> TestResponse:
    body = (json.dumps(events) + "\r\n").encode()
    stamp = str(int((at or utcnow()).timestamp()))
    raw = KEY.sign(stamp.encode() + body, ec.ECDSA(hashes.SHA256()))
    return endpoint.post(
        "/hooks/messages/sendgrid",
        data=changes.get("body", body),
        headers={
            "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(changes.get("sign", lambda r: r)(raw)).decode(),
            "X-Twilio-Email-Event-Webhook-Timestamp": changes.get("stamp", stamp),
        },
    )


def a_message(session: Session, channel: str, state: str = "accepted") -> Message:
    order = an_order(session, now=NOON)
    heard(session, limit=50, now=NOON, config=CONFIG)
    happens(session, EventKind.SHIPMENT_DELIVERED, order, now=NOON)
    heard(session, limit=50, now=NOON, config=CONFIG)
    chosen = (Message.channel == channel, Message.kind == "shipment.delivered")
    message = session.scalars(select(Message).where(*chosen)).one()
    message.state, message.provider = state, "twilio" if channel == "sms" else "sendgrid"
    session.flush()
    return message


def sms(word: str, message: Message, **more: str) -> dict[str, str]:
    return {"MessageSid": "SM1", "MessageStatus": word, "To": message.recipient} | more


def event(word: str, message: Message, number: int = 1, **more: object) -> dict[str, Any]:
    return {
        "event": word,
        "message": message.public_id,
        "sg_event_id": f"e{number}-{word}",
        "sg_message_id": "sg-1.filter",
        "timestamp": 1794000000,
    } | more


@pytest.mark.parametrize("body", [b"5", b"null", b'"x"', b"{}", b"[5, null]", b"[" * 100_000, b"\xff", b"", b"[NaN]"])
def test_whatever_a_signed_body_holds_is_no_accident(endpoint: FlaskClient, session: Session, body: bytes) -> None:
    """Signed long ago, so that it is looked into before it is stored; and just now, so that it is not."""
    for at in (utcnow() - timedelta(hours=1), utcnow()):
        stamp = str(int(at.timestamp()))
        signature = base64.b64encode(KEY.sign(stamp.encode() + body, ec.ECDSA(hashes.SHA256()))).decode()
        headers = {
            "X-Twilio-Email-Event-Webhook-Signature": signature,
            "X-Twilio-Email-Event-Webhook-Timestamp": stamp,
        }
        assert endpoint.post("/hooks/messages/sendgrid", data=body, headers=headers).status_code in (202, 401)


def test_a_form_of_countless_fields_is_not_taken_apart(endpoint: FlaskClient) -> None:
    fields = "&".join(f"a{number}=1" for number in range(100_000))
    kind = "application/x-www-form-urlencoded"
    for path in ("twilio", "twilio-inbound"):
        answer = endpoint.post(f"/hooks/messages/{path}", data=fields[:900_000], content_type=kind)
        assert answer.status_code == 401
    assert endpoint.post("/", data=fields[:900_000], content_type=kind).status_code == 413


@needs_vectors
def test_the_providers_own_vectors_hold() -> None:
    one = json.loads((VECTORS / "twilio_signature.json").read_text())["vectors"][0]
    form = {name: [value] for name, value in one["params"].items()}
    request = {"url": one["signed_url"], "form": form}
    assert twilio_signed(one["expected"], **request, tokens=["wrong", one["auth_token"]])
    assert not twilio_signed(
        one["expected"], **{**request, "url": one["signed_url"].replace("https", "http")}, tokens=[one["auth_token"]]
    )
    two = json.loads((VECTORS / "sendgrid_event_webhook.json").read_text())["vectors"][0]
    body, keys = two["payload"].encode(), [two["public_key"]]
    assert sendgrid_signed(two["signature"], timestamp=two["timestamp"], body=body, keys=keys)
    assert not sendgrid_signed(two["signature"], timestamp=two["timestamp"], body=body.rstrip(), keys=keys)


def test_repeated_fields_are_signed_sorted_and_once() -> None:
    form = {"A": ["2", "1", "2"]}
    signature = RequestValidator("t").compute_signature("https://x.example/h", {"A": "1"})
    assert not twilio_signed(signature, url="https://x.example/h", form=form, tokens=["t"])


def test_unsigned_or_wrongly_signed_is_refused_with_no_word(endpoint: FlaskClient, session: Session) -> None:
    message = a_message(session, "sms")
    for token in ("1234", "sendgrid", ""):
        answer = text_report(endpoint, sms("delivered", message), signed_with=token or "x")
        assert (answer.status_code, answer.data) == (401, b"")
    assert endpoint.post("/hooks/messages/twilio", data="MessageSid=1").status_code == 401
    flips: list[dict[str, Any]] = [
        {"body": b"[]"},
        {"stamp": "1794000001"},
        {"sign": lambda raw: raw[:-1] + bytes([raw[-1] ^ 1])},
        {"sign": lambda raw: b""},
        {"body": (json.dumps([event("delivered", message)])).encode()},
    ]
    for flip in flips:
        assert mail_report(endpoint, [event("delivered", message)], **flip).status_code == 401
    assert session.scalar(select(func.count(InboxRow.id))) == 0


def test_without_a_secret_the_endpoint_is_closed(client: FlaskClient) -> None:
    for path in ("twilio", "twilio-inbound", "sendgrid"):
        assert client.post(f"/hooks/messages/{path}", data="x").status_code == 503


def test_two_mebibytes_are_too_much(endpoint: FlaskClient) -> None:
    assert endpoint.post("/hooks/messages/sendgrid", data=b"x" * 2**21).status_code == 413


def test_a_replay_is_acknowledged_and_changes_nothing(endpoint: FlaskClient, session: Session) -> None:
    message = a_message(session, "sms")
    query = f"?message={message.public_id}"
    answers = [text_report(endpoint, sms("delivered", message), query=query).status_code for _ in range(5)]
    assert answers == [202] * 5
    assert session.scalar(select(func.count(InboxRow.id))) == 1
    assert text_report(endpoint, sms("read", message), query=query, signed_with="older").status_code == 202


def test_an_old_mail_report_passes_only_when_it_is_news(endpoint: FlaskClient, session: Session) -> None:
    message = a_message(session, "email")
    old = utcnow() - timedelta(hours=20)
    assert mail_report(endpoint, [event("processed", message)], at=old).status_code == 202
    understood_reports(session, limit=9, now=utcnow(), config=CONFIG)
    assert mail_report(endpoint, [event("processed", message)], at=old - timedelta(hours=1)).status_code == 401
    assert mail_report(endpoint, [event("delivered", message)], at=old - timedelta(hours=1)).status_code == 202


def test_the_mirrored_signature_brings_nothing_new(endpoint: FlaskClient, session: Session) -> None:
    message = a_message(session, "email")
    at = utcnow()

    def mirrored(raw: bytes) -> bytes:
        r, s = decode_dss_signature(raw)
        return encode_dss_signature(r, ORDER - s)

    assert mail_report(endpoint, [event("bounce", message)], at=at).status_code == 202
    assert mail_report(endpoint, [event("bounce", message)], at=at, sign=mirrored).status_code == 202
    assert session.scalar(select(func.count(InboxRow.id))) == 1


WORDS = ("queued", "sent", "delivered", "undelivered", "read")


@pytest.mark.parametrize("order", list(itertools.permutations(WORDS))[::7])
def test_texts_end_in_the_same_state_whatever_comes_first(
    endpoint: FlaskClient, session: Session, order: tuple[str, ...]
) -> None:
    message = a_message(session, "sms", "sending")
    for word in (*order, order[0]):
        text_report(endpoint, sms(word, message), query=f"?message={message.public_id}")
        understood_reports(session, limit=9, now=utcnow(), config=CONFIG)
    session.refresh(message)
    assert (message.state, message.provider_id) == ("delivered", "SM1")
    assert len(message.receipts) == 5


@pytest.mark.parametrize("order", list(itertools.permutations(("processed", "deferred", "delivered", "bounce"))))
def test_a_bounce_outranks_delivered_and_closes_the_address(
    endpoint: FlaskClient, session: Session, order: tuple[str, ...]
) -> None:
    message = a_message(session, "email")
    mail_report(endpoint, [event(word, message, status="5.0.0") for word in order])
    understood_reports(session, limit=9, now=utcnow(), config=CONFIG)
    session.refresh(message)
    assert message.state == "failed"
    assert session.execute(select(Suppression.channel, Suppression.purpose)).all() == [("email", "all")]


def test_a_report_settles_what_was_in_doubt(endpoint: FlaskClient, session: Session) -> None:
    message = a_message(session, "email", "in_doubt")
    mail_report(endpoint, [event("processed", message)])
    understood_reports(session, limit=9, now=utcnow(), config=CONFIG)
    session.refresh(message)
    assert (message.state, message.provider_id) == ("accepted", "sg-1")


def test_an_early_report_waits_for_its_message(endpoint: FlaskClient, session: Session) -> None:
    message = a_message(session, "sms")
    reference, message.public_id = message.public_id, "not-yet-committed"
    session.flush()
    text_report(endpoint, sms("delivered", message), query=f"?message={reference}")
    now = utcnow()
    understood_reports(session, limit=9, now=now, config=CONFIG)
    assert session.scalars(select(InboxRow.state)).all() == ["new"]
    message.public_id = reference
    session.flush()
    understood_reports(session, limit=9, now=now + timedelta(seconds=2), config=CONFIG)
    assert message.state == "delivered" and session.scalars(select(InboxRow.state)).all() == ["done"]


def test_a_complaint_stops_the_news_but_not_receipts(endpoint: FlaskClient, session: Session) -> None:
    message = a_message(session, "email")
    mail_report(endpoint, [event("delivered", message), event("spamreport", message)])
    understood_reports(session, limit=9, now=utcnow(), config=CONFIG)
    assert session.scalars(select(Suppression.purpose)).all() == ["news"]
    assert message.state == "delivered"


def test_a_word_that_nobody_knows_is_kept_and_changes_nothing(endpoint: FlaskClient, session: Session) -> None:
    message = a_message(session, "email")
    mail_report(endpoint, [event("teleported", message), {"event": "delivered", "sg_event_id": "x"}])
    understood_reports(session, limit=9, now=utcnow(), config=CONFIG)
    assert message.state == "accepted" and message.receipts[0]["word"] == "teleported"


def test_what_cannot_be_read_is_kept_with_the_reason(endpoint: FlaskClient, session: Session) -> None:
    mail_report(endpoint, [{"message": "x"}])
    text_report(endpoint, {"Other": "1"})
    understood_reports(session, limit=9, now=utcnow(), config=CONFIG)
    assert session.execute(select(InboxRow.state, InboxRow.error.is_not(None))).all() == [("dead", True)] * 2


def test_baja_stops_texts_and_alta_brings_them_back(endpoint: FlaskClient, session: Session) -> None:
    message = a_message(session, "sms")
    for number, body in enumerate(("¡Baja!", "ALTA")):
        text_report(
            endpoint, {"MessageSid": f"SM{number}", "From": message.recipient, "Body": body}, path="twilio-inbound"
        )
        understood_reports(session, limit=9, now=utcnow(), config=CONFIG)
        stopped = session.scalar(select(func.count()).select_from(Suppression))
        assert stopped == (1 if number == 0 else 0)
    assert session.scalars(select(SmsConsent.agreed).order_by(SmsConsent.id)).all() == [False, True]


def test_help_is_answered_once_and_words_for_a_person_wait_for_one(endpoint: FlaskClient, session: Session) -> None:
    message = a_message(session, "sms")
    for number, body in ((1, "Ayuda"), (1, "Ayuda"), (2, "por favor no me escribáis más"), (3, "¿dónde está?")):
        text_report(
            endpoint, {"MessageSid": f"SM{number}", "From": message.recipient, "Body": body}, path="twilio-inbound"
        )
    understood_reports(session, limit=9, now=utcnow(), config=CONFIG)
    assert session.scalar(select(func.count()).where(Message.kind == "text.help")) == 1
    rows = session.execute(select(InboundText.answer, InboundText.seen_at.is_(None)).order_by(InboundText.id)).all()
    assert [tuple(row) for row in rows] == [("help", False), ("like_stop", True), ("other", True)]


def test_times_are_the_providers(endpoint: FlaskClient, session: Session) -> None:
    message = a_message(session, "email")
    mail_report(endpoint, [event("delivered", message)])
    understood_reports(session, limit=9, now=utcnow(), config=CONFIG)
    assert message.delivered_at == datetime.fromtimestamp(1794000000, UTC)
