"""Webhook signatures against the published vectors."""

import hmac
import json
from datetime import UTC, datetime

from app.carriers.registry import carriers
from app.carriers.webhooks import signatures
from app.carriers.webhooks.signatures import Verify
from app.core import standard_webhooks
from tests.carriers.corpus import data

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
AFTERSHIP = b'{"event":"tracking_update","msg":{"tracking_number":"1Z999AA10123456784","tag":"Delivered"}}'
EASYPOST = b'{"description":"tracker.updated","id":"evt_1"}'


def verify(source: str) -> Verify:
    endpoint = carriers()[source].endpoint
    assert endpoint
    return endpoint.proof.verify


def test_aftership_signs_the_raw_body_in_base64() -> None:
    header = {"aftership-hmac-sha256": "QA2YmWFwo+3kE1MJY4Isz36iCLdPpQ8zNV5KLatvWN4="}
    assert verify("aftership")(["as_secret"], header, AFTERSHIP, NOW)
    assert verify("aftership")(["next", "as_secret"], header, AFTERSHIP, NOW)
    assert not verify("aftership")(["as_secret"], header, AFTERSHIP + b"\r\n", NOW)
    assert not verify("aftership")(["as_other"], header, AFTERSHIP, NOW)


def test_easypost_takes_the_secret_in_its_decomposed_form() -> None:
    header = {"x-hmac-signature": "hmac-sha256-hex=" + _easypost("se\u0301cret")}
    assert header["x-hmac-signature"].startswith("hmac-sha256-hex=a3ee1114b9d16304")
    assert verify("easypost")(["s\u00e9cret"], header, EASYPOST, NOW)
    composed = {"x-hmac-signature": "hmac-sha256-hex=" + _easypost("s\u00e9cret")}
    assert not verify("easypost")(["s\u00e9cret"], composed, EASYPOST, NOW)


def test_easypost_signs_its_own_sample_body() -> None:
    hook = json.loads(data("apis", "easypost", "client-library-fixtures.json").read_text(encoding="utf-8"))["webhooks"]
    body = data("apis", "easypost", "event-body.json").read_bytes().rstrip(b"\n")
    assert verify("easypost")([hook["secret"]], {"x-hmac-signature": hook["hmac_signature"]}, body, NOW)


def test_standard_webhooks_vector_verifies_within_five_minutes() -> None:
    vector = json.loads(data("vectors", "standard_webhooks_vector.json").read_text(encoding="utf-8"))
    headers = {
        "webhook-id": vector["id"],
        "webhook-timestamp": str(vector["timestamp"]),
        "webhook-signature": vector["expected"],
    }
    body = vector["body"].encode()
    for offset, good in ((0, True), (300, True), (301, False), (-300, True), (-301, False)):
        at = datetime.fromtimestamp(vector["timestamp"] + offset, UTC)
        assert verify("generic")([vector["secret"]], headers, body, at) is good


def test_a_secret_that_is_no_key_opens_nothing() -> None:
    good = "whsec_" + "b" * 32
    headers = standard_webhooks.sign([good], message_id="1", at=NOW, body=b"{}")
    for broken in ("not base64!", "whsec_a", "whsec_", ""):
        assert not verify("generic")([broken], headers, b"{}", NOW)
        assert verify("generic")([broken, good], headers, b"{}", NOW)


def test_a_credential_is_compared_whole() -> None:
    verify = signatures.credential("credential").verify
    assert verify(["new", "old"], {"credential": "old"}, b"", NOW)
    for wrong in ({"credential": "ol"}, {"credential": ""}, {}, {"credential": "new,old"}):
        assert not verify(["new", "old"], wrong, b"", NOW)


def _easypost(secret: str) -> str:
    return hmac.digest(secret.encode(), EASYPOST, "sha256").hex()
