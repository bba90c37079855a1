"""After an outage every live shipment is asked about: pushes of that time may be lost for good."""

from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.events.models import Firing
from app.tracking.models import Shipment

JOB = "catch_up_carriers"
OUTAGE = timedelta(minutes=10)
SPREAD = timedelta(minutes=30)


def after_outage(session: Session, *, now: datetime) -> int:
    """Run by the clock every five minutes: when the turn before is over ten minutes older, ``catch_up``."""
    turns = session.scalars(
        select(Firing.due_at).where(Firing.job == JOB).order_by(Firing.due_at.desc()).limit(2)
    ).all()
    away = len(turns) == 2 and turns[0] - turns[1] > OUTAGE
    return catch_up(session, now=now) if away else 0


def catch_up(session: Session, *, now: datetime) -> int:
    """Every live shipment is due, spread over half an hour. Gives how many there are."""
    statement = (
        update(Shipment)
        .where(Shipment.finished_at.is_(None), Shipment.number.is_not(None), Shipment.carrier.is_not(None))
        .values(next_poll_at=now + func.random() * SPREAD, polled_at=None)
    )
    due: int = session.connection().execute(statement).rowcount
    return due
