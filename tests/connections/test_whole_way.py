"""By pages alone: mail and the order system are connected, an order comes in, and its mail leaves by the provider."""

import json
import re
from collections.abc import Iterator
from html import unescape

import pytest
from flask import Flask
from sqlalchemy.orm import Session, sessionmaker

from app import create_app
from app.core.clock import utcnow
from app.core.settings import Settings
from app.core.standard_webhooks import sign
from app.jobs import engine, messages
from tests.connections.build import SENDGRID
from tests.notify.build import document
from tests.notify.stand_in import provider
from tests.staff.browsers import browser, member

ROOT = "/staff/settings/connections"
CACHED = (engine.settings, engine.database, engine._live, messages.message_breaker)
UNTIL_IT_LEAVES = ("understand_oms", "hear_notify", "send_mails")


@pytest.fixture
def portal(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """Web and worker of an installation of which the environment says nothing but where things are."""
    environ = {**settings.environ, "WEBHOOK_PRIVATE_HOSTS": "127.0.0.1"}
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    for one in CACHED:
        one.cache_clear()
    app = create_app(Settings.from_env(environ))
    app.config["WTF_CSRF_ENABLED"] = False
    yield app
    app.extensions["database"].engine.dispose()
    engine.database().engine.dispose()
    for one in CACHED:
        one.cache_clear()


def test_from_nothing_to_the_first_mail(portal: Flask, committed: sessionmaker[Session]) -> None:
    with committed() as session:
        admin = browser(portal, member(session, utcnow(), "admin"))
    with provider() as sendgrid:
        assert admin.post(f"{ROOT}/sendgrid", data={**SENDGRID, "SENDGRID_API_URL": sendgrid.url}).status_code == 303
        made = admin.post(f"{ROOT}/oms-generic/secret", data={"variable": "OMS_WEBHOOK_SECRET"}, follow_redirects=True)
        secret = unescape(re.findall(r"<b translate=\"no\">(whsec_[^<]*)</b>", made.text)[0])
        now = utcnow()
        order = document(number="9001", placed_at=now.isoformat(), updated_at=now.isoformat())
        body = order.model_dump_json(by_alias=True).encode()
        headers = dict(sign([secret], message_id="m-1", at=now, body=body))
        assert portal.test_client().post("/hooks/oms/generic", data=body, headers=headers).status_code == 202
        engine.look()
        for name in UNTIL_IT_LEAVES:
            engine.register_all()[name]()
    (mail,) = [json.loads(request.body) for request in sendgrid.requests]
    assert mail["personalizations"][0]["to"] == [{"email": "ana@example.com"}]
    assert "9001" in mail["subject"] and mail["from"]["email"] == SENDGRID["MAIL_FROM"]
    page = admin.get(f"{ROOT}/sendgrid").text
    assert "Last message taken" in page and "Never yet" in page.partition("Last delivery to us")[2]
