"""Fixtures for what was given back elsewhere: a system with a key, as a shop's own is, and an order of two things."""

from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.api.keys import SCOPES, create_key
from app.core.clock import utcnow
from app.orders.models import Order
from tests.returns.elsewhere.owed import TWO
from tests.returns.elsewhere.sale import sold


@pytest.fixture
def api(app: Flask, session: Session) -> FlaskClient:
    """The shop's own system, which sends its key with everything."""
    _, secret = create_key(session, name="oms", scopes=list(SCOPES), now=utcnow())
    session.commit()
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    return client


@pytest.fixture
def order(session: Session, now: datetime) -> Order:
    """Two of one thing and one of another, 10.00 each."""
    return sold(session, now=now, **TWO)
