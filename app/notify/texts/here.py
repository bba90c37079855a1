"""What texts need of the application that runs: its settings of messages, its senders, its database."""

from flask import current_app
from sqlalchemy.orm import Session

from app.core.i18n.catalogues import offered
from app.core.web import database, settings
from app.notify.send.config import MailConfig


def config_here() -> MailConfig:
    """What a look at a text needs to know; it can send nothing."""
    config: MailConfig = current_app.extensions["mail_config"]
    return config


def mailer_here() -> MailConfig:
    """The same with the senders that customers' messages take.

    Who knows them (`app.providers`) puts the way to them there: no room below can.
    """
    mailer: MailConfig = current_app.extensions["mailer"](settings(), database().sessions)
    return mailer


def languages_of_texts() -> tuple[str, ...]:
    """The languages in which texts are written here, the shop's own first."""
    return offered(config_here().languages)


def session_here() -> Session:
    """A session for a command, which has no request to have one."""
    return database().sessions()
