"""Orders of a system that only an installed package knows, from its webhook to the orders; in a fresh interpreter."""

import hmac
import json
import os
import sys

from sqlalchemy import select

from app import create_app
from app.events.models import InboxRow
from app.jobs import systems as jobs
from app.jobs.engine import database
from app.orders.models import Order, OrderLine
from app.server.start import settings

PATH = "/hooks/oms/tienda"


def main(*bodies: str) -> None:
    """Deliver these bodies and print what the portal makes of them, as JSON."""
    app = create_app(settings())
    client = app.test_client()
    secret = os.environ["OMS_TIENDA_SECRET"]
    answers = []
    for number, body in enumerate(bodies):
        signed = hmac.digest(secret.encode(), f"d-{number}.{body}".encode(), "sha256").hex()
        for signature in ("0" * 64, signed, signed):
            headers = {"X-Tienda-Delivery": f"d-{number}", "X-Tienda-Signature": signature}
            answers.append(client.post(PATH, data=body, headers=headers).status_code)
    jobs.understand_oms()
    with database().sessions() as session:
        orders = session.execute(select(Order.number, Order.status).order_by(Order.number))
        lines = session.execute(select(OrderLine.title, OrderLine.quantity).order_by(OrderLine.id))
        result = session.execute(select(InboxRow.endpoint, InboxRow.state, InboxRow.error).order_by(InboxRow.id))
        seen = {
            "answers": answers,
            "orders": [tuple(row) for row in orders],
            "lines": [tuple(row) for row in lines],
            "kept": [tuple(row) for row in result],
            "doctor": app.test_cli_runner().invoke(args=["portal", "doctor"]).output,
        }
    print(json.dumps(seen))  # noqa: T201 - this is how it answers


if __name__ == "__main__":
    main(*sys.argv[1:])
