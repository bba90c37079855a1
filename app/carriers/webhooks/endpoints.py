"""The webhook doors: of each source its secret, its signature, its delivery key, and whether it is believed."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.carriers.base.documents import Unreadable, dig, read_json, words
from app.carriers.webhooks import signatures
from app.carriers.webhooks.signatures import Verify
from app.core.settings import Settings, clear

MAX_BODY = 1024 * 1024
KEPT_HEADERS = ("content-type", "user-agent", "webhook-id", "webhook-timestamp")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One source, read by the adapter of its name.

    Where ``believed`` is false, what it says is a hint to go and ask, never a status.
    """

    source: str
    setting: str
    verify: Verify
    delivery_key: Callable[[Mapping[str, str], bytes], str]
    believed: bool = True

    def secrets(self, settings: Settings) -> list[str]:
        """The secrets in force; none means that the door is closed."""
        return clear(getattr(settings, self.setting))


def body_hash(headers: Mapping[str, str], body: bytes) -> str:
    """The key of senders that name no delivery."""
    return "sha256:" + hashlib.sha256(body).hexdigest()


def _aftership_key(headers: Mapping[str, str], body: bytes) -> str:
    """The event's id with what it says: a retry is the same, a correction under the same id is not."""
    document = _read(body)
    event = words(dig(document, "event_id"))
    said = json.dumps(dig(document, "msg"), sort_keys=True).encode()
    return f"{event[:100]}:{hashlib.sha256(said).hexdigest()[:32]}" if event else body_hash(headers, body)


def _easypost_key(headers: Mapping[str, str], body: bytes) -> str:
    event = words(dig(_read(body), "id"))
    return event[:200] if event else body_hash(headers, body)


def _standard_key(headers: Mapping[str, str], body: bytes) -> str:
    return headers["webhook-id"][:200]


def _read(body: bytes) -> object:
    try:
        return read_json(body)
    except Unreadable:
        return None


def _hinting(source: str, *headers: str) -> Endpoint:
    return Endpoint(source, f"{source}_webhook_credential", signatures.credential(*headers), body_hash, believed=False)


DOORS = {
    door.source: door
    for door in (
        Endpoint("aftership", "aftership_webhook_secret", signatures.aftership, _aftership_key),
        Endpoint("easypost", "easypost_webhook_secret", signatures.easypost, _easypost_key),
        Endpoint("generic", "generic_webhook_secret", signatures.generic, _standard_key),
        _hinting("ups", "credential"),
        _hinting("dhl", "credential"),
        _hinting("karrio", "credential", "x-event-id"),
    )
}
