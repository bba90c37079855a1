"""The only file that names adapters: from the settings to carriers, senders, panels of the order page."""

import os
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy.orm import Session, sessionmaker

from app.core.settings import Settings
from app.notify.kinds import Channel
from app.notify.providers.ports import Sender
from app.notify.send.config import Office
from app.notify.send.doubt import Choice
from app.orders.lookup.codes import CodeSender
from app.tracking.ports import TrackingSource


def install(app: Flask) -> None:
    """Put what domains need from each other, or from outside, where they look for it."""
    from app.notify.preferences.views import order_panel as messages
    from app.returns.status.summary import order_panel

    app.extensions["office"] = desk(app.config["SETTINGS"])
    app.extensions["order_panels"] = [order_panel, messages]
    app.extensions["may_text"] = _may_text(app.config["SETTINGS"])


def _may_text(settings: Settings) -> Callable[[Session, str], bool]:
    """Whether a text can go to a number; the sandbox's telephone takes them all."""
    from app.notify.plan.recipients import may_text

    def asked(session: Session, number: str) -> bool:
        return settings.twilio_auth_token is None or may_text(session, number, desk(settings))

    return asked


@lru_cache(maxsize=1)
def tracking_sources() -> dict[str, TrackingSource]:
    """The carriers and aggregators that can be asked with the credentials in the environment, by name."""
    from app.carriers.polling.credentials import carriers_from_env

    return carriers_from_env(os.environ)


@lru_cache(maxsize=4)
def office(settings: Settings, sessions: sessionmaker[Session]) -> Office:
    """How messages leave: by the providers in the settings, else into the sandbox."""
    from app.notify.providers.sandbox.send import SandboxSender
    from app.notify.providers.sendgrid.send import SendGridSender
    from app.notify.providers.smtp.send import SmtpSender
    from app.notify.providers.twilio.send import TwilioSender

    mail_from, sms_from = desk(settings).mail_from, desk(settings).sms_from
    sandbox = SandboxSender(sessions, mail_from=mail_from, sms_from=sms_from)
    mailers: list[Sender] = []
    if settings.sendgrid_api_key:
        key = settings.sendgrid_api_key.get_secret_value()
        lag = settings.sendgrid_feed_lag if settings.sendgrid_feed else None
        mailers.append(SendGridSender(key, mail_from, host=settings.sendgrid_api_url, feed_lag=lag))
    if settings.smtp_url:
        host = urlsplit(settings.public_url).hostname or "localhost"
        mailers.append(SmtpSender(settings.smtp_url.get_secret_value(), mail_from, host_name=host))
    texters: list[Sender] = []
    if settings.twilio_auth_token and settings.twilio_account_sid:
        token, account = settings.twilio_auth_token.get_secret_value(), settings.twilio_account_sid
        callback = f"{settings.public_url}/hooks/messages/twilio"
        api_url = settings.twilio_api_url or ""
        texters.append(TwilioSender(account, token, sms_from, callback_url=callback, api_url=api_url))
    senders = {Channel.EMAIL: mailers or [sandbox], Channel.SMS: texters or ([] if settings.production else [sandbox])}
    return replace(desk(settings), senders=senders)


def desk(settings: Settings) -> Office:
    """The office without its senders: all that pages need."""
    key, mail_from, sms_from = settings.secret_key.get_secret_value(), settings.mail_from, settings.twilio_from
    wanted = {Channel.EMAIL: Choice(settings.mail_in_doubt), Channel.SMS: Choice(settings.text_in_doubt)}
    return Office(
        key,
        settings.public_url,
        mail_from or "pedidos@shop.example",
        sms_from or "+34600000000",
        in_doubt=wanted,
        languages=settings.languages,
    )


def code_sender(settings: Settings, sessions: sessionmaker[Session]) -> CodeSender:
    """Who carries one-time codes."""
    from app.notify.send.codes import CodeMessages

    return CodeMessages(office(settings, sessions), sessions)
