"""What others may read of requests to erase."""

from datetime import datetime

from app.core.tables.records import Read, Record
from app.privacy.models import Erasure


class ErasureRecord(Record):
    """A request to erase one person; ``state``: asked, done, cancelled. Whom it is about is not told."""

    __table__ = Erasure.__table__

    id: Read[int]
    ref: Read[str]
    state: Read[str]
    asked_by: Read[str]
    asked_at: Read[datetime]
    due_at: Read[datetime]
    ended_at: Read[datetime | None]
    counts: Read[dict[str, int]]
    staying: Read[dict[str, int]]
