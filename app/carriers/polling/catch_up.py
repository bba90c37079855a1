"""After an outage every live shipment is asked about: pushes of that time may be lost for good."""

from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.events.firings import last_due
from app.tracking.records import ShipmentRecord

JOB = "catch_up_carriers"
OUTAGE = timedelta(minutes=10)
SPREAD = timedelta(minutes=30)
# Milliseconds of work: who folds one of these shipments meanwhile hardly waits.
PAGE = 200


def was_away(session: Session) -> bool:
    """Whether the clock, which fires this every five minutes, had stood still for more than ten before it."""
    turns = last_due(session, JOB, count=2)
    return len(turns) == 2 and turns[0] - turns[1] > OUTAGE


def catch_up(session: Session, *, now: datetime, after: int = 0) -> int | None:
    """A page of the live shipments is due, spread over half an hour; gives the last one's id, None at the end.

    The caller commits after each page. Rows are locked by id, as everybody locks them.
    """
    live = select(ShipmentRecord.id).where(ShipmentRecord.finished_at.is_(None), ShipmentRecord.number.is_not(None))
    page = (
        live.where(ShipmentRecord.carrier.is_not(None), ShipmentRecord.id > after)
        .order_by(ShipmentRecord.id)
        .limit(PAGE)
    )
    ids = session.scalars(page.with_for_update(key_share=True)).all()
    due = {"next_poll_at": now + func.random() * SPREAD, "polled_at": None}
    statement = update(ShipmentRecord).where(ShipmentRecord.id.in_(ids)).values(due)
    session.execute(statement, execution_options={"synchronize_session": False})
    return ids[-1] if len(ids) == PAGE else None
