"""Who sent a webhook: verification on the raw bytes, in constant time, with two secrets at once for rotation. Pure."""

import base64
import hashlib
import hmac
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from app.core import standard_webhooks
from app.core.settings import SecretKind

NormalForm = Literal["NFC", "NFD", "NFKC", "NFKD"]
Verify = Callable[[Sequence[str], Mapping[str, str], bytes, datetime], bool]


@dataclass(frozen=True, slots=True)
class Proof:
    """How a sender shows that it has the secret: ``verify(secrets, headers by lower-case name, body, now)``.

    ``signs``: it depends on the body, so that nobody else can have written that. ``kind`` is what the secret has to be.
    """

    verify: Verify
    kind: SecretKind = SecretKind.ANY
    signs: bool = True


def signed_body(
    header: str, *, written: Literal["hex", "base64"] = "hex", prefix: str = "", form: NormalForm | None = None
) -> Proof:
    """HMAC-SHA256 over the body in ``header``, written in ``hex`` or ``base64`` behind ``prefix``.

    ``form``: Unicode's normal form (such as NFKD) in which the sender takes the secret for its key.
    """

    def verify(secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
        keys = [unicodedata.normalize(form, secret) if form else secret for secret in secrets]
        digests = [hmac.new(key.encode(), body, hashlib.sha256).digest() for key in keys]
        texts = [base64.b64encode(digest).decode() if written == "base64" else digest.hex() for digest in digests]
        return _any_equal([prefix + text for text in texts], headers.get(header, ""))

    return Proof(verify)


def standard() -> Proof:
    """Standard Webhooks, within five minutes."""

    def verify(secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
        return standard_webhooks.verify(secrets, headers=headers, body=body, now=now) is not None

    return Proof(verify, SecretKind.SIGNING_KEY)


def credential(*names: str) -> Proof:
    """For senders that sign nothing: a header repeats the opaque text that they were given."""

    def verify(secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
        presented = [headers.get(name, "") for name in names]
        # A list, not a generator: all are compared, whichever fits.
        return any([_any_equal(secrets, text) for text in presented])

    return Proof(verify, SecretKind.CREDENTIAL, signs=False)


def _any_equal(expected: Sequence[str], presented: str) -> bool:
    """Compare with all, whichever fits, so that the time taken tells nothing."""
    # A header's bytes may be no UTF-8, and must not break the comparison.
    raw = presented.encode("utf-8", "surrogateescape")
    return any([bool(raw) and hmac.compare_digest(right.encode(), raw) for right in expected])
