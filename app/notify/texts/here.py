"""The settings of messages in the application that runs: to look at a text, and to send one."""

from flask import current_app

from app.core.web import database, settings
from app.notify.send.config import MailConfig


def config_here() -> MailConfig:
    """What a look at a text needs to know; it can send nothing."""
    config: MailConfig = current_app.extensions["mail_config"]
    return config


def mailer_here() -> MailConfig:
    """The same with the senders that customers' messages take."""
    # Told by who knows the senders (`app.providers`), which no room below can.
    made: MailConfig = current_app.extensions["mailer"](settings(), database().sessions)
    return made
