"""Worklist of the providers of messages that take none just now: what they carry, since when, and why."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.core.i18n.words import moment
from app.metrics.choices import shop_zone
from app.notify.kinds import Channel
from app.notify.models import ProviderRest
from app.notify.send.outcomes import ACCOUNT, FailureVerdict, sort
from app.notify.send.rests import Rest
from app.notify.send.rests import resting as resting_providers
from app.staff.message_words import channel_words
from app.staff.work_rows import Row

NAMES = {"sendgrid": "SendGrid", "twilio": "Twilio"}
TEXTS = frozenset({"twilio"})


def resting() -> Select[Any]:
    """Those that rest."""
    return select(ProviderRest.provider)


def resting_rows(session: Session, now: datetime) -> Sequence[Row]:
    """Each with its own word for why."""
    zone = shop_zone(session)
    return [
        Row(
            title=NAMES.get(rest.provider) or _("The mail server"),
            about=channel_words(Channel.SMS if rest.provider in TEXTS else Channel.EMAIL),
            detail=f"{_why(rest)} ({rest.reason})",
            when=moment(rest.since, zone=zone, now=now),
            late=True,
        )
        for rest in resting_providers(session).values()
    ]


def _why(rest: Rest) -> str:
    """What its last word comes down to: a message's reason speaks of that message, this of the provider."""
    if rest.reason in ACCOUNT:
        return _("it does not accept our account or settings: an engineer has to look")
    if sort(rest.provider, rest.reason) is FailureVerdict.CLOSED:
        return _("it cannot be reached, or takes nothing for the moment")
    return _("it does not answer, or only with errors")
