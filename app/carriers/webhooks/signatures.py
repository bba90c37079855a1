"""Who sent a webhook: verification on the raw bytes, in constant time, with two secrets at once for rotation. Pure."""

import base64
import hashlib
import hmac
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from app.core import standard_webhooks

Verify = Callable[[Sequence[str], Mapping[str, str], bytes, datetime], bool]


def aftership(secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """``aftership-hmac-sha256``: base64 of HMAC-SHA256 over the body."""
    expected = [base64.b64encode(_hmac(secret.encode(), body)).decode() for secret in secrets]
    return _any_equal(expected, headers.get("aftership-hmac-sha256", ""))


def easypost(secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """``X-Hmac-Signature``: hex of HMAC-SHA256 over the body, keyed with the secret in Unicode's form NFKD."""
    keys = [unicodedata.normalize("NFKD", secret).encode() for secret in secrets]
    expected = ["hmac-sha256-hex=" + _hmac(key, body).hex() for key in keys]
    return _any_equal(expected, headers.get("x-hmac-signature", ""))


def generic(secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """Standard Webhooks, within five minutes."""
    return standard_webhooks.verify(secrets, headers=headers, body=body, now=now) is not None


def credential(*names: str) -> Verify:
    """A check for senders that sign nothing: a header repeats the opaque text that they were given."""

    def verify(secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
        given = [headers.get(name, "") for name in names]
        return any([_any_equal(secrets, text) for text in given])

    return verify


def _hmac(key: bytes, body: bytes) -> bytes:
    return hmac.new(key, body, hashlib.sha256).digest()


def _any_equal(expected: Sequence[str], given: str) -> bool:
    """Compare with all, whichever fits, so that the time taken tells nothing."""
    found = given.encode("utf-8", "surrogateescape")
    return any([bool(found) and hmac.compare_digest(right.encode(), found) for right in expected])
