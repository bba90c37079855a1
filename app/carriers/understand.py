"""Understanding what came through the carriers' doors: raw bytes to events, or a hint to go and ask."""

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
from app.queue import defer
from app.tracking.services import record_report

JOB = "understand_carriers"


def understand(session: Session, *, limit: int, now: datetime) -> int:
    """Take in up to ``limit`` waiting deliveries, each in a savepoint of its own; gives how many were looked at.

    A delivery that cannot be read is dead at once, with the reason; one that fails is tried again, five times in all,
    and never holds up another.
    """
    rows = inbox.claim(session, "carriers", limit=limit, now=now)
    for row in rows:
        try:
            with session.begin_nested():
                take_in(session, row, now=now)
            inbox.done(row, now=now)
        except (Unreadable, UnknownCarrier) as error:
            inbox.dead(row, error=str(error), now=now)
        except Exception as error:  # poison: kept with its reason, tried again later
            inbox.failed(row, error=f"{type(error).__name__}: {error}", now=now)
            if row.state == "new":
                defer(session, JOB, at=row.next_try_at)
        session.flush()
    return len(rows)


def take_in(session: Session, row: InboxRow, *, now: datetime) -> None:
    """Record what a believed source says; of the others, only go and ask. Raises Unreadable."""
    door = DOORS[row.door.partition(":")[2]]
    if door.believed:
        _record(session, door.source, row.body, now=now)
    else:
        ask_soon(session, _hinted(row.body), now=now)


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
