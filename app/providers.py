"""The only file that names adapters: from the settings to carriers, senders, panels of the order page."""

import os
from dataclasses import replace
from functools import lru_cache

from flask import Flask
from sqlalchemy.orm import Session, sessionmaker

from app.core.parts import LABELS, declared
from app.core.settings import Settings
from app.notify.kinds import Channel
from app.notify.providers import registry
from app.notify.providers.declaration import Installation
from app.notify.send.config import MailConfig
from app.notify.send.doubt import Choice
from app.orders.lookup.codes import CodeSender
from app.returns.labels.ports import LabelMaker, Labels
from app.tracking.ports import TrackingSource


def install(app: Flask) -> None:
    """Put what domains need from each other, or from outside, where they look for it."""
    from app.notify.preferences.views import order_way as messages
    from app.returns.request.resume import resume_panel
    from app.returns.status.panel import account_rows, order_panel
    from app.support.views import order_panel as cases
    from app.tracking.summary.order_summary import summaries

    app.extensions["mail_config"] = mail_config(app.config["SETTINGS"])
    app.extensions["mailer"] = mailer
    app.extensions["order_panels"] = [resume_panel, order_panel, cases]
    app.extensions["order_ways"] = [messages]
    app.extensions["asks_carrier"] = asks_carrier
    app.extensions["order_summaries"] = summaries
    app.extensions["order_returns"] = account_rows


@lru_cache(maxsize=1)
def tracking_sources() -> dict[str, TrackingSource]:
    """The carriers and aggregators that can be asked with the credentials in the environment, by name."""
    from app.carriers.polling.credentials import carriers_from_env

    return carriers_from_env(os.environ)


@lru_cache(maxsize=1024)
def asks_carrier(carrier: str | None) -> bool:
    """Whether a carrier's parcels are asked about: at the carrier itself, its group, or an aggregator."""
    from app.carriers.polling.credentials import askable
    from app.carriers.polling.polling import source_for

    return carrier is not None and source_for(carrier, set(askable(os.environ))) is not None


# A process has one pair of settings and sessions; tests make a few. Senders keep their lines open between messages.
@lru_cache(maxsize=4)
def mailer(settings: Settings, sessions: sessionmaker[Session]) -> MailConfig:
    """How messages leave: by the providers in the settings, else into the sandbox."""
    config = mail_config(settings)
    here = Installation(config.public_url, config.mail_from, config.sms_from, sessions)
    carriers = {channel: _carriers(settings, channel) for channel in Channel}
    # A provider that carries both channels is one sender, with one line and one rest.
    providers = {provider.name: provider for chosen in carriers.values() for provider in chosen}
    senders = {name: provider.make(settings.of(provider.settings), here) for name, provider in providers.items()}
    ordered = {channel: [senders[provider.name] for provider in chosen] for channel, chosen in carriers.items()}
    return replace(config, senders=ordered)


def _carriers(settings: Settings, channel: Channel) -> list[registry.Declared]:
    """The providers of a channel in the order in which they are tried; where there is none, the sandbox."""
    chosen = registry.ready(settings, channel)
    # A shop in production may do without texts: they are left out with a reason, and none is said to have been sent.
    if chosen or (settings.production and channel is Channel.SMS):
        return chosen
    return [provider for provider in registry.providers() if provider.name == "sandbox"]


def mail_config(settings: Settings) -> MailConfig:
    """The settings of messages without senders: all that pages need."""
    key, mail_from = settings.secret_key.get_secret_value(), settings.mail_from
    sms_from = registry.texts_from(settings)
    in_doubt = {Channel.EMAIL: Choice(settings.mail_in_doubt), Channel.SMS: Choice(settings.text_in_doubt)}
    return MailConfig(
        key,
        settings.public_url,
        mail_from or "pedidos@shop.example",
        sms_from or "+34600000000",
        in_doubt=in_doubt,
        languages=settings.languages,
        asks=asks_carrier,
        directions_url=settings.directions_url,
    )


def code_sender(settings: Settings, sessions: sessionmaker[Session]) -> CodeSender:
    """Who carries one-time codes."""
    from app.notify.send.codes import CodeMessages

    return CodeMessages(mailer(settings, sessions), sessions)


def label_maker(settings: Settings, name: str) -> LabelMaker | None:
    """Who makes labels under this name; None where nobody brings it."""
    maker = declared(LABELS, Labels).get(name)
    return maker.make(settings.of(maker.settings)) if maker else None
