"""A client of the interface that may put and read orders and ask what can come back, and where real bodies lie."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.api.keys import create_key
from app.core.clock import utcnow
from app.core.settings import ROOT

SHARED = ROOT.parent / "shared" / "data" / "apis"


@pytest.fixture
def portal(app: Flask, session: Session) -> FlaskClient:
    """Another system, which sends its key with everything."""
    scopes = ["orders:write", "orders:read", "returns:read"]
    _, secret = create_key(session, name="mapping", scopes=scopes, now=utcnow())
    session.commit()
    made = app.test_client()
    made.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    return made


@pytest.fixture(scope="session")
def real() -> Path:
    """The bodies that real systems sent, which are no part of this project."""
    if not SHARED.is_dir():
        pytest.skip("the real bodies of other systems (../shared/data/apis) are not beside the project")
    return SHARED
