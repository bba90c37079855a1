"""After an outage every live shipment is asked about: pushes of that time may be lost for good."""

from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.events.models import Firing
from app.tracking.models import Shipment

JOB = "catch_up_carriers"
OUTAGE = timedelta(minutes=10)
SPREAD = timedelta(minutes=30)
# Milliseconds of work: who folds one of these shipments meanwhile hardly waits.
PAGE = 200


def was_away(session: Session) -> bool:
    """Whether the clock, which fires this every five minutes, had stood still for more than ten before it."""
    turns = session.scalars(
        select(Firing.due_at).where(Firing.job == JOB).order_by(Firing.due_at.desc()).limit(2)
    ).all()
    return len(turns) == 2 and turns[0] - turns[1] > OUTAGE


def catch_up(session: Session, *, now: datetime, after: int = 0) -> int | None:
    """A page of the live shipments is due, spread over half an hour; gives the last one's id, None at the end.

    The caller commits after each page. Rows are locked by id, as everybody locks them.
    """
    live = select(Shipment.id).where(Shipment.finished_at.is_(None), Shipment.number.is_not(None))
    page = live.where(Shipment.carrier.is_not(None), Shipment.id > after).order_by(Shipment.id).limit(PAGE)
    ids = session.scalars(page.with_for_update(key_share=True)).all()
    due = {"next_poll_at": now + func.random() * SPREAD, "polled_at": None}
    statement = update(Shipment).where(Shipment.id.in_(ids)).values(due)
    session.execute(statement, execution_options={"synchronize_session": False})
    return ids[-1] if len(ids) == PAGE else None
