"""What waits to be sent to a person who is erased never leaves; how long the rest is kept, ``personal.py`` says."""

from datetime import datetime

from sqlalchemy import Select, update
from sqlalchemy.orm import Session

from app.notify.models import Message


def stop(session: Session, chosen: Select[int], *, now: datetime) -> None:
    """Skip those of the chosen messages that have not left yet."""
    # What waits would leave to nobody: its address goes in the same transaction.
    waiting = {"state": "skipped", "reason": "erased", "settled_at": now}
    statement = update(Message).where(Message.id.in_(chosen), Message.state == "created").values(waiting)
    session.execute(statement, execution_options={"synchronize_session": False})
