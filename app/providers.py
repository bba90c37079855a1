"""The only file that names adapters: from the settings to carriers, senders, panels of the order page."""

import os
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from flask import Flask
from sqlalchemy.orm import Session, sessionmaker

from app.core.parts import LABELS, declared
from app.core.settings import Settings
from app.notify.kinds import Channel
from app.notify.providers import registry
from app.notify.providers.declaration import Installation
from app.notify.send.config import Office
from app.notify.send.doubt import Choice
from app.orders.lookup.codes import CodeSender
from app.returns.labels.ports import LabelMaker, Labels
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
        return not settings.carries(Channel.SMS) or may_text(session, number, desk(settings))

    return asked


@lru_cache(maxsize=1)
def tracking_sources() -> dict[str, TrackingSource]:
    """The carriers and aggregators that can be asked with the credentials in the environment, by name."""
    from app.carriers.polling.credentials import carriers_from_env

    return carriers_from_env(os.environ)


@lru_cache(maxsize=4)
def office(settings: Settings, sessions: sessionmaker[Session]) -> Office:
    """How messages leave: by the providers in the settings, else into the sandbox."""
    plain = desk(settings)
    here = Installation(plain.public_url, plain.mail_from, plain.sms_from, sessions)
    carriers = {channel: _carriers(settings, channel) for channel in Channel}
    every = {one.name: one for chosen in carriers.values() for one in chosen}
    made = {name: one.make(settings.of(one.settings), here) for name, one in every.items()}
    return replace(plain, senders={channel: [made[one.name] for one in chosen] for channel, chosen in carriers.items()})


def _carriers(settings: Settings, channel: Channel) -> list[registry.Declared]:
    """The providers of a channel in the order in which they are tried; where there is none, the sandbox."""
    chosen = registry.ready(settings, channel)
    if chosen or (settings.production and channel is Channel.SMS):
        return chosen
    return [one for one in registry.providers() if one.name == "sandbox"]


def desk(settings: Settings) -> Office:
    """The office without its senders: all that pages need."""
    key, mail_from = settings.secret_key.get_secret_value(), settings.mail_from
    sms_from = registry.texts_from(settings)
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


def label_maker(settings: Settings, name: str) -> LabelMaker | None:
    """Who makes labels under this name; None where nobody brings it."""
    maker = declared(LABELS, Labels).get(name)
    return maker.make(settings.of(maker.settings)) if maker else None
