"""Where a shop's own text could not be used and the standard one left instead: how often lately, and why."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.i18n.catalogues import language_of
from app.notify.models import Message
from app.notify.texts.shelf import TextKey

LATELY = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class TextFaults:
    """How often a text gave way lately, and the last reason."""

    brand: str
    key: TextKey
    count: int
    reason: str


def faults_lately(session: Session, *, now: datetime) -> list[TextFaults]:
    """Each text that gave way, the one that did so most often first."""
    language = func.substring(Message.locale, 1, 2)
    statement = (
        select(
            Message.brand_key,
            Message.kind,
            Message.channel,
            language,
            func.count(),
            func.max(Message.text_fault),
        )
        .where(Message.text_fault.is_not(None), Message.created_at > now - LATELY)
        .group_by(Message.brand_key, Message.kind, Message.channel, language)
        .order_by(func.count().desc())
    )
    return [
        TextFaults(brand, TextKey(kind, channel, language_of(tag)), count, reason or "")
        for brand, kind, channel, tag, count, reason in session.execute(statement)
    ]
