"""SendGrid's event webhook: its signature over what came, byte for byte, and the events in it."""

import base64
import binascii
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

from app.core.bodies.documents import read_json
from app.core.errors import Unreadable
from app.notify.providers.declaration import HookRequest, Signed
from app.notify.providers.receipts import MessageReport

if TYPE_CHECKING:
    from app.events.inbox import Delivery

# As Standard Webhooks has it; what is older is taken only when none of it was told before.
WINDOW = timedelta(seconds=300)
SIGNATURE = "x-twilio-email-event-webhook-signature"
TIMESTAMP = "x-twilio-email-event-webhook-timestamp"


def sign(request: HookRequest, keys: Sequence[str]) -> Signed | None:
    """The delivery's key, which is its content: the signature has a second form that verifies as well.

    SendGrid delivers for a day, so an old one is no replay by itself; late first news is welcome.
    """
    signature, timestamp = request.headers.get(SIGNATURE, ""), request.headers.get(TIMESTAMP, "")
    if not sendgrid_signed(signature, timestamp=timestamp, body=request.body, keys=keys):
        return None
    key = hashlib.sha256(request.body).hexdigest()
    if within_window(timestamp, request.at):
        return Signed(key)
    replays = _events(request.content)
    return None if replays is None else Signed(key, replays)


def read(delivery: "Delivery") -> Iterator[MessageReport]:
    """The events about messages of ours; other systems may share the account."""
    for event in read_json(delivery.body):
        # A block is one server's answer of that moment, and no fault of the address; SendGrid calls both a bounce.
        word = "blocked" if event["event"] == "bounce" and event.get("type") == "blocked" else event["event"]
        if not event.get("message"):
            continue
        yield MessageReport(
            reference=str(event["message"]),
            # Behind the dot stand filter and recipient; the answer to sending ended before it.
            provider_id=str(event.get("sg_message_id", "")).partition(".")[0],
            word=str(word),
            event_id=str(event["sg_event_id"]),
            code=str(event["status"]) if event.get("status") else None,
            at=datetime.fromtimestamp(int(event["timestamp"]), UTC),
        )


def sendgrid_signed(signature: str, *, timestamp: str, body: bytes, keys: Iterable[str]) -> bool:
    """Whether one of the public ``keys`` (base64 DER) verifies timestamp and raw body, CRLF included."""
    try:
        raw = base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        return False
    # A list: every key is tried, so that the time taken does not tell which one fits.
    return any([_verifies(key, raw, timestamp.encode() + body) for key in keys])


def within_window(timestamp: str, now: datetime) -> bool:
    """Whether a stated Unix time is within five minutes of now."""
    # Signed or not, it comes from outside: a long row of digits is dear to read.
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


def _events(body: bytes) -> tuple[tuple[str, str], ...] | None:
    """The events by our reference and their own name; None for what cannot be read."""
    try:
        content = read_json(body)
    except Unreadable:
        return None
    events = [event for event in (content if isinstance(content, list) else []) if isinstance(event, dict)]
    return tuple((str(event.get("message", "")), str(event.get("sg_event_id", ""))) for event in events)
