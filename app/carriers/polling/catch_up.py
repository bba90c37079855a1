"""After an outage every live shipment is asked about: pushes of that time may be lost for good."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.events.firings import last_due
from app.tracking.turns import ask_all

# As the schedule calls it: its firings show for how long the clock stood still.
JOB = "catch_up_carriers"
# Twice the time between two firings: one that came late is no outage.
OUTAGE = timedelta(minutes=10)
# Milliseconds of work: who folds one of these shipments meanwhile hardly waits.
PAGE = 200


def was_away(session: Session) -> bool:
    """Whether the clock, which fires this every five minutes, had stood still for more than ten before it."""
    # The turn that fires now, and the one before it.
    turns = last_due(session, JOB, count=2)
    return len(turns) == 2 and turns[0] - turns[1] > OUTAGE


def catch_up(session: Session, *, now: datetime, after: int = 0) -> int | None:
    """A page of the live shipments is due, spread over half an hour; gives the last one's id, None at the end.

    The caller commits after each page. Rows are locked by id, as everybody locks them.
    """
    ids = ask_all(session, after=after, limit=PAGE, now=now)
    return ids[-1] if len(ids) == PAGE else None
