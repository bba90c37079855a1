"""Erasing a person: what waits stops, proofs are sealed, personal columns are blanked, digests bar the way back."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, false, func, or_, select, update
from sqlalchemy.orm import Session

from app.core.queue import forget_named
from app.core.tokens import seal
from app.orders.services import lock_order
from app.personal import tombstones
from app.personal.claims import DataSubject, TableClaim, claims, rooms
from app.privacy.copies.rows import documents
from app.privacy.models import RetainedRow
from app.privacy.people import marks_of
from app.privacy.terms import days_of

# Rows of these are locked in this order by everybody.
_LOCK_ORDER = ("order", "shipment", "return", "refund")


@dataclass(frozen=True, slots=True)
class Erased:
    """What went, in rows by table, what stays by law likewise, and the digests that bar the way back."""

    counts: dict[str, int] = field(default_factory=dict)
    staying: dict[str, int] = field(default_factory=dict)
    marks: dict[bytes, str] = field(default_factory=dict)


def sweep(session: Session, person: DataSubject) -> dict[str, int]:
    """Blank what is found by reading through many rows; in transactions of their own, before the person is erased."""
    return {claim.table.name: count for claim in claims() if claim.apart and (count := _blank(session, claim, person))}


def erase(session: Session, person: DataSubject, *, erasure_id: int | None = None, now: datetime) -> Erased:
    """Erase this person in the caller's transaction, which holds ``tombstones.alone`` since before they were found.

    Twice changes nothing more: what is blank stays so, and counts no more.
    """
    marks = marks_of(session, person)
    # Everything that hangs on an order waits for its row.
    for order_id in sorted({*person.order_ids, *person.named_in}):
        lock_order(session, order_id)
    for room in rooms().values():
        if room.close is not None:
            room.close(session, person, now=now)
    counts: Counter[str] = Counter()
    staying: Counter[str] = Counter()
    for claim in _in_order():
        if claim.retained is not None:
            staying[claim.table.name] += _retain(session, claim, person, erasure_id, now=now)
        counts[claim.table.name] += _blank(session, claim, person)
    counts["jobs"] = forget_named(session, sorted(person.words))
    tombstones.bury(session, marks, now=now)
    # Rows were changed past the session's own objects.
    session.expire_all()
    return Erased(_more(counts), _more(staying), marks)


def foreseen(session: Session, person: DataSubject) -> Erased:
    """What would go and what would stay, without doing it."""
    counts, staying = {}, {}
    for claim in claims():
        if claim.of is not None and (claim.personal or claim.deleted) and not claim.apart:
            which = claim.of(session, person)
            rows = session.scalar(select(func.count()).where(which if claim.deleted else which & unlike(claim))) or 0
            counts[claim.table.name] = rows
            if claim.retained is not None:
                staying[claim.table.name] = rows
    return Erased(_more(counts), _more(staying))


def blanks(claim: TableClaim) -> dict[ColumnElement[Any], Any]:
    """What stands in each personal column afterwards."""
    by_name = {column.name: column for column in claim.table.columns}
    return {by_name[name]: use.blank for name, use in claim.personal.items()}


def unlike(claim: TableClaim) -> ColumnElement[bool]:
    """Whether a row still says something of a person."""
    return or_(false(), *(column.is_distinct_from(blank) for column, blank in blanks(claim).items()))


def _in_order() -> list[TableClaim]:
    """Every claim with something to erase, those whose locks have an order first."""
    chosen = [one for one in claims() if one.of is not None and (one.personal or one.deleted)]
    return sorted(
        chosen, key=lambda one: _LOCK_ORDER.index(one.table.name) if one.table.name in _LOCK_ORDER else len(_LOCK_ORDER)
    )


def _blank(session: Session, claim: TableClaim, person: DataSubject) -> int:
    """Blank or delete the person's rows; gives how many said anything of them."""
    if claim.of is None:
        return 0
    which = claim.of(session, person)
    keys = list(claim.table.primary_key.columns)
    chosen = which if claim.deleted else which & unlike(claim)
    # Locked by their keys first, so that two who erase never wait for each other crosswise.
    rows = session.execute(select(*keys).where(chosen).order_by(*keys).with_for_update(of=claim.table)).all()
    if not rows:
        return 0
    statement = delete(claim.table) if claim.deleted else update(claim.table).values(blanks(claim))
    session.execute(statement.where(_among(keys, rows)), execution_options={"synchronize_session": False})
    return len(rows)


def _among(keys: Sequence[Any], rows: Sequence[Any]) -> ColumnElement[bool]:
    if len(keys) == 1:
        return keys[0].in_([row[0] for row in rows])  # type: ignore[no-any-return]
    return or_(false(), *(func.row(*keys) == func.row(*row) for row in rows))


def _retain(session: Session, claim: TableClaim, person: DataSubject, erasure_id: int | None, *, now: datetime) -> int:
    """Seal what the law wants kept, once, until its day."""
    retained, which = claim.retained, claim.of
    if retained is None or which is None:
        return 0
    days = days_of(session, retained.term)
    kept_rows = 0
    for document in documents(session, claim, which(session, person) & unlike(claim)):
        since = datetime.fromisoformat(document[retained.since])
        until = since + timedelta(days=days)
        if until <= now:
            continue
        session.add(
            RetainedRow(
                erasure_id=erasure_id,
                source=claim.table.name,
                row_id=document["id"],
                reason=retained.reason,
                sealed=seal(person.key, json.dumps(document, ensure_ascii=False)),
                kept_at=now,
                gone_at=until,
            )
        )
        kept_rows += 1
    session.flush()
    return kept_rows


def _more(counts: dict[str, int] | Counter[str]) -> dict[str, int]:
    return {name: count for name, count in sorted(counts.items()) if count}
