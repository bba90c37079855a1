"""The only file that names adapters: from the settings to carriers, senders, panels of the order page."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache, lru_cache

from flask import Flask, request
from sqlalchemy.orm import Session, sessionmaker

from app.connections.live import LiveSettings
from app.core.parts import LABELS, declared
from app.core.settings import Settings
from app.notify.inside.link_mails import LinkMails
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
    from app.api.v1.staff.desk import EXTENSION
    from app.notify.preferences.views import order_way as messages
    from app.returns.request.resume import resume_panel
    from app.returns.status.panel import account_rows, order_panel
    from app.staff.people.desk import MemberDesk
    from app.support.views import order_panel as cases
    from app.tracking.summary.order_summary import summaries

    app.extensions["connections"] = LiveSettings(app.config["SETTINGS"], use=lambda settings: _use(app, settings))
    app.extensions["secret_used"] = lambda secret: live_settings(app).used(app.extensions["database"].sessions, secret)
    app.before_request(lambda: None if request.endpoint in NEED_NONE else renew(app))
    _use(app, app.config["SETTINGS"])
    app.extensions["mailer"] = mailer
    app.extensions["order_panels"] = [resume_panel, order_panel, cases]
    app.extensions["order_ways"] = [messages]
    app.extensions["order_summaries"] = summaries
    app.extensions["order_returns"] = account_rows
    app.extensions["clock_table"] = lambda: clock_table(demo=app.config["SETTINGS"].demo)
    app.extensions["askable_carriers"] = lambda: askable_carriers(app.config["SETTINGS"])
    app.extensions["tracking_sources"] = lambda: tracking_sources(app.config["SETTINGS"])
    app.extensions[EXTENSION] = MemberDesk(lambda: app.config["SETTINGS"])


def clock_table(*, demo: bool) -> dict[str, int]:
    """What the clock fires, with the seconds from one firing to the next."""
    # Brings the scheduler along, which only pages about the clock need.
    from app.schedule import TABLE

    return {entry.job: entry.every for entry in TABLE if demo or not entry.demo}


# Answered whatever the shop is connected to.
NEED_NONE = frozenset({"static", "health.healthz"})


def live_settings(app: Flask) -> LiveSettings:
    """The settings in force in this process."""
    live: LiveSettings = app.extensions["connections"]
    return live


def renew(app: Flask, *, at_once: bool = False) -> None:
    """Put in force what was set by page since the last look."""
    live_settings(app).look(app.extensions["database"].sessions, at_once=at_once)


def _use(app: Flask, settings: Settings) -> None:
    """From now on these: each is swapped whole, so that nobody reads half of them."""
    app.config["SETTINGS"] = settings
    app.extensions["mail_config"] = config = mail_config(settings)
    app.extensions["asks_carrier"] = config.asks


# Those of the settings before are let go with their connections once the jobs in hand are done.
@lru_cache(maxsize=2)
def tracking_sources(settings: Settings) -> dict[str, TrackingSource]:
    """The carriers and aggregators that can be asked with the credentials in the settings, by name."""
    from app.carriers.polling.credentials import carriers_from_env

    return carriers_from_env(settings.environ)


def askable_carriers(settings: Settings) -> frozenset[str]:
    """The names of all that can be asked, without making what asks."""
    from app.carriers.polling.credentials import askable

    return askable(settings.environ)


def asks_carrier(settings: Settings) -> Callable[[str | None], bool]:
    """Tells whether a carrier's parcels are asked about: at the carrier itself, its group, or an aggregator."""
    from app.carriers.polling.polling import source_for

    # When the first page asks: making the application loads no carrier.
    able = cache(lambda: set(askable_carriers(settings)))

    @lru_cache(maxsize=1024)
    def asks(carrier: str | None) -> bool:
        return carrier is not None and source_for(carrier, able()) is not None

    return asks


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
    # In production nothing is said to have been sent that was not: texts are left out with a reason, and mails wait
    # until a way to send them is connected.
    if chosen or settings.production:
        return chosen
    return [provider for provider in registry.providers() if provider.name == "sandbox"]


def mail_config(settings: Settings) -> MailConfig:
    """The settings of messages without senders: all that pages need."""
    key, mail_from = settings.key, settings.mail_from
    sms_from = registry.texts_from(settings)
    in_doubt = {Channel.EMAIL: Choice(settings.mail_in_doubt), Channel.SMS: Choice(settings.text_in_doubt)}
    return MailConfig(
        key,
        settings.public_url,
        mail_from or "pedidos@shop.example",
        sms_from or "+34600000000",
        in_doubt=in_doubt,
        languages=settings.languages,
        asks=asks_carrier(settings),
        directions_url=settings.directions_url,
    )


def code_sender(settings: Settings, sessions: sessionmaker[Session]) -> CodeSender:
    """Who carries one-time codes."""
    from app.notify.send.codes import CodeMessages

    return CodeMessages(mailer(settings, sessions), sessions)


def link_mails(settings: Settings, sessions: sessionmaker[Session]) -> LinkMails:
    """Who mails links to members of staff."""
    return LinkMails(mailer(settings, sessions), sessions)


def label_maker(settings: Settings, name: str) -> LabelMaker | None:
    """Who makes labels under this name; None where nobody brings it."""
    maker = declared(LABELS, Labels).get(name)
    return maker.make(settings.of(maker.settings)) if maker else None
