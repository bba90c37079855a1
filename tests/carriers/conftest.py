"""Fixtures of the carriers' tests: an application with open webhook endpoints, and shipments that wait for news."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.oms.intake import receive_order
from app.tracking.models import Shipment
from tests.carriers.endpoints import SECRETS
from tests.orders.build import document


@pytest.fixture
def open_endpoints(app: Flask) -> Iterator[Flask]:
    """Every endpoint has its secrets: the new one and, for a while, the old one."""
    usual = app.config["SETTINGS"]
    secrets = {name: tuple(map(SecretStr, pair)) for name, pair in SECRETS.items()}
    app.config["SETTINGS"] = usual.model_copy(update=secrets)
    yield app
    app.config["SETTINGS"] = usual


def shipped(
    session: Session, *, carrier: str, number: str, now: datetime, order: str = "1001", **facts: Any
) -> Shipment:
    """An order with one shipment of this carrier and number."""
    parcel = {
        "id": "s1",
        "carrier": carrier,
        "tracking_number": number,
        "label_created_at": now.isoformat(),
        "shipped_at": now.isoformat(),
        "lines": [{"line": "1", "quantity": 2}],
        **facts,
    }
    receive_order(session, document(number=order, shipments=[parcel]), now=now)
    session.flush()
    return session.scalars(select(Shipment).where(Shipment.number == number)).one()
