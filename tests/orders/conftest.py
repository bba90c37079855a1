"""Fixtures for orders: several browsers."""

import pytest
from flask import Flask
from flask.testing import FlaskClient


@pytest.fixture
def app_clients(app: Flask) -> tuple[FlaskClient, FlaskClient]:
    """Two browsers that know nothing of each other."""
    return app.test_client(), app.test_client()
