"""The shop's own system, which sends orders and scans through the portal's doors, and what SendGrid was given."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from app.core.clock import utcnow
from app.core.standard_webhooks import sign
from tests.browser.hour.conftest import Beginning
from tests.browser.portal import Portal

NUMBER, PARCEL, CUSTOMER = "VO-1001", "3230007655410294", "ana.ruiz@correo.es"
LOCALES = {"en": "en-GB", "es": "es-ES"}
LINK = re.compile(r"http://\S+/l/[\w-]+")
CODE = re.compile(r"\b\d{6}\b")


@dataclass(frozen=True)
class ShopSystem:
    """A system that knows the secret for orders and the key for scans."""

    portal: Portal
    secret: str
    key: str
    language: str

    def sends_order(self, status: str, **more: Any) -> None:
        """One order, signed as Standard Webhooks are."""
        now = utcnow()
        order = {
            "number": NUMBER,
            "placed_at": now.isoformat(),
            "updated_at": now.isoformat(),
            "status": status,
            "currency": "EUR",
            "locale": LOCALES[self.language],
            "customer": {"name": "Ana Ruiz", "email": CUSTOMER},
            "ship_to": {
                "name": "Ana Ruiz",
                "line1": "Calle de Goya 9",
                "postcode": "28001",
                "city": "Madrid",
                "country": "ES",
            },
            "lines": [{"id": "1", "title": "Camiseta", "quantity": 1, "unit_price": 1990}],
            "totals": {"items": 1990, "paid": 1990},
            **more,
        }
        body = json.dumps(order).encode()
        headers = sign([self.secret], message_id=f"m-{status}", at=now, body=body)
        assert self._posts("/hooks/oms/generic", body, headers) == 202
        self.portal.work()

    def delivers(self) -> datetime:
        """The parcel leaves and arrives; gives when."""
        parcel = {"id": "s1", "carrier": "correos_express", "tracking_number": PARCEL}
        self.sends_order("shipped", shipments=[{**parcel, "lines": [{"line": "1", "quantity": 1}]}])
        at = utcnow()
        scan = {"carrier": "correos_express", "tracking_number": PARCEL, "occurred_at": at.isoformat()}
        body = json.dumps([{**scan, "status": "delivered"}]).encode()
        assert self._posts("/api/v1/tracking-events", body, {"Authorization": f"Bearer {self.key}"}) == 200
        self.portal.work()
        return at

    def _posts(self, path: str, body: bytes, headers: dict[str, str]) -> int:
        line = HTTPConnection(urlsplit(self.portal.url).netloc)
        try:
            line.request("POST", path, body, {"Content-Type": "application/json", **headers})
            return line.getresponse().status
        finally:
            line.close()


def mails(beginning: Beginning) -> list[dict[str, Any]]:
    """What SendGrid was given so far for the customer, the newest last."""
    sent = [json.loads(request.body) for request in beginning.sendgrid.requests if request.path == "/v3/mail/send"]
    return [mail for mail in sent if mail["personalizations"][0]["to"] == [{"email": CUSTOMER}]]


def plain(mail: dict[str, Any]) -> str:
    """The words of a mail."""
    (words,) = (part["value"] for part in mail["content"] if part["type"] == "text/plain")
    return str(words)
