"""Fixtures for what was given back elsewhere: a system with a key, as a shop's own is."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.api.keys import SCOPES, create_key
from app.core.clock import utcnow


@pytest.fixture
def api(app: Flask, session: Session) -> FlaskClient:
    """The shop's own system, which sends its key with everything."""
    _, secret = create_key(session, name="oms", scopes=list(SCOPES), now=utcnow())
    session.commit()
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    return client
