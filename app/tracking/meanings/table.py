"""The table of meanings: what counts now for a carrier's code, said by whom, changed and taken back row by row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Conflict, Fault, Invalid, NotFound
from app.core.queue import defer
from app.tracking.models import WordMeaning
from app.tracking.records import WordMeaningRecord
from app.tracking.states import ShipmentState

JOB = "explain_scans"
# The states that a carrier's word can mean; «unknown» stands for what says nothing.
MEANINGS = tuple(state.value for state in ShipmentState)
# As long as scans keep of a code and of a sentence.
LONGEST_CODE, LONGEST_WORDS = 100, 500


@dataclass(frozen=True, slots=True)
class CarrierWord:
    """What is explained: a carrier's code, or its sentence where a scan has no code."""

    carrier: str
    code: str | None
    words: str | None

    @classmethod
    def of(cls, carrier: str, code: str | None, description: str) -> "CarrierWord":
        """The word by which a scan is explained: by its code alone, if it has one."""
        return cls(carrier, code, None) if code else cls(carrier, None, description)

    def named(self) -> dict[str, Any]:
        """The word by its parts, as an address names it; without the part that it has not."""
        parts = {"carrier": self.carrier, "code": self.code, "words": self.words}
        return {name: part for name, part in parts.items() if part}


def explain(session: Session, rows: Iterable[dict[str, Any]]) -> None:
    """Give new rows of scans that mean nothing to us the status that a person said.

    A hot path: without a statement where all are understood.
    """
    unknown = [row for row in rows if row["status"] == ShipmentState.UNKNOWN]
    if not unknown:
        return
    meanings = in_force(session, {row["carrier"] for row in unknown})
    for row in unknown:
        meaning = meanings.get(CarrierWord.of(row["carrier"], row["code"], row["description"]))
        if meaning is not None and meaning.state is not None:
            row["status"], row["explained_by"] = meaning.state, meaning.id


def in_force(session: Session, carriers: Iterable[str] | None = None) -> dict[CarrierWord, WordMeaningRecord]:
    """The last row of each word, of these carriers or of all; ``state`` None where it was taken back."""
    rows = select(WordMeaningRecord).order_by(WordMeaningRecord.id)
    if carriers is not None:
        rows = rows.where(WordMeaningRecord.carrier.in_(sorted(carriers)))
    rows_of_words = session.scalars(rows, execution_options={"populate_existing": True})
    return {CarrierWord(row.carrier, row.code, row.words): row for row in rows_of_words}


def say(session: Session, word: CarrierWord, state: str | None, *, by: str, now: datetime) -> WordMeaning:
    """From now on the word means this; old scans follow by a job. ``None`` takes its meaning back.

    Raises Invalid, and NotFound where there is no meaning to take back.
    """
    _check(word, state)
    before = in_force(session, [word.carrier]).get(word)
    if state is None and (before is None or before.state is None):
        raise NotFound("This word has no meaning of yours.")
    meaning = WordMeaning(
        carrier=word.carrier, code=word.code, words=word.words, state=state, made_by=by, made_at=now, scans=0
    )
    session.add(meaning)
    session.flush()
    defer(session, JOB, queueing_lock=JOB)
    return meaning


def undo(session: Session, meaning_id: int, *, by: str, now: datetime) -> WordMeaning:
    """Take the last thing back that was said of a word: what was said before counts again.

    Raises NotFound, and Conflict where somebody has said something else meanwhile.
    """
    row = session.get(WordMeaningRecord, meaning_id, populate_existing=True)
    if row is None:
        raise NotFound("There is no such meaning.")
    word = CarrierWord(row.carrier, row.code, row.words)
    earlier_rows = [one for one in history(session, word) if one.id <= meaning_id]
    newest = in_force(session, [row.carrier])[word]
    if newest.id != meaning_id:
        raise Conflict("Something else was said of it meanwhile.")
    earlier = earlier_rows[1].state if len(earlier_rows) > 1 else None
    if earlier == row.state:
        raise Conflict("There is nothing to go back to.")
    return say(session, word, earlier, by=by, now=now)


def history(session: Session, word: CarrierWord | None = None, *, limit: int = 100) -> Sequence[WordMeaningRecord]:
    """What was said of a word, or of all, the newest first."""
    rows = select(WordMeaningRecord).order_by(WordMeaningRecord.id.desc()).limit(limit)
    if word is not None:
        rows = rows.where(
            WordMeaningRecord.carrier == word.carrier,
            WordMeaningRecord.code.is_not_distinct_from(word.code),
            WordMeaningRecord.words.is_not_distinct_from(word.words),
        )
    return session.scalars(rows, execution_options={"populate_existing": True}).all()


def _check(word: CarrierWord, state: str | None) -> None:
    faults = []
    if not word.carrier or len(word.carrier) > LONGEST_CODE:
        faults.append(Fault("/carrier", "names no carrier"))
    if bool(word.code) == bool(word.words):
        faults.append(Fault("/code", "a code, or the words of a scan without one"))
    if len(word.code or "") > LONGEST_CODE or len(word.words or "") > LONGEST_WORDS:
        faults.append(Fault("/code", "is longer than any that scans keep"))
    if state is not None and state not in MEANINGS:
        faults.append(Fault("/state", f"is none of {', '.join(MEANINGS)}"))
    if faults:
        raise Invalid(faults)
