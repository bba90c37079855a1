"""A portal whose doors are all open, and the systems that knock at each."""

from collections.abc import Iterator

import pytest
from flask import Flask
from pydantic import SecretStr
from sqlalchemy.orm import Session

from app.api.keys import SCOPES, create_key
from app.core.clock import utcnow
from tests.carriers.endpoints import SECRETS
from tests.doors.systems import OMS_SECRET, SENDGRID_KEY, TWILIO_TOKEN, Systems


@pytest.fixture
def systems(app: Flask, session: Session) -> Iterator[Systems]:
    """All of them, with a key and the secrets in force."""
    _, key = create_key(session, name="doors", scopes=list(SCOPES), now=utcnow())
    session.commit()
    secrets = {name: tuple(map(SecretStr, pair)) for name, pair in SECRETS.items()}
    messages = {"sendgrid_webhook_key": (SENDGRID_KEY,), "twilio_auth_token": SecretStr(TWILIO_TOKEN)}
    usual = app.config["SETTINGS"]
    app.config["SETTINGS"] = usual.model_copy(
        update={**secrets, **messages, "oms_webhook_secret": (SecretStr(OMS_SECRET),)}
    )
    yield Systems(app.test_client(), session, key)
    app.config["SETTINGS"] = usual
