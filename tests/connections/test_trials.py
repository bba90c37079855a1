"""Trying a connection makes a real call that sends and changes nothing, and says in a word what came of it."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.serving import make_server

from app.carriers.base import karrio
from app.connections import trials
from app.connections.catalogue import connection, connections
from app.core.errors import Conflict
from app.core.settings import Settings
from app.core.trials import TrialOutcome, TrialWord
from app.events.models import InboxRow
from app.notify.kinds import Channel
from tests.carriers.stand_in import standing_in
from tests.connections.build import NOW, SENDGRID, SIGNING, TWILIO
from tests.notify.stand_in import provider

LOOPBACK = {"WEBHOOK_PRIVATE_HOSTS": "127.0.0.1"}


def tried(settings: Settings, name: str, values: dict[str, str], **environ: str) -> TrialOutcome:
    """A connection set by page with these values, tried."""
    base = Settings.from_env({**settings.environ, **environ})
    joined = Settings.from_env({**base.environ, **values})
    return trials.call(connection(name), joined, base, sessionmaker())


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        ((200, {}, {"scopes": ["mail.send", "user.profile.read"]}), TrialWord.WORKS),
        ((200, {}, {"scopes": ["user.profile.read"]}), TrialWord.LACKS_RIGHT),
        ((401, {}, {"errors": [{"message": "authorization required"}]}), TrialWord.REFUSED),
        ((200, {}, None), TrialWord.ODD_ANSWER),
        ((302, {"Location": "https://elsewhere.example"}, None), TrialWord.ODD_ANSWER),
        (None, TrialWord.NOT_REACHED),
    ],
)
def test_sendgrid_is_asked_what_the_key_may_do(
    settings: Settings, answer: tuple[int, dict[str, str], object] | None, word: TrialWord
) -> None:
    with provider() as sendgrid:
        sendgrid.answers = [answer]
        outcome = tried(settings, "sendgrid", {**SENDGRID, "SENDGRID_API_URL": sendgrid.url}, **LOOPBACK)
    assert outcome.word is word
    (request,) = sendgrid.requests
    assert (request.method, request.path) == ("GET", "/v3/scopes")
    assert request.headers["Authorization"] == f"Bearer {SENDGRID['SENDGRID_API_KEY']}"


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        ((200, {}, {"sid": TWILIO["TWILIO_ACCOUNT_SID"], "status": "active"}), TrialWord.WORKS),
        ((200, {}, {"sid": TWILIO["TWILIO_ACCOUNT_SID"], "status": "suspended"}), TrialWord.CLOSED),
        ((401, {}, {"code": 20003, "message": "Authenticate", "status": 401}), TrialWord.REFUSED),
        ((500, {}, {"code": 20500, "message": "Internal", "status": 500}), TrialWord.ODD_ANSWER),
        ((200, {}, None), TrialWord.ODD_ANSWER),
        (None, TrialWord.NOT_REACHED),
    ],
)
def test_twilio_is_asked_about_our_account(
    settings: Settings, answer: tuple[int, dict[str, str], object] | None, word: TrialWord
) -> None:
    with provider() as twilio:
        twilio.answers = [answer]
        outcome = tried(settings, "twilio", {**TWILIO, "TWILIO_API_URL": twilio.url}, **LOOPBACK)
    assert outcome.word is word
    (request,) = twilio.requests
    assert (request.method, request.path) == ("GET", f"/2010-04-01/Accounts/{TWILIO['TWILIO_ACCOUNT_SID']}.json")


@contextmanager
def mail_server(*, refuses: str = "", hangs_up: bool = False) -> Iterator[tuple[str, list[str]]]:
    """A mail server that asks for a password, and what was said to it; ``refuses`` is a sender it does not take.

    ``hangs_up``: it does so when it hears the sender.
    """
    heard: list[str] = []

    class Handler:
        async def handle_MAIL(self, server, _session, envelope, address, options):  # type: ignore[no-untyped-def]
            heard.append(f"MAIL {address}")
            if hangs_up:
                server.transport.abort()
            if address == refuses:
                return "550 this sender is not yours"
            envelope.mail_from = address
            return "250 OK"

        async def handle_DATA(self, _server, _session, _envelope):  # type: ignore[no-untyped-def]
            heard.append("DATA")
            return "250 OK"

    def check(_server: object, _session: object, _envelope: object, _mechanism: str, who: object) -> AuthResult:
        return AuthResult(success=getattr(who, "password", b"") == b"p@ss/word", handled=False)

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(
        Handler(), hostname="127.0.0.1", port=port, authenticator=check, auth_required=True, auth_require_tls=False
    )
    server.start()
    try:
        yield f"127.0.0.1:{port}", heard
    finally:
        server.stop()


@pytest.mark.parametrize(
    ("user", "refuses", "word"),
    [
        ("shop:p%40ss%2Fword", "", TrialWord.WORKS_IN_CLEAR),
        ("shop:wrong", "", TrialWord.REFUSED),
        ("shop:p%40ss%2Fword", "pedidos@shop.example", TrialWord.SENDER_REFUSED),
    ],
)
def test_a_mail_server_is_greeted_and_gets_no_mail(
    settings: Settings, user: str, refuses: str, word: TrialWord
) -> None:
    with mail_server(refuses=refuses) as (place, heard):
        values = {"SMTP_URL": f"smtp://{user}@{place}", "MAIL_FROM": "pedidos@shop.example"}
        outcome = tried(settings, "smtp", values, **LOOPBACK)
    assert outcome.word is word
    assert "DATA" not in heard


@pytest.mark.parametrize(
    ("user", "word"), [("shop:%C3%B1and%C3%BA", TrialWord.REFUSED), ("shop:p%40ss%2Fword", TrialWord.NOT_REACHED)]
)
def test_a_mail_server_that_hangs_up_or_knows_no_such_letters_is_said(
    settings: Settings, user: str, word: TrialWord
) -> None:
    with mail_server(hangs_up=True) as (place, heard):
        values = {"SMTP_URL": f"smtp://{user}@{place}", "MAIL_FROM": "pedidos@shop.example"}
        assert tried(settings, "smtp", values, **LOOPBACK).word is word
    assert "DATA" not in heard


def test_a_mail_server_that_is_not_there_is_not_reached(settings: Settings) -> None:
    with mail_server() as (place, _said):
        pass
    values = {"SMTP_URL": f"smtp://shop:x@{place}", "MAIL_FROM": "pedidos@shop.example"}
    assert tried(settings, "smtp", values, **LOOPBACK).word is TrialWord.NOT_REACHED


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        ((404, {"code": "RESOURCE_NOT_FOUND", "message": "Ressource non trouvée"}), TrialWord.ANSWERS),
        ((401, {"code": "UNAUTHORIZED", "message": "Unauthorized"}), TrialWord.REFUSED),
    ],
)
def test_a_carrier_is_asked_about_a_number_that_is_nobodys(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, answer: tuple[int, dict[str, str]], word: TrialWord
) -> None:
    connector = karrio._load("karrio.providers.laposte.utils").Settings
    with standing_in({"GET /": answer}) as carrier:
        monkeypatch.setattr(connector, "server_url", property(lambda self: carrier.url))
        assert tried(settings, "laposte", {"LAPOSTE_API_KEY": "a-key"}).word is word
    assert len(carrier.requests) == 1


@pytest.fixture
def door(flask_app: Flask, session: Session) -> Iterator[str]:
    """The portal, served so that it can call itself."""
    server = make_server("127.0.0.1", 0, flask_app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


def test_a_signed_sample_comes_in_by_our_own_door_and_is_not_kept(
    settings: Settings, flask_app: Flask, session: Session, door: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = {"OMS_WEBHOOK_SECRET": SIGNING}
    assert tried(settings, "oms-generic", secret, PUBLIC_URL=door).word is TrialWord.ODD_ANSWER
    here = Settings.from_env({**settings.environ, **secret, "PUBLIC_URL": door})
    monkeypatch.setitem(flask_app.config, "SETTINGS", here)
    assert tried(settings, "oms-generic", secret, PUBLIC_URL=door).word is TrialWord.WORKS
    other = {"OMS_WEBHOOK_SECRET": SIGNING.replace("YSBr", "Yi1r")}
    assert tried(settings, "oms-generic", other, PUBLIC_URL=door).word is TrialWord.WRONG_SIGNATURE
    assert session.scalars(select(InboxRow)).all() == []


def test_a_message_of_a_trial_goes_to_this_very_provider(settings: Settings) -> None:
    base = Settings.from_env({**settings.environ, **LOOPBACK})
    outgoing = trials.message(
        Channel.EMAIL, "admin@shop.example", "A test", "It works.", from_name="Shop", host="localhost"
    )
    with provider() as sendgrid:
        joined = Settings.from_env({**base.environ, **SENDGRID, "SENDGRID_API_URL": sendgrid.url})
        sendgrid.answers = [(202, {"X-Message-Id": "m1"}, None), (403, {}, {"errors": [{"message": "no sender"}]})]
        taken, refused = (
            trials.send(connection("sendgrid"), joined, base, outgoing, sessionmaker()).word for _ in range(2)
        )
    assert (taken, refused) == (TrialWord.MESSAGE_TAKEN, TrialWord.MESSAGE_REFUSED)
    mail = json.loads(sendgrid.requests[0].body)
    assert (mail["personalizations"][0]["to"], mail["subject"]) == ([{"email": "admin@shop.example"}], "A test")


def test_an_address_that_leads_inside_is_not_called(settings: Settings) -> None:
    with provider() as inside:
        outcome = tried(settings, "sendgrid", {**SENDGRID, "SENDGRID_API_URL": inside.url})
    assert (outcome.word, inside.requests) == (TrialWord.PRIVATE, [])


def test_what_is_not_connected_is_not_called(settings: Settings) -> None:
    for name, one in connections().items():
        if trials.can_be_tried(one):
            assert tried(settings, name, {}).word is TrialWord.NOT_SET


def test_a_connection_is_tried_once_in_ten_seconds_and_the_outcome_is_kept(session: Session) -> None:
    trials.take_turn(session, "sendgrid", by="admin@shop.example", now=NOW)
    trials.take_turn(session, "twilio", by="admin@shop.example", now=NOW)
    assert trials.outcomes(session)["sendgrid"].result is None
    with pytest.raises(Conflict):
        trials.take_turn(session, "sendgrid", by="other@shop.example", now=NOW + timedelta(seconds=9))
    trials.keep(session, "sendgrid", TrialOutcome(TrialWord.LACKS_RIGHT, {"right": "mail.send"}))
    session.expire_all()
    last = trials.outcomes(session)["sendgrid"]
    assert (last.tried_by, last.result) == (
        "admin@shop.example",
        TrialOutcome(TrialWord.LACKS_RIGHT, {"right": "mail.send"}),
    )
    trials.take_turn(session, "sendgrid", by="other@shop.example", now=NOW + timedelta(seconds=10))
