"""What sends bodies to each door, signed as that door asks, and what became of them."""

import base64
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from app.core.clock import utcnow
from app.core.standard_webhooks import sign
from app.events.models import InboxRow
from tests.carriers.endpoints import secret_of, signed
from tests.notify.build import a_mail_config
from tests.rounds import understood_carriers, understood_oms, understood_reports

OMS_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
TWILIO_TOKEN = "12345"
MAIL_KEY = ec.generate_private_key(ec.SECP256R1())
SENDGRID_KEY = base64.b64encode(
    MAIL_KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
).decode()
CONFIG = a_mail_config()
HOOKS = ("oms", "aftership", "easypost", "generic", "ups", "sendgrid")
SIGNED_HOOKS = ("oms", "aftership", "easypost", "generic", "sendgrid")
ADDRESSES = {"oms": "/hooks/oms/generic", "sendgrid": "/hooks/messages/sendgrid"}


@dataclass
class Systems:
    """Whoever sends bodies to this portal."""

    client: FlaskClient
    session: Session
    key: str
    numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    def call(self, method: str, path: str, body: bytes, **headers: str) -> TestResponse:
        """A request to the API; a keyword names a header with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.open(
            f"/api/v1{path}", method=method, data=body, headers={"Authorization": f"Bearer {self.key}", **named}
        )

    def push(
        self,
        door: str,
        body: bytes,
        *,
        over: bytes | None = None,
        more: Mapping[str, str] | None = None,
        name: str = "",
    ) -> TestResponse:
        """A delivery to a hook, signed over these bytes; without ``over`` over those that are sent."""
        headers = self.signature(door, body if over is None else over, name or f"msg_{next(self.numbers)}")
        address = ADDRESSES.get(door, f"/hooks/carriers/{door}")
        return self.client.post(address, data=body, headers={**headers, **(more or {})})

    def signature(self, door: str, over: bytes, name: str) -> Mapping[str, str]:
        """The headers of a delivery of this name."""
        if door == "oms":
            return sign([OMS_SECRET], message_id=name, at=utcnow(), body=over)
        if door == "sendgrid":
            stamp = str(int(utcnow().timestamp()))
            raw = MAIL_KEY.sign(stamp.encode() + over, ec.ECDSA(hashes.SHA256()))
            return {
                "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(raw).decode(),
                "X-Twilio-Email-Event-Webhook-Timestamp": stamp,
            }
        return signed(door, over, secret_of(door), utcnow(), message_id=name)

    def text_report(self, body: bytes, fields: dict[str, str], **headers: str) -> TestResponse:
        """A report of Twilio, signed over its fields as they always are."""
        signature = RequestValidator(TWILIO_TOKEN).compute_signature(
            "http://127.0.0.1:8000/hooks/messages/twilio", fields
        )
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(
            "/hooks/messages/twilio",
            data=body,
            content_type="application/x-www-form-urlencoded",
            headers={"X-Twilio-Signature": signature, **named},
        )

    def understood(self) -> InboxRow:
        """The newest delivery, after the worker has looked at all that waits."""
        now = utcnow()
        understood_oms(self.session, limit=10, now=now)
        understood_carriers(self.session, limit=10, now=now)
        understood_reports(self.session, limit=10, now=now, config=CONFIG)
        return self.session.scalars(select(InboxRow).order_by(InboxRow.id.desc()).limit(1)).one()

    def stored(self) -> int:
        """How many deliveries were stored."""
        return len(self.session.scalars(select(InboxRow.id)).all())
