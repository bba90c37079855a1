"""A text by a provider that only an installed package knows, from event to receipt; run in a fresh interpreter."""

import hmac
import json
import os
import sys
from typing import Any

from flask import Flask
from sqlalchemy import select

from app import create_app
from app.core.db import transaction
from app.jobs import messages as jobs
from app.jobs.engine import database
from app.notify.kinds import Channel
from app.notify.models import Message, Suppression
from app.notify.send.drain import drain
from app.notify.send.rests import Breaker
from app.server.start import settings
from tests.notify.build import NOON, some_messages

PATH = "/hooks/messages/paloma"


def main() -> None:
    """Print what the portal makes of it, as JSON."""
    app = create_app(settings())
    with database().sessions() as session, transaction(session):
        messages = some_messages(session, 2, channel="sms")
        references = [message.public_id for message in messages]
    config = jobs.message_mailer()
    sent = drain(database().sessions, config, Breaker(), Channel.SMS, clock=lambda: NOON, lanes=1)
    after_sending = _states()
    report = {"report": 7, "reference": references[0], "id": "P-1", "word": "there", "at": NOON.isoformat()}
    hook = _reported(app, report)
    jobs.understand_messages()
    seen = {
        "names": config.names(),
        "from": config.sms_from,
        "sent": sent,
        "references": references,
        "after_sending": after_sending,
        "hook": hook,
        "after_report": _states(),
        "suppressed": _suppressed(),
        "doctor": app.test_cli_runner().invoke(args=["portal", "doctor"]).output,
        "settings": repr(app.config["SETTINGS"]),
    }
    print(json.dumps(seen))  # noqa: T201 - this is how it answers


def _states() -> list[tuple[str, str | None, str | None]]:
    with database().sessions() as session:
        rows = session.execute(select(Message.state, Message.provider_id, Message.reason).order_by(Message.id))
        return [tuple(row) for row in rows]


def _suppressed() -> list[tuple[str, str]]:
    with database().sessions() as session:
        return [tuple(row) for row in session.execute(select(Suppression.channel, Suppression.source))]


def _reported(app: Flask, report: dict[str, Any]) -> list[int]:
    """Forged, then twice as it came."""
    body, client = json.dumps(report).encode(), app.test_client()
    right = hmac.digest(os.environ["PALOMA_HOOK_SECRET"].encode(), body, "sha256").hex()
    signatures = ("0" * 64, right, right)
    return [client.post(PATH, data=body, headers={"X-Paloma-Signature": one}).status_code for one in signatures]


if __name__ == "__main__":
    sys.exit(main())
