"""What is set by page is in force in every process without a restart, and keeps none from starting."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.orm import Session, sessionmaker

from app import create_app
from app.connections import store
from app.connections.live import CLOSED
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.settings import Settings
from app.core.standard_webhooks import sign
from app.jobs import engine, messages
from app.providers import live_settings, tracking_sources
from tests.connections.build import SENDGRID, SIGNING, TWILIO, changing, connect
from tests.orders.build import document

CACHED = (engine.settings, engine.database, engine._live, messages.message_breaker)


@pytest.fixture
def two(settings: Settings) -> Iterator[tuple[Flask, Flask]]:
    """Two web processes of one installation, which look at every request."""
    apps = create_app(settings), create_app(settings)
    for app in apps:
        live_settings(app).every = 0.0
    yield apps
    for app in apps:
        app.extensions["database"].engine.dispose()


@pytest.fixture
def worker(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The worker of the same installation."""
    for name, value in settings.environ.items():
        monkeypatch.setenv(name, value)
    for one in CACHED:
        one.cache_clear()
    yield
    engine.database().engine.dispose()
    for one in CACHED:
        one.cache_clear()


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """What a process asks of the table of marks meanwhile."""
    heard: list[str] = []

    def hear(_c: object, _k: object, statement: str, *_more: object) -> None:
        heard.extend([statement] * ("connections_mark" in statement))

    bind = app.extensions["database"].engine
    event.listen(bind, "before_cursor_execute", hear)
    yield heard
    event.remove(bind, "before_cursor_execute", hear)


def knocks(app: Flask) -> int:
    """How the door for orders answers who does not sign: 503 while it is closed, 401 once there is a secret."""
    return app.test_client().post("/hooks/oms/generic", data=b"{}").status_code


def test_a_secret_opens_the_door_in_every_process_at_its_next_look(
    two: tuple[Flask, Flask], committed: sessionmaker[Session], settings: Settings
) -> None:
    assert [knocks(app) for app in two] == [503, 503]
    connect(committed, settings, "oms-generic", {"OMS_WEBHOOK_SECRET": SIGNING})
    assert [knocks(app) for app in two] == [401, 401]
    with committed() as session, transaction(session):
        store.remove(session, "oms-generic", changing(settings))
    assert [knocks(app) for app in two] == [503, 503]


def test_pages_read_whole_settings_of_one_moment(
    two: tuple[Flask, Flask], committed: sessionmaker[Session], settings: Settings
) -> None:
    connect(committed, settings, "sendgrid", SENDGRID)
    connect(committed, settings, "ups", {"UPS_CLIENT_ID": "i", "UPS_CLIENT_SECRET": "s"})
    app = two[0]
    before = app.config["SETTINGS"]
    app.test_client().get("/")
    assert before.mail_from is None and app.config["SETTINGS"].mail_from == "pedidos@shop.example"
    assert app.extensions["mail_config"].mail_from == "pedidos@shop.example"
    assert app.extensions["asks_carrier"]("ups") and not app.extensions["asks_carrier"]("gls")


def test_a_job_sends_through_what_was_connected_since_the_worker_began(
    worker: None, committed: sessionmaker[Session], settings: Settings
) -> None:
    engine.engine.cache_clear()
    run, context = engine.engine().tasks["send_mails"].func, SimpleNamespace(job=SimpleNamespace(id=None, attempts=0))
    run(context)
    assert [sender.name for sender in messages.message_mailer().senders["email"]] == ["sandbox"]
    engine._live(engine.settings())._next = 0.0
    connect(committed, settings, "sendgrid", SENDGRID)
    connect(committed, settings, "twilio", TWILIO)
    connect(committed, settings, "laposte", {"LAPOSTE_API_KEY": "a-key"})
    run(context)
    mailer = messages.message_mailer()
    assert {channel: [one.name for one in senders] for channel, senders in mailer.senders.items()} == {
        "email": ["sendgrid"],
        "sms": ["twilio"],
    }
    assert (mailer.mail_from, mailer.sms_from) == (SENDGRID["MAIL_FROM"], TWILIO["TWILIO_FROM"])
    assert list(tracking_sources(engine.in_force())) == ["laposte"]
    engine.engine.cache_clear()


