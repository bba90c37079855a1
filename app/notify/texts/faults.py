"""Where a shop's own text could not be used and the standard one left instead: how often lately, and why."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.i18n.catalogues import language_of
from app.notify.models import Message
from app.notify.texts.language import BadText
from app.notify.texts.shelf import TextKey

LATELY = timedelta(days=7)


def _l(text: str) -> str:
    """Mark a text for translation."""
    return text


@dataclass(frozen=True, slots=True)
class TextMisfit:
    """Why a shop's own text could not be used: a sentence to be translated, and its values.

    Without values (None) the sentence is as a release before said it: in English, with its values in it.
    """

    sentence: str
    values: Mapping[str, object] | None

    @property
    def columns(self) -> tuple[str, dict[str, Any] | None]:
        """As a message keeps it."""
        return self.sentence, None if self.values is None else dict(self.values)

    def words(self, translate: Callable[..., str] | None = None) -> str:
        """The sentence, in English or as ``translate`` puts it."""
        # What was filled in already is in no catalogue, and its percent signs are the shop's own.
        if self.values is None and (translate is None or "%" in self.sentence):
            return self.sentence
        values = self.values or {}
        try:
            return translate(self.sentence, **values) if translate else self.sentence % values
        except (KeyError, TypeError, ValueError):
            # A release before, put back for a while, knows of no values: those of another sentence may stand there.
            return self.sentence


def misfit_of(error: Exception) -> TextMisfit:
    """What an error says of a text; of one that nobody foresaw there is its kind alone."""
    if isinstance(error, BadText):
        return TextMisfit(error.sentence, error.values)
    # What it says itself is for programmers, and may hold what a customer wrote.
    return TextMisfit(_l("The text failed with these facts (%(error)s)."), {"error": type(error).__name__})


@dataclass(frozen=True, slots=True)
class TextFaults:
    """How often a text gave way lately, and why it did so last."""

    brand: str
    key: TextKey
    count: int
    last: TextMisfit


def faults_lately(session: Session, *, now: datetime) -> list[TextFaults]:
    """Each text that gave way, the one that did so most often first."""
    text = (Message.brand_key, Message.kind, Message.channel, func.substring(Message.locale, "^[A-Za-z]+"))
    newest_first = (Message.created_at.desc(), Message.id.desc())
    numbered = (
        select(
            *(column.label(name) for name, column in zip(("brand", "kind", "channel", "language"), text, strict=True)),
            Message.text_fault,
            Message.text_fault_values,
            func.count().over(partition_by=text).label("times"),
            func.row_number().over(partition_by=text, order_by=newest_first).label("place"),
        )
        .where(Message.text_fault.is_not(None), Message.created_at > now - LATELY)
        .subquery()
    )
    one = numbered.c
    last = select(numbered).where(one.place == 1)
    rows = session.execute(last.order_by(one.times.desc(), one.brand, one.kind, one.channel, one.language))
    return [
        TextFaults(
            row.brand,
            TextKey(row.kind, row.channel, language_of(row.language)),
            row.times,
            TextMisfit(row.text_fault, row.text_fault_values),
        )
        for row in rows
    ]
