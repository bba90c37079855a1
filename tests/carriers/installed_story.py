"""A parcel of a carrier that only an installed package knows, from order to mail; run in a fresh interpreter."""

import json
import sys
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from app import create_app
from app.core.clock import utcnow
from app.jobs import carriers as jobs
from app.oms.intake import receive_order
from app.orders.models import Order
from app.server.start import settings
from app.tracking.models import Shipment, TrackingEvent
from app.tracking.services import fold_dirty
from tests.notify.build import a_mail_config, prepared
from tests.orders.build import document
from tests.rounds import heard
from tests.tracking.pages import browser

NUMBER = "VZ000123456"


def main(carrier: str, body: str, signature: str) -> None:
    """Print what the portal makes of it, as JSON."""
    app = create_app(settings())
    with app.extensions["database"].sessions() as session:
        order = _ordered(session, carrier)
        jobs.poll_source(carrier)
        polled = _state(session)
        page = browser(app, order).get(f"/o/{order.ref}").text
        hook = _pushed(app, carrier, body, signature)
        jobs.understand_carriers()
        pushed = _state(session)
        seen = {
            "asked": polled,
            "page": page,
            "hook": hook,
            "pushed": pushed,
            "sources": sorted({source for event in session.query(TrackingEvent) for source in event.sources}),
            "mails": _mails(session),
            "doctor": app.test_cli_runner().invoke(args=["portal", "doctor"]).output,
            "list": app.test_cli_runner().invoke(args=["portal", "carriers", "list"]).output,
            "settings": repr(app.config["SETTINGS"]),
        }
    print(json.dumps(seen))  # noqa: T201 - this is how it answers


def _ordered(session: Session, carrier: str) -> Order:
    now = utcnow()
    placed = (now - timedelta(days=2)).isoformat()
    parcel = {"id": "s1", "carrier": carrier, "tracking_number": NUMBER, "lines": [{"line": "1", "quantity": 2}]}
    facts: dict[str, Any] = {"placed_at": placed, "updated_at": placed, "shipments": [parcel | {"shipped_at": placed}]}
    receive_order(session, document(**facts), now=now)
    session.commit()
    return session.query(Order).one()


def _state(session: Session) -> str:
    fold_dirty(session, now=utcnow())
    session.commit()
    session.expire_all()
    return session.query(Shipment).one().state


def _pushed(app: Flask, carrier: str, body: str, signature: str) -> list[int]:
    """Forged, then twice as it came."""
    client, path = app.test_client(), f"/hooks/carriers/{carrier}"
    headers = [{"X-Veloz-Signature": value} for value in ("0" * 64, signature, signature)]
    return [client.post(path, data=body, headers=one).status_code for one in headers]


def _mails(session: Session) -> list[str]:
    config, now = a_mail_config(), utcnow()
    heard(session, limit=200, now=now, config=config)
    ready = prepared(session, now=now + timedelta(minutes=5), config=config)
    return [f"{one.outgoing.text} {one.outgoing.html}" for one in ready if one.outgoing.subject]


if __name__ == "__main__":
    main(*sys.argv[1:])
