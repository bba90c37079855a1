"""A person's rows as documents: every column that an export shows, by the claims of the rooms."""

import base64
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.personal.claims import TableClaim


def documents(session: Session, claim: TableClaim, which: ColumnElement[bool]) -> Iterator[dict[str, Any]]:
    """These rows in the order of their keys, as JSON has them, without secrets, digests and the shop's people."""
    # Who of the shop did something is that person's own, and a secret would open what it guards.
    claimed = claim.claimed
    shown = [column for column in claim.table.columns if claimed.get(column.name) in ("plain", "personal")]
    statement = select(*shown).where(which).order_by(*claim.table.primary_key.columns)
    for row in session.execute(statement):
        yield {column.name: _plain(cell) for column, cell in zip(shown, row, strict=True)}


def _plain(cell: Any) -> Any:
    if isinstance(cell, (datetime, date)):
        return cell.isoformat()
    # A label is a file: whoever reads JSON by a program can write it out again.
    if isinstance(cell, (bytes, memoryview)):
        return base64.b64encode(bytes(cell)).decode()
    return cell
