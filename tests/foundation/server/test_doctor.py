"""The doctor names what is wrong and what to do."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import schedule
from app.core.clock import utcnow
from app.core.settings import Settings
from app.core.tables import schema
from app.notify.send.outcomes import fault
from app.notify.send.rests import begin_rest
from app.server.doctor import _senders
from tests.notify.build import some_messages


def test_a_portal_without_a_worker_is_told_so(app: Flask, session: Session) -> None:
    result = app.test_cli_runner().invoke(args=["portal", "doctor"])
    assert result.exit_code == 1
    assert "✗ The clock has not fired ever." in result.output
    assert "paradero worker" in result.output


def test_a_portal_whose_clock_fires_is_well(app: Flask, session: Session) -> None:
    schedule.fire(session, schedule.TABLE[0], now=utcnow() - timedelta(seconds=5))
    session.commit()
    result = app.test_cli_runner().invoke(args=["portal", "doctor"])
    assert result.exit_code == 0, result.output
    assert "✓ PostgreSQL" in result.output
    assert "✓ One web may want 12 connections and one worker 37; PostgreSQL has" in result.output
    assert "EMAIL stays in the sandbox" in result.output


def test_a_database_that_may_forget_is_told(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    schedule.fire(session, schedule.TABLE[0], now=utcnow())
    session.commit()
    monkeypatch.setattr(schema, "_DURABLE", text("select 'off' as fsync, 'on' as full_page_writes, "
                                                 "'off' as synchronous_commit, null as disposable"))  # fmt: skip
    result = app.test_cli_runner().invoke(args=["portal", "doctor"])
    assert result.exit_code == 1
    assert "✗ PostgreSQL may lose what it acknowledged: fsync, synchronous_commit is off." in result.output
    assert "! The portal's role owns the audit trail" in result.output


def test_a_database_that_is_away_is_told_with_its_reason(settings: Settings) -> None:
    from app import create_app

    away = settings.model_copy(update={"database_url": "postgresql+psycopg://nobody@127.0.0.1:1/none"})
    result = create_app(away).test_cli_runner().invoke(args=["portal", "doctor"])
    assert result.exit_code == 1
    assert "✗ The database cannot be reached." in result.output


IN_DOUBT = [
    ({"smtp_url": "smtp://mail.example"}, "sent again after a minute: it might come twice (MAIL_IN_DOUBT=send_again)"),
    ({"sendgrid_api_key": "SG.x"}, "sent again after a minute: it might come twice (MAIL_IN_DOUBT=send_again)"),
    ({"sendgrid_api_key": "SG.x", "mail_in_doubt": "leave"}, "it might not come (MAIL_IN_DOUBT=leave)"),
    ({"sendgrid_api_key": "SG.x", "sendgrid_feed": True}, "SendGrid's activity feed, 240 seconds later"),
    ({"sendgrid_api_key": "SG.x", "sendgrid_feed": True, "smtp_url": "smtp://x"}, "it might come twice"),
    ({"twilio_auth_token": "x"}, "goes again only if Twilio has it not"),
]


@pytest.mark.parametrize(("changes", "expected"), IN_DOUBT)
def test_what_may_happen_when_an_answer_is_lost_is_told(
    settings: Settings, changes: dict[str, Any], expected: str
) -> None:
    assert expected in "\n".join(one.what for one in _senders(settings.model_copy(update=changes)))


def test_a_provider_that_rests_is_told_with_its_reason(app: Flask, session: Session) -> None:
    begin_rest(session, "sendgrid", fault("sendgrid", "401"), now=utcnow())
    session.commit()
    result = app.test_cli_runner().invoke(args=["portal", "doctor"])
    assert result.exit_code == 1
    assert "✗ sendgrid has taken no messages since" in result.output and "401" in result.output


def test_a_text_of_the_shops_that_gave_way_is_named_with_its_last_reason(app: Flask, session: Session) -> None:
    reason: dict[str, Any] = {
        "text_fault": "With these facts it would take %(count)s texts.",
        "text_fault_values": {"count": 2},
    }
    some_messages(session, 2, channel="sms", kind="shipment.delivered", created_at=utcnow(), **reason)
    session.commit()
    output = app.test_cli_runner().invoke(args=["portal", "doctor"]).output
    assert (
        "The text shipment.delivered/sms/es of «demo» could not be used 2 times in a week: With these facts" in output
    )
    assert "it would take 2 texts." in output
