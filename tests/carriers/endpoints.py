"""What senders do: sign a body for an endpoint, rightly, as the scheme of each source has it."""

import base64
import hashlib
import hmac
import unicodedata
from collections.abc import Callable
from datetime import datetime

from app.core import standard_webhooks

NEW_KEY, OLD_KEY = "whsec_" + base64.b64encode(b"n" * 24).decode(), "whsec_" + base64.b64encode(b"o" * 24).decode()
SECRETS = {
    "aftership_webhook_secret": ("as_new", "as_old"),
    "easypost_webhook_secret": ("sécret-new", "sécret-old"),
    "generic_webhook_secret": (NEW_KEY, OLD_KEY),
    "ups_webhook_credential": ("ups-" + "a" * 40, "ups-" + "b" * 40),
    "dhl_webhook_credential": ("dhl-" + "a" * 40, "dhl-" + "b" * 40),
    "karrio_webhook_credential": ("kar-" + "a" * 40, "kar-" + "b" * 40),
}
SIGNED = ("aftership", "easypost", "generic")
UNSIGNED = ("ups", "dhl", "karrio")
Headers = dict[str, str]


def secret_of(source: str, *, old: bool = False) -> str:
    """The new secret of a source, or the one that goes."""
    name = next(name for name in SECRETS if name.startswith(source))
    return SECRETS[name][1 if old else 0]


def signed(source: str, body: bytes, secret: str, now: datetime, message_id: str = "msg_1") -> Headers:
    """The headers that the source would send."""
    makers: dict[str, Callable[[], Headers]] = {
        "aftership": lambda: {
            "aftership-hmac-sha256": base64.b64encode(hmac.digest(secret.encode(), body, "sha256")).decode()
        },
        "easypost": lambda: {
            "X-Hmac-Signature": "hmac-sha256-hex="
            + hmac.new(unicodedata.normalize("NFKD", secret).encode(), body, hashlib.sha256).hexdigest()
        },
        "generic": lambda: standard_webhooks.sign([secret], message_id=message_id, at=now, body=body),
        "karrio": lambda: {"X-Event-Id": secret},
    }
    return makers.get(source, lambda: {"credential": secret})()
