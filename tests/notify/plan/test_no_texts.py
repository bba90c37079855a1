"""In production without a provider for texts nobody is told that one was sent, and no page shows what was said."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy.orm import Session, sessionmaker

from app.core.settings import Settings
from app.notify.kinds import Channel
from app.providers import mail_config, mailer

LIVE = {"production": True, "public_url": "https://orders.example.com", "smtp_url": SecretStr("smtp://localhost")}


def test_production_without_a_provider_sends_no_texts(settings: Settings) -> None:
    live = settings.model_copy(update=LIVE)
    config = mailer(live, sessionmaker[Session]())
    assert config.sends_no_texts
    assert not live.texts
    assert [sender.name for sender in config.senders[Channel.EMAIL]] == ["smtp"]


def test_a_laptop_has_the_sandboxs_telephone(settings: Settings) -> None:
    assert settings.texts
    assert not mailer(settings, sessionmaker[Session]()).sends_no_texts
    assert not mail_config(settings).sends_no_texts


@pytest.mark.parametrize("path", ["/sandbox/phone", "/sandbox/mailbox"])
@pytest.mark.parametrize("changes", [LIVE, {"public_url": "https://orders.example.com"}])
def test_the_sandbox_is_closed_where_customers_are(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, path: str, changes: dict[str, object]
) -> None:
    assert client.get(path).status_code == 200
    monkeypatch.setitem(app.config, "SETTINGS", app.config["SETTINGS"].model_copy(update=changes))
    assert client.get(path).status_code == 404
