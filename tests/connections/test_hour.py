"""The script of «Your shop in an hour» does what it says: an order in, its e-mail out, a return with a label."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from app import create_app
from app.brands.models import Brand
from app.core.clock import utcnow
from app.core.settings import Settings
from app.jobs import engine
from app.returns.models import Return
from app.staff.models import SetupMark
from app.tracking.services import fold_dirty
from tests.connections.test_whole_way import CACHED
from tests.house.code.source import ROOT
from tests.house.hour import Shell, scripts
from tests.notify.stand_in import StandIn, provider

LEFT = (
    *("Invite a second person", "Give every admin a second factor", "Choose the public address"),
    *("Switch to production", "Arrange backups and anchors of the audit trail"),
)
DOCUMENT = ROOT / "docs" / "your-shop-in-an-hour.md"


@pytest.fixture
def sendgrid() -> Iterator[StandIn]:
    """SendGrid on loopback; the first thing that is asked is what the key may do."""
    with provider() as stand_in:
        stand_in.answers = [(200, {}, {"scopes": ["mail.send", "user.profile.read"]})]
        yield stand_in


@pytest.fixture
def portal(settings: Settings, sendgrid: StandIn, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """An installation of which the environment says nothing but where things are."""
    environ = {**settings.environ, "WEBHOOK_PRIVATE_HOSTS": "127.0.0.1", "SENDGRID_API_URL": sendgrid.url}
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


def test_the_script_of_the_docs_leads_to_an_order_its_mail_and_a_return_with_a_label(
    portal: Flask, committed: sessionmaker[Session], sendgrid: StandIn, tmp_path: Path
) -> None:
    (script,) = scripts(DOCUMENT.read_text("utf-8"))

    def work() -> None:
        """What the worker does within seconds."""
        engine.look()
        with committed() as session:
            while fold_dirty(session, now=utcnow()):
                session.commit()
        for name in ("hear_notify", "send_mails"):
            engine.register_all()[name]()

    shell = Shell(portal, tmp_path, work, f"{utcnow():%Y-%m-%dT%H:%M:%SZ}")
    shell.run(script)
    outputs = shell.outputs
    assert "It works." in outputs["paradero connect test sendgrid"]
    assert "Tienda Goya" in outputs["paradero points near correos_express 28001"]
    mails = [json.loads(request.body) for request in sendgrid.requests if request.body]
    assert {mail["personalizations"][0]["to"][0]["email"] for mail in mails} == {"ana@yourshop.com"}
    assert any("1001" in mail["subject"] for mail in mails)
    assert [answer.status_code for answer in shell.answers] == [200, 201], [answer.text for answer in shell.answers]
    with committed() as session:
        made = session.scalars(select(Return)).one()
        assert made.decision == "approved" and made.label_number
    with committed() as session:
        brand = session.scalars(select(Brand).where(Brand.is_default)).one()
        assert (brand.name, brand.help_email) == ("Your Shop", "help@yourshop.com")
        assert session.scalars(select(SetupMark)).all() == [], "rows tell of every step, and nobody had to"
    assert any(mail["from"]["name"] == "Your Shop" for mail in mails)
    lines = outputs["paradero setup"].splitlines()
    assert {"✓ Name your shop", "✓ Say how you're reached", "✓ Look at your returns policy"} <= set(lines)
    # What commands of this script cannot do: other people, their second factors, the environment, what lies outside.
    assert [line for line in lines if line.startswith("!")] == [f"! {title}" for title in LEFT]
