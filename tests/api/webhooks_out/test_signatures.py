"""The Standard Webhooks scheme: the published vector, the library of others, and every way of being wrong."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from standardwebhooks.webhooks import Webhook

from app.core.clock import utcnow
from app.core.standard_webhooks import secret_bytes, sign, verify

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
VECTOR = Path("../shared/data/vectors/standard_webhooks_vector.json")
BODY = b'{"test": 2432232314}'


@pytest.mark.skipif(not VECTOR.exists(), reason="the published vector is not beside the project")
def test_the_published_vector_holds() -> None:
    vector = json.loads(VECTOR.read_text())
    at = datetime.fromtimestamp(vector["timestamp"], UTC)
    signed = sign([vector["secret"]], message_id=vector["id"], at=at, body=vector["body"].encode())
    assert signed["webhook-signature"] == vector["expected"]
    assert verify([vector["secret"]], headers=signed, body=vector["body"].encode(), now=at) == vector["id"]


def test_the_library_of_others_verifies_a_thousand_of_a_thousand() -> None:
    theirs = Webhook(SECRET)
    for at in range(1000):
        body = json.dumps({"type": "shipment.delivered", "data": {"at": at, "city": "Cádiz"}}).encode()
        signed = sign([OTHER, SECRET], message_id=f"msg_{at}", at=utcnow(), body=body)
        assert theirs.verify(body, signed)["data"]["at"] == at


def _signed(**changed: str) -> dict[str, str]:
    return sign([SECRET], message_id="msg_1", at=utcnow(), body=BODY) | changed


@pytest.mark.parametrize(
    "headers",
    [
        {},
        _signed(**{"webhook-signature": ""}),
        _signed(**{"webhook-id": ""}),
        _signed(**{"webhook-id": "msg_2"}),
        _signed(**{"webhook-timestamp": ""}),
        _signed(**{"webhook-timestamp": "1e9"}),
        _signed(**{"webhook-timestamp": "９"}),
        _signed(**{"webhook-timestamp": "9" * 400}),
        _signed(**{"webhook-signature": "v1,%%%"}),
        _signed(**{"webhook-signature": "v1,é"}),
        _signed(**{"webhook-signature": "v1"}),
        _signed(**{"webhook-signature": _signed()["webhook-signature"].replace("v1,", "v1a,")}),
        sign([OTHER], message_id="msg_1", at=utcnow(), body=BODY),
        sign([SECRET], message_id="msg_1", at=utcnow() - timedelta(hours=4), body=BODY),
        sign([SECRET], message_id="msg_1", at=utcnow() + timedelta(hours=4), body=BODY),
        sign([SECRET], message_id="msg_1", at=utcnow(), body=BODY + b"\r\n"),
    ],
)  # fmt: skip
def test_anything_wrong_is_no_signature(headers: dict[str, str]) -> None:
    assert verify([SECRET], headers=headers, body=BODY, now=utcnow()) is None


def test_either_of_two_secrets_fits_while_they_rotate() -> None:
    for secret in (SECRET, OTHER):
        signed = sign([secret], message_id="msg_1", at=utcnow(), body=BODY)
        assert verify([SECRET, OTHER], headers=signed, body=BODY, now=utcnow()) == "msg_1"
    assert verify([], headers=_signed(), body=BODY, now=utcnow()) is None


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_%%%", "whsec_é"])
def test_a_secret_that_is_none_is_said_so(secret: str) -> None:
    with pytest.raises(ValueError):
        secret_bytes(secret)
