"""Bringing what was said of a word to the scans that came before, batch by batch; their parcels are folded."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.orm import Session

from app.tracking.ingest.record import mark_dirty
from app.tracking.meanings.table import CarrierWord, in_force
from app.tracking.models import TrackingEvent, WordMeaning
from app.tracking.states import ShipmentState

# Small, so that nobody waits long for the parcels of these.
BATCH = 100


def replay(session: Session, *, now: datetime) -> int:
    """A batch of the oldest meaning that is not done yet; how many scans it changed, plus one when it came to an end.

    Parcels are folded as by any news: a stage that was never told is announced, if it is still news.
    """
    waiting = select(WordMeaning).where(WordMeaning.done_at.is_(None)).order_by(WordMeaning.id).limit(1)
    meaning = session.scalar(waiting.with_for_update(skip_locked=True))
    if meaning is None:
        return 0
    word = CarrierWord(meaning.carrier, meaning.code, meaning.words)
    # What somebody says meanwhile is brought to the scans by its own row.
    last = in_force(session, [word.carrier])[word].id == meaning.id
    changed = _change(session, meaning, word, now=now) if last else 0
    meaning.scans += changed
    if changed < BATCH:
        meaning.done_at = now
        return changed + 1
    return changed


def left(session: Session, meaning: CarrierWord) -> int:
    """How many stored scans of a word mean nothing to us yet."""
    return session.scalar(select(func.count()).select_from(_unknown(meaning).subquery())) or 0


def _change(session: Session, meaning: WordMeaning, word: CarrierWord, *, now: datetime) -> int:
    ids = list(_locked(session, _explained(meaning, word), most=BATCH))
    if meaning.state is not None and len(ids) < BATCH:
        ids += _locked(session, _unknown(word), most=BATCH - len(ids))
    if not ids:
        return 0
    values = {
        "status": meaning.state or ShipmentState.UNKNOWN.value,
        "explained_by": meaning.id if meaning.state is not None else None,
    }
    statement = update(TrackingEvent).where(TrackingEvent.id.in_(ids)).values(values)
    pairs = session.execute(statement.returning(TrackingEvent.carrier, TrackingEvent.number)).all()
    mark_dirty(session, {(carrier, number) for carrier, number in pairs}, now=now)
    return len(ids)


def _explained(meaning: WordMeaning, word: CarrierWord) -> Select[Any]:
    """Scans that have their status by something that was said of the word before."""
    earlier = select(WordMeaning.id).where(WordMeaning.id < meaning.id, *_same(word))
    return select(TrackingEvent.id).where(TrackingEvent.explained_by.in_(earlier))


def _unknown(word: CarrierWord) -> Select[Any]:
    """Scans of the word that mean nothing to us."""
    named = TrackingEvent.code == word.code if word.code else TrackingEvent.description == word.words
    bare = [] if word.code else [TrackingEvent.code.is_(None)]
    return select(TrackingEvent.id).where(
        TrackingEvent.status == ShipmentState.UNKNOWN,
        TrackingEvent.explained_by.is_(None),
        TrackingEvent.carrier == word.carrier,
        named,
        *bare,
    )


def _same(word: CarrierWord) -> tuple[ColumnElement[bool], ...]:
    return (
        WordMeaning.carrier == word.carrier,
        WordMeaning.code.is_not_distinct_from(word.code),
        WordMeaning.words.is_not_distinct_from(word.words),
    )


def _locked(session: Session, rows: Select[Any], *, most: int) -> Sequence[int]:
    # In the order in which scans are written: two that want the same rows never wait for each other crosswise.
    ordered = rows.order_by(TrackingEvent.carrier, TrackingEvent.number, TrackingEvent.identity).limit(most)
    return session.scalars(ordered.with_for_update()).all()
