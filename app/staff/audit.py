"""The audit trail: who did or saw what, each row chained to the one before by its hash."""

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.staff.models import AuditRow

CHAIN_LOCK = 0x61756474


def record(
    session: Session,
    *,
    actor: str,
    action: str,
    order_id: int | None = None,
    subject: str | None = None,
    detail: dict[str, Any] | None = None,
    now: datetime,
) -> None:
    """Append one row in the caller's transaction; writers wait for each other so that the chain has no fork."""
    session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": CHAIN_LOCK})
    previous = session.scalar(select(AuditRow.hash).order_by(AuditRow.id.desc()).limit(1))
    row = AuditRow(
        at=now,
        actor=actor,
        action=action,
        order_id=order_id,
        subject=subject,
        detail=detail or {},
        previous_hash=previous,
    )
    row.hash = _hash(row)
    session.add(row)
    session.flush()


def first_broken(session: Session, *, newest: int | None = None) -> int | None:
    """The id of the first row that was changed or whose forerunner is gone; None when the chain holds.

    ``newest`` looks at so many of the last rows only: enough for a page, where the whole trail is for the command.
    """
    statement = select(AuditRow)
    if newest is not None:
        last = select(AuditRow.id).order_by(AuditRow.id.desc()).limit(newest)
        statement = statement.where(AuditRow.id.in_(last))
    previous: bytes | None = None
    is_first = newest is not None
    for row in session.scalars(statement.order_by(AuditRow.id)).yield_per(1000):
        follows = is_first or row.previous_hash == previous
        if not follows or row.hash != _hash(row):
            return row.id
        previous, is_first = row.hash, False
    return None


def _hash(row: AuditRow) -> bytes:
    facts = [row.at.timestamp(), row.actor, row.action, row.order_id, row.subject, row.detail]
    written = json.dumps(facts, sort_keys=True, ensure_ascii=True).encode()
    return hashlib.sha256((row.previous_hash or b"") + written).digest()
