"""What staff may want to know of the carriers: words that nobody has explained to us yet, and parcels with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from app.orders.records import OrderRecord
from app.tracking.meanings.table import CarrierWord
from app.tracking.records import ShipmentRecord, TrackingEventRecord
from app.tracking.states import ShipmentState

_E = TrackingEventRecord


@dataclass(frozen=True, slots=True)
class UnknownWord:
    """A carrier's code that means nothing to us: one of its sentences, how often it was told, when first and last.

    ``words`` is the sentence itself where scans bear no code.
    """

    carrier: str
    code: str | None
    description: str
    count: int
    last_at: datetime
    first_at: datetime
    words: str | None = None

    @property
    def word(self) -> CarrierWord:
        """What is to be explained."""
        return CarrierWord(self.carrier, self.code, self.words)


@dataclass(frozen=True, slots=True)
class WordExample:
    """A scan that bore the word: number, sentence, when it came; reference and number of its order, if it has one."""

    number: str
    description: str
    received_at: datetime
    ref: str | None
    order: str | None


def unknown_words(
    session: Session, *, since: datetime, carrier: str | None = None, limit: int = 100
) -> list[UnknownWord]:
    """The codes that stayed unknown since a moment, the most frequent first."""
    count = func.count()
    words = case((_E.code.is_(None), _E.description))
    statement = (
        select(
            _E.carrier,
            _E.code,
            # One sentence is enough to understand a code by; which one is all the same.
            func.max(_E.description),
            count,
            func.max(_E.received_at),
            func.min(_E.received_at),
            words,
        )
        .where(*_unexplained(), _E.received_at >= since)
        .group_by(_E.carrier, _E.code, words)
        .order_by(count.desc(), _E.carrier, _E.code, words)
        .limit(limit)
    )
    if carrier is not None:
        statement = statement.where(_E.carrier == carrier)
    return [UnknownWord(*row) for row in session.execute(statement)]


def examples(session: Session, word: CarrierWord, *, limit: int = 5) -> Sequence[WordExample]:
    """The newest scans that bear this word and mean nothing to us."""
    named = [_E.code == word.code] if word.code else [_E.code.is_(None), _E.description == word.words]
    newest = (
        select(_E.carrier, _E.number, _E.description, _E.received_at)
        .where(*_unexplained(), _E.carrier == word.carrier, *named)
        .order_by(_E.received_at.desc())
        .limit(limit)
        .subquery()
    )
    parcel = (ShipmentRecord.carrier == newest.c.carrier) & (ShipmentRecord.number == newest.c.number)
    statement = (
        select(newest.c.number, newest.c.description, newest.c.received_at, OrderRecord.ref, OrderRecord.number)
        .select_from(newest)
        .outerjoin(ShipmentRecord, parcel)
        .outerjoin(OrderRecord, OrderRecord.id == ShipmentRecord.order_id)
        .order_by(newest.c.received_at.desc())
        .limit(limit)
    )
    return [WordExample(*row) for row in session.execute(statement)]


def _unexplained() -> tuple[ColumnElement[bool], ...]:
    return (_E.status == ShipmentState.UNKNOWN, _E.explained_by.is_(None))
