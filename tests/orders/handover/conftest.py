"""Fixtures: the portal of a shop that signs links, an order of a customer, and tokens as the shop makes them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import OctKey
from sqlalchemy.orm import Session

from app.connections.live import LiveSettings
from app.connections.store import StoredValues
from app.core.clock import utcnow
from app.core.settings import Settings
from app.oms.intake import receive_order
from app.orders.models import Order
from app.providers import live_settings
from tests.orders.build import document

NEW, OLD = "new-secret-of-the-account-pages-0123456789", "old-secret-of-the-account-pages-0123456789"


@pytest.fixture
def live(app: Flask) -> Iterator[LiveSettings]:
    """The settings in force, with which a test connects something."""
    in_force = live_settings(app)
    usual = in_force.base
    in_force.base = Settings.from_env({**usual.environ, "WEBHOOK_PRIVATE_HOSTS": "127.0.0.1"})
    in_force.take(StoredValues(None, {}))
    yield in_force
    in_force.base = usual
    in_force.take(StoredValues(None, {}))


@pytest.fixture
def signing(live: LiveSettings) -> LiveSettings:
    """The shop's account pages are connected, by two secrets at once."""
    live.take(StoredValues("x", {"CUSTOMERS_SECRET": f"{NEW},{OLD}"}))
    return live


@pytest.fixture
def order(session: Session) -> Order:
    """Order 1001 of Marisol."""
    placed = (utcnow() - timedelta(days=2)).isoformat()
    made = receive_order(session, document(placed_at=placed), now=utcnow())
    session.commit()
    return session.get_one(Order, made.order.id)


@pytest.fixture
def shopper(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en-GB"
    return client


def claims(**changed: Any) -> dict[str, Any]:
    """What the shop says; a change to None leaves a claim out."""
    at = int(utcnow().timestamp())
    usual = {
        "aud": "http://127.0.0.1:8000",
        "email": "marisol@example.com",
        "iat": at,
        "exp": at + 300,
        "jti": "j" * 16,
    }
    return {name: value for name, value in {**usual, **changed}.items() if value is not None}


def signed(secret: str = NEW, algorithm: str = "HS256", **changed: Any) -> str:
    """A token as the shop's own library makes it."""
    key = OctKey.import_key(secret)
    return jwt.encode({"alg": algorithm}, claims(**changed), key, algorithms=["HS256", "HS384", "HS512"])
