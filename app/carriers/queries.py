"""What staff may want to know of the carriers: words that nobody has explained to us yet."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.tracking.records import TrackingEventRecord
from app.tracking.states import ShipmentState


@dataclass(frozen=True, slots=True)
class UnknownWord:
    """A carrier's code that means nothing to us: one of its sentences, how often it was told, and when last."""

    carrier: str
    code: str | None
    description: str
    count: int
    last_at: datetime


def unknown_words(session: Session, *, since: datetime, limit: int = 100) -> list[UnknownWord]:
    """The codes that stayed unknown since a moment, the most frequent first."""
    count, last_at = func.count(), func.max(TrackingEventRecord.received_at)
    statement = (
        select(
            TrackingEventRecord.carrier,
            TrackingEventRecord.code,
            # One sentence is enough to understand a code by; which one is all the same.
            func.max(TrackingEventRecord.description),
            count,
            last_at,
        )
        .where(TrackingEventRecord.status == ShipmentState.UNKNOWN, TrackingEventRecord.received_at >= since)
        .group_by(TrackingEventRecord.carrier, TrackingEventRecord.code)
        .order_by(count.desc(), TrackingEventRecord.carrier, TrackingEventRecord.code)
        .limit(limit)
    )
    return [UnknownWord(*row) for row in session.execute(statement)]
