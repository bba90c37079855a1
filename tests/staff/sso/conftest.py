"""Fixtures of signing in elsewhere: a provider on loopback, the portal that knows it, a browser that goes there."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.core.db import transaction
from app.staff.models import SignInProvider
from app.staff.sso import settings as sso
from app.staff.sso.settings import ProviderWish
from tests.conftest import SECRET as KEY
from tests.staff.sso.provider import CLIENT, SECRET, Provider


@pytest.fixture
def provider() -> Iterator[Provider]:
    made = Provider()
    yield made
    made.close()


@pytest.fixture
def vouching(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The portal of a shop that names loopback as its own network."""
    named = app.config["SETTINGS"].model_copy(update={"webhook_private_hosts": ("127.0.0.1",)})
    monkeypatch.setitem(app.config, "SETTINGS", named)
    return app


def wish(provider: Provider, **other: object) -> ProviderWish:
    facts: dict[str, object] = {"domains": ("shop.example",), **other}
    return ProviderWish(title="Acme", issuer=provider.issuer, client_id=CLIENT, secret=SECRET, **facts)  # type: ignore[arg-type]


@pytest.fixture
def registered(vouching: Flask, session: Session, provider: Provider, now: datetime) -> SignInProvider:
    """The provider is set, and two of its groups have roles."""
    with transaction(session):
        row = sso.save(session, wish(provider), by="admin@shop.example", key=KEY, now=now)
        sso.map_role(session, "shop-support", "support", by="admin@shop.example", now=now)
        sso.map_role(session, "shop-admins", "admin", by="admin@shop.example", now=now)
    return row


@pytest.fixture
def visitor(vouching: Flask) -> FlaskClient:
    client = vouching.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en-GB"
    return client


def go(client: FlaskClient, provider: Provider, start: str = "/staff/sign-in/provider") -> str:
    """Press the button and sign in there; the address by which one comes back."""
    away = client.get(start)
    assert (away.status_code, away.location.startswith(f"{provider.issuer}/authorize?")) == (303, True), away.text
    return provider.visit(away.location)


def come_back(client: FlaskClient, address: str) -> TestResponse:
    """Follow the provider's redirect."""
    return client.get("/" + address.partition("//")[2].partition("/")[2])
