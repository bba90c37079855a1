"""The Standard Webhooks scheme: signing what goes out and verifying what comes in, on the raw bytes."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime

PREFIX = "whsec_"
# The scheme's own five minutes, either way.
TOLERANCE_S = 300


def secret_bytes(secret: str) -> bytes:
    """The key inside ``whsec_…``. Raises ValueError when it is not base64 or is empty."""
    text = secret.strip().removeprefix(PREFIX)
    try:
        # A secret is the same with its padding and without, and the decoder would refuse the second.
        key = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except binascii.Error as error:
        raise ValueError("a webhook secret is whsec_ and base64") from error
    if not key:
        raise ValueError("a webhook secret may not be empty")
    return key


def is_key(secret: str) -> bool:
    """Whether this is a secret of the scheme."""
    try:
        return bool(secret_bytes(secret))
    except ValueError:
        return False


def sign(secrets: Iterable[str], *, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers for ``body``; several secrets give several signatures, for rotation."""
    timestamp = str(int(at.timestamp()))
    signatures = [_signature(secret_bytes(secret), message_id, timestamp, body) for secret in secrets]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join("v1," + base64.b64encode(signature).decode() for signature in signatures),
    }


def verify(secrets: Iterable[str], *, headers: Mapping[str, str], body: bytes, now: datetime) -> str | None:
    """The message's id when one of the secrets signed it within five minutes of ``now``, else None.

    A secret that is none of the scheme's opens nothing.
    """
    message_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    if not message_id or not (timestamp.isascii() and timestamp.isdigit()) or len(timestamp) > 12:
        return None
    if abs(int(timestamp) - now.timestamp()) > TOLERANCE_S:
        return None
    presented = _given_signatures(headers.get("webhook-signature", ""))
    right = [_signature(secret_bytes(secret), message_id, timestamp, body) for secret in secrets if is_key(secret)]
    matches = [hmac.compare_digest(expected, signature) for expected in right for signature in presented]
    return message_id if any(matches) else None


def _signature(key: bytes, message_id: str, timestamp: str, body: bytes) -> bytes:
    # The header's bytes as they came, even where they are no UTF-8.
    signed = message_id.encode("utf-8", "surrogateescape") + b"." + timestamp.encode() + b"." + body
    return hmac.new(key, signed, hashlib.sha256).digest()


def _given_signatures(header: str) -> list[bytes]:
    signatures = []
    # Two while a secret changes; a header of thousands is not worth an HMAC each.
    for part in header.split(" ")[:10]:
        version, _, encoded = part.partition(",")
        if version == "v1":
            try:
                signatures.append(base64.b64decode(encoded, validate=True))
            except ValueError:
                continue
    return signatures
