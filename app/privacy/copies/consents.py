"""Proof of consent to texts: wording, language, where and when, for one person or for all."""

import csv
import io
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.notify.kinds import Channel
from app.notify.preferences.suppression import recipient_key
from app.notify.records import SmsConsentRecord
from app.personal.claims import DataSubject

COLUMNS = ("said_at", "agreed", "wording", "locale", "source", "recipient")


def of_person(session: Session, person: DataSubject) -> list[SmsConsentRecord]:
    """Every word about texts that came from this person's numbers, the newest first."""
    keys = [recipient_key(person.key, Channel.SMS, phone) for phone in person.phones]
    statement = select(SmsConsentRecord).where(SmsConsentRecord.recipient_hash.in_(keys))
    return list(session.scalars(statement.order_by(SmsConsentRecord.id.desc())))


def every(session: Session) -> Iterator[str]:
    """All of them as CSV, the oldest first; ``recipient`` is the digest that stands for a number."""
    yield _line(COLUMNS)
    statement = select(SmsConsentRecord).order_by(SmsConsentRecord.id).execution_options(yield_per=1000)
    for row in session.scalars(statement):
        cells = (row.said_at.isoformat(), "yes" if row.agreed else "no", row.wording, row.locale, row.source)
        yield _line((*cells, row.recipient_hash.hex()))


def _line(cells: tuple[str, ...]) -> str:
    line = io.StringIO()
    # A spreadsheet would run what begins like a formula, and a wording may be what a customer wrote.
    csv.writer(line).writerow([f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell for cell in cells])
    return line.getvalue()
