"""Who really called: Twilio's and SendGrid's signatures over what came, byte for byte."""

import base64
import binascii
import hmac
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key
from twilio.request_validator import RequestValidator

WINDOW = timedelta(seconds=300)


def twilio_signed(signature: str, *, url: str, form: Mapping[str, Sequence[str]], tokens: Iterable[str]) -> bool:
    """Whether one of ``tokens`` signed this form for this public address, with or without its port."""
    unique = _Repeated(form)
    made = (
        RequestValidator(token).compute_signature(address, unique) for token in tokens for address in _spellings(url)
    )
    given = signature.encode("utf-8", "surrogatepass")
    return any([hmac.compare_digest(one.encode(), given) for one in made])


def sendgrid_signed(signature: str, *, timestamp: str, body: bytes, keys: Iterable[str]) -> bool:
    """Whether one of the public ``keys`` (base64 DER) verifies timestamp and raw body, CRLF included."""
    try:
        raw = base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        return False
    return any([_verifies(key, raw, timestamp.encode() + body) for key in keys])


def within_window(timestamp: str, now: datetime) -> bool:
    """Whether a stated Unix time is within five minutes of now."""
    if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
        return False
    return abs(now.timestamp() - int(timestamp)) <= WINDOW.total_seconds()


def _verifies(key: str, signature: bytes, signed: bytes) -> bool:
    try:
        public = load_der_public_key(base64.b64decode(key))
        if not isinstance(public, ec.EllipticCurvePublicKey):
            return False
        public.verify(signature, signed, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return True


def _spellings(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return tuple(parts._replace(netloc=netloc).geturl() for netloc in (host, f"{host}:{port}"))  # type: ignore[return-value]


class _Repeated(dict[str, Sequence[str]]):
    """A form whose fields may repeat, in the shape the provider's validator asks for."""

    def getlist(self, name: str) -> Sequence[str]:
        """Every value of a field."""
        return self[name]
