"""Writing the audit trail, and checking its chain."""

import getpass
import hashlib
import json
import os
from collections.abc import Iterator
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import Row, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.audit.models import AuditRow
from app.core.db import at_commit

# «audt»: a number that no other advisory lock has.
CHAIN_LOCK = 0x61756474
STAFF, API, CLI, CUSTOMER = "staff:", "api:", "cli:", "customer:"
# Last acts are done in the order of their keys: the rows of one transaction stand as they were recorded.
_turns = count()


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
    """Have one row appended by the caller's transaction; an ``actor`` without a prefix is a member of staff.

    It is written as a last act before the commit: the rows form one chain, so that writers wait for each other.
    """
    facts = {
        "at": now,
        "actor": actor if actor.startswith((STAFF, API, CLI, CUSTOMER)) else STAFF + actor,
        "action": action,
        "order_id": order_id,
        "subject": subject,
        "detail": detail or {},
    }
    at_commit(session, f"audit:{next(_turns):012}", lambda committing: _append(committing, facts))


def operator() -> str:
    """Who runs a command: the user of this machine."""
    try:
        return CLI + getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        return f"{CLI}{os.getuid()}"


def reason(text: str | None) -> dict[str, str]:
    """That a reason was given, and a digest by which the text, kept in the subject's own row, can be told to be it.

    The words themselves may name a person; the trail is never erased.
    """
    return {"reason_sha256": hashlib.sha256(text.encode()).hexdigest()} if text else {}


def first_broken(session: Session, *, newest: int | None = None) -> int | None:
    """The id of the first row that was changed or whose forerunner is gone; None when the chain holds.

    ``newest`` looks at so many of the last rows only: enough for a page, where the whole trail is for the command.
    """
    previous: bytes | None = None
    is_first = newest is not None
    for row in _rows(session, newest):
        follows = is_first or row.previous_hash == previous
        if not follows or row.hash != _hash(row._mapping):
            return int(row.id)
        previous, is_first = row.hash, False
    return None


def _rows(session: Session, newest: int | None) -> Iterator[Row[Any]]:
    statement = select(*AuditRow.__table__.columns).order_by(AuditRow.id)
    if newest is not None:
        last = select(AuditRow.id).order_by(AuditRow.id.desc()).limit(newest)
        statement = statement.where(AuditRow.id.in_(last))
    yield from session.execute(statement.execution_options(yield_per=1000))


def _append(session: Session, facts: dict[str, Any]) -> None:
    # Two at once would both follow the same row, and the chain would fork; the lock goes with the transaction.
    session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": CHAIN_LOCK})
    previous = session.scalar(select(AuditRow.hash).order_by(AuditRow.id.desc()).limit(1))
    row = {**facts, "previous_hash": previous}
    session.execute(insert(AuditRow).values(**row, hash=_hash(row)))


def _hash(row: Any) -> bytes:
    # The same bytes when read back: jsonb keeps no order of keys, and an instant's text depends on the session's zone.
    facts = [row["at"].timestamp(), *(row[name] for name in ("actor", "action", "order_id", "subject", "detail"))]
    written = json.dumps(facts, sort_keys=True, ensure_ascii=True).encode()
    return hashlib.sha256((row["previous_hash"] or b"") + written).digest()
