"""Fixtures: the application in which something is connected by page, as it was before when the test is over."""

from collections.abc import Iterator

import pytest
from flask import Flask

from app.connections.live import LiveSettings
from app.connections.store import StoredValues
from app.core.settings import Settings
from app.providers import live_settings


@pytest.fixture
def live(app: Flask) -> Iterator[LiveSettings]:
    """The settings in force of the application; what stands in for providers is on loopback, and vouched for."""
    in_force = live_settings(app)
    usual = in_force.base
    in_force.base = Settings.from_env({**usual.environ, "WEBHOOK_PRIVATE_HOSTS": "127.0.0.1"})
    in_force.take(StoredValues(None, {}))
    yield in_force
    in_force.base = usual
    in_force.take(StoredValues(None, {}))
