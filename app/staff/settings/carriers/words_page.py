"""Carriers' codes in words: which nobody has explained, what was said of others, how far old scans have followed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from app.carriers.queries import UnknownWord
from app.core.i18n.words import moment
from app.staff.settings.carriers.page import title_of
from app.staff.words import who
from app.tracking.meanings.replay import left
from app.tracking.meanings.table import CarrierWord
from app.tracking.page.words import state_words
from app.tracking.records import WordMeaningRecord
from app.tracking.states import ShipmentState

SINCE = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class WordRow:
    """A code that nobody has explained; ``query`` names it in an address."""

    name: str
    title: str
    sentence: str
    count: int
    first: str
    last: str
    query: dict[str, Any]


@dataclass(frozen=True, slots=True)
class MeaningRow:
    """Something that was said of a code; ``counts`` while nothing else was said since."""

    id: int
    name: str
    title: str
    meaning: str
    made: str
    progress: str
    counts: bool


def word_rows(words: Sequence[UnknownWord], zone: str) -> list[WordRow]:
    """The unexplained codes in their order."""
    return [
        WordRow(
            word.code or _("(no code)"),
            title_of(word.carrier),
            word.description,
            word.count,
            moment(word.first_at, zone=zone),
            moment(word.last_at, zone=zone),
            word.word.named(),
        )
        for word in words
    ]


def meaning_rows(session: Session, rows: Sequence[WordMeaningRecord], zone: str) -> list[MeaningRow]:
    """What was said, the newest first."""
    # The newest first: the first row of a word is the one that counts.
    seen: set[CarrierWord] = set()
    made = []
    for row in rows:
        word = CarrierWord(row.carrier, row.code, row.words)
        made.append(_meaning_row(session, row, word, zone, counts=word not in seen))
        seen.add(word)
    return made


def state_choices() -> list[tuple[str, str]]:
    """What a code can mean, in the order of a parcel's way; to say nothing comes last."""
    states = [(state.value, state_words(state)) for state in ShipmentState if state is not ShipmentState.UNKNOWN]
    return [("", _("choose")), *states, (ShipmentState.UNKNOWN.value, _("It says nothing"))]


def meaning_words(state: str | None) -> str:
    """A meaning in words."""
    if state is None:
        return _("taken back")
    return _("It says nothing") if state == ShipmentState.UNKNOWN else state_words(ShipmentState(state))


def _meaning_row(session: Session, row: WordMeaningRecord, word: CarrierWord, zone: str, *, counts: bool) -> MeaningRow:
    at = moment(row.made_at, zone=zone)
    return MeaningRow(
        row.id,
        row.code or row.words or "",
        title_of(row.carrier),
        meaning_words(row.state),
        _("%(when)s by %(who)s", when=at, who=who(row.made_by)),
        _progress(session, row, word),
        counts,
    )


def _progress(session: Session, row: WordMeaningRecord, word: CarrierWord) -> str:
    scans = ngettext("%(num)s old scan has followed", "%(num)s old scans have followed", row.scans)
    # To count what is left reads the unknown scans, so only while some are.
    if row.done_at is not None:
        return scans
    return _("%(scans)s, %(left)s to go", scans=scans, left=left(session, word))
