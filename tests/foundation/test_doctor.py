"""The doctor names what is wrong and what to do."""

from datetime import timedelta

from flask import Flask
from sqlalchemy.orm import Session

from app import schedule
from app.clock import utcnow
from app.settings import Settings


def test_a_portal_without_a_worker_is_told_so(app: Flask, session: Session) -> None:
    told = app.test_cli_runner().invoke(args=["portal", "doctor"])
    assert told.exit_code == 1
    assert "✗ The clock has not fired ever." in told.output
    assert "flask portal worker" in told.output


def test_a_portal_whose_clock_fires_is_well(app: Flask, session: Session) -> None:
    schedule.fire(session, schedule.TABLE[0], now=utcnow() - timedelta(seconds=5))
    session.commit()
    told = app.test_cli_runner().invoke(args=["portal", "doctor"])
    assert told.exit_code == 0, told.output
    assert "✓ PostgreSQL" in told.output
    assert "EMAIL stays in the sandbox" in told.output


def test_a_database_that_is_away_is_told_with_its_reason(settings: Settings) -> None:
    from app import create_app

    away = settings.model_copy(update={"database_url": "postgresql+psycopg://nobody@127.0.0.1:1/none"})
    told = create_app(away).test_cli_runner().invoke(args=["portal", "doctor"])
    assert told.exit_code == 1
    assert "✗ The database cannot be reached." in told.output
