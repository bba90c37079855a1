"""Reading the audit trail: by person, action and days, a page of it or all of it as a file."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from app.audit.records import AuditRecord
from app.audit.trail import API, CLI, CUSTOMER, STAFF

COLUMNS = ("id", "at", "actor", "action", "order_id", "subject", "detail", "hash")
FORMS = ("csv", "ndjson")


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """Which rows: of this person, this action, from this day until that one, days by the clock of ``zone``."""

    actor: str = ""
    action: str = ""
    first: date | None = None
    last: date | None = None
    zone: str = "UTC"

    def statement(self) -> Select[AuditRecord]:
        """Those rows, in no order yet."""
        statement = select(AuditRecord)
        if self.actor:
            statement = statement.where(or_(*(AuditRecord.actor == spelling for spelling in _spellings(self.actor))))
        if self.action:
            statement = statement.where(AuditRecord.action == self.action)
        # At either end of the calendar a day has no neighbour, and no row lies beyond it.
        if self.first is not None and self.first > date.min:
            statement = statement.where(AuditRecord.at >= self._start(self.first))
        if self.last is not None and date.min < self.last < date.max - timedelta(days=1):
            statement = statement.where(AuditRecord.at < self._start(self.last + timedelta(days=1)))
        return statement

    def facts(self) -> dict[str, str]:
        """As the trail tells what was exported."""
        filters = {"actor": self.actor, "action": self.action, "from": self.first, "until": self.last}
        return {name: str(value) for name, value in filters.items() if value}

    def _start(self, day: date) -> datetime:
        return datetime.combine(day, time(), ZoneInfo(self.zone)).astimezone(UTC)


def page(session: Session, query: AuditQuery, *, before: int | None, size: int) -> list[AuditRecord]:
    """The newest rows that fit, one more than ``size`` where there are more."""
    # Pages begin by id, not by a number of rows: the trail grows while somebody reads it.
    statement = query.statement().order_by(AuditRecord.id.desc()).limit(size + 1)
    return list(session.scalars(statement if before is None else statement.where(AuditRecord.id < before)))


def export(session: Session, query: AuditQuery, form: str) -> Iterator[str]:
    """All rows that fit, the oldest first, a line each, as CSV or NDJSON."""
    # The trail is never emptied: read in parts, or years of it would stand in memory at once.
    rows = session.scalars(query.statement().order_by(AuditRecord.id).execution_options(yield_per=1000))
    if form == "csv":
        yield _csv_line(COLUMNS)
    for row in rows:
        document = {name: getattr(row, name) for name in COLUMNS}
        document |= {"at": row.at.astimezone(UTC).isoformat(), "hash": row.hash.hex()}
        if form == "csv":
            yield _csv_line([_cell(document[name]) for name in COLUMNS])
        else:
            yield json.dumps(document, ensure_ascii=False) + "\n"


def _spellings(actor: str) -> list[str]:
    """An address alone is a member of staff; the first rows of all name them without a prefix."""
    return [actor] if actor.startswith((STAFF, API, CLI, CUSTOMER)) else [actor.lower(), STAFF + actor.lower()]


def _cell(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else "" if value is None else str(value)
    # A spreadsheet would run what begins like a formula.
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _csv_line(cells: Iterable[object]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()
