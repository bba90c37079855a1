"""Fixtures for returns: a second browser."""

import pytest
from flask import Flask
from flask.testing import FlaskClient


@pytest.fixture
def app_browser(app: Flask) -> FlaskClient:
    """A browser that knows nothing of the first."""
    return app.test_client()
