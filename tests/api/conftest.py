"""A client with a key that may do everything, and documents to send."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.api.keys import SCOPES, create_key
from app.api.v1 import examples
from app.core.clock import utcnow


@pytest.fixture
def secret(session: Session) -> str:
    _, made = create_key(session, name="tests", scopes=list(SCOPES), now=utcnow())
    session.commit()
    return made


@pytest.fixture
def api(app: Flask, secret: str) -> FlaskClient:
    """Another system, which sends its key with everything."""
    made = app.test_client()
    made.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    return made


@pytest.fixture
def key_with(app: Flask, session: Session) -> Callable[..., FlaskClient]:
    """A client whose key has just these scopes."""

    def make(*scopes: str) -> FlaskClient:
        _, made = create_key(session, name="narrow", scopes=list(scopes), now=utcnow())
        session.commit()
        client = app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {made}"
        return client

    return make


@pytest.fixture
def document() -> dict[str, Any]:
    """A good order, to be spoilt at will."""
    return copy.deepcopy(examples.ORDER)


def pointers(response: TestResponse) -> list[str]:
    """Where a problem points."""
    assert response.mimetype == "application/problem+json", response.data
    return [error.get("pointer") or "?" + error["parameter"] for error in response.json.get("errors", [])]


@pytest.fixture
def app_client(flask_app: Flask) -> FlaskClient:
    """A client whose requests commit for real."""
    return flask_app.test_client()