def test_a_process_looks_once_and_not_at_every_request(
    two: tuple[Flask, Flask], committed: sessionmaker[Session]
) -> None:
    app = two[0]
    live_settings(app).every = 3600.0
    with statements(app) as heard:
        for path in ("/", "/help", "/staff/sign-in", "/healthz", "/static/tokens.css") * 4:
            app.test_client().get(path)
    assert len(heard) == 1


def test_what_nobody_changed_is_not_read_again(two: tuple[Flask, Flask], committed: sessionmaker[Session]) -> None:
    app = two[0]
    app.test_client().get("/")
    before = app.config["SETTINGS"]
    app.test_client().get("/")
    assert app.config["SETTINGS"] is before


def test_values_sealed_with_a_key_that_is_gone_are_told_and_keep_nothing_from_starting(
    committed: sessionmaker[Session], settings: Settings
) -> None:
    connect(committed, settings, "oms-generic", {"OMS_WEBHOOK_SECRET": SIGNING})
    app = create_app(Settings.from_env({**settings.environ, "SECRET_KEY": "another-secret-for-tests-0123456789"}))
    assert knocks(app) == 503
    assert live_settings(app).faults == (f"OMS_WEBHOOK_SECRET: {CLOSED}",)
    app.extensions["database"].engine.dispose()


def test_while_the_database_cannot_be_asked_what_is_in_force_stays(
    two: tuple[Flask, Flask], committed: sessionmaker[Session], settings: Settings
) -> None:
    connect(committed, settings, "oms-generic", {"OMS_WEBHOOK_SECRET": SIGNING})
    app = two[0]
    assert knocks(app) == 401
    with committed() as session, session.begin():
        session.execute(text("alter table connections_mark rename to elsewhere"))
    try:
        live_settings(app).look(app.extensions["database"].sessions, at_once=True)
        assert app.config["SETTINGS"].environ["OMS_WEBHOOK_SECRET"] == SIGNING
    finally:
        with committed() as session, session.begin():
            session.execute(text("alter table elsewhere rename to connections_mark"))


def test_an_installation_in_production_starts_before_it_can_send_anything(settings: Settings) -> None:
    alone = {**settings.environ, "PRODUCTION": "1", "PUBLIC_URL": "https://orders.shop.example"}
    production = Settings.from_env(alone)
    assert not production.carries("email")
    app = create_app(production)
    assert app.extensions["mail_config"].mail_from
    from app.providers import mailer

    senders = mailer(production, app.extensions["database"].sessions).senders
    assert {channel: list(some) for channel, some in senders.items()} == {"email": [], "sms": []}
    app.extensions["database"].engine.dispose()


def delivery(app: Flask, secret: str, number: str) -> int:
    """An order document of the shop's system, signed with this secret."""
    body = document(number=number).model_dump_json().encode()
    headers = dict(sign([secret], message_id=f"m-{number}", at=utcnow(), body=body))
    return app.test_client().post("/hooks/oms/generic", data=body, headers=headers).status_code


def test_of_two_secrets_it_shows_which_is_used(
    two: tuple[Flask, Flask], committed: sessionmaker[Session], settings: Settings
) -> None:
    made = []
    for _ in range(2):
        with committed() as session, transaction(session):
            made.append(store.rotate(session, "oms-generic", "OMS_WEBHOOK_SECRET", changing(settings)))
    assert [delivery(two[0], made[0], number) for number in ("2001", "2002")] == [202, 202]
    with committed() as session:
        newer, older = store.shown(session)["OMS_WEBHOOK_SECRET"]
    assert newer.used_at is None and older.used_at is not None
    assert delivery(two[1], made[1], "2003") == 202
    with committed() as session:
        newer, older = store.shown(session)["OMS_WEBHOOK_SECRET"]
    assert newer.used_at is not None
