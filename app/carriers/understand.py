"""Understanding what came through the carriers' doors: raw bytes to events, or a hint to go and ask."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.carriers.documents import Unreadable, read
from app.carriers.doors import DOORS
from app.carriers.hints import numbers_in
from app.carriers.parsing import UnknownCarrier, parse
from app.carriers.polling import ask_soon
from app.carriers.shipped_names import as_shipped
from app.events import inbox
from app.events.models import InboxRow
from app.tracking.services import record_report

FAMILY = "carriers"


def understand(session: Session, ids: Sequence[int], *, now: datetime) -> int:
    """Take in these leased deliveries; gives how many were understood."""
    return inbox.work(session, ids, lambda session, row: take_in(session, row, now=now), now=now)


def take_in(session: Session, row: InboxRow, *, now: datetime) -> None:
    """Record what a believed source says; of the others, only go and ask. Raises NeverUnderstood."""
    door = DOORS[row.door.partition(":")[2]]
    try:
        if door.believed:
            _record(session, door.source, row.body, now=now)
        else:
            ask_soon(session, _hinted(row.body), now=now)
    except (Unreadable, UnknownCarrier) as error:
        raise inbox.NeverUnderstood(str(error)) from error


def _record(session: Session, source: str, body: bytes, *, now: datetime) -> None:
    reports = [report for report in parse(source, body, now=now) if report.number]
    if not reports:
        raise Unreadable("The delivery names no tracking number.")
    for report in as_shipped(session, reports):
        record_report(session, report, source=f"push:{source}", now=now)


def _hinted(body: bytes) -> set[str]:
    numbers = numbers_in(read(body))
    if not numbers:
        raise Unreadable("The delivery names nothing like a tracking number.")
    return numbers
