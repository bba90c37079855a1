"""Worklist of the providers of messages that take none just now: since when, and why."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.metrics.choices import shop_zone
from app.notify.models import ProviderRest
from app.notify.rests import resting as resting_providers
from app.staff.message_words import reason_words
from app.staff.work_rows import Row
from app.words import moment

NAMES = {"sendgrid": "SendGrid", "twilio": "Twilio"}


def resting() -> Select[Any]:
    """Those that rest."""
    return select(ProviderRest.provider)


def resting_rows(session: Session, now: datetime) -> Sequence[Row]:
    """Each with its own word for why."""
    zone = shop_zone(session)
    return [
        Row(
            title=NAMES.get(rest.provider) or _("The mail server"),
            about="—",
            detail=reason_words(f"{rest.provider}:{rest.reason}"),
            when=moment(rest.since, zone=zone, now=now),
            late=True,
        )
        for rest in resting_providers(session).values()
    ]
