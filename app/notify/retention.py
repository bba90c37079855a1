"""What waits and must not leave: to a person who is erased, or out of a backup that was put back."""

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


def hold(session: Session, *, now: datetime) -> int:
    """Put what waits in a person's hands: it may have been sent after the backup was made. Gives how many."""
    # Without a lease nobody asks the provider: it answers for tries, and of these ours are not known any more.
    held = {"state": "in_doubt", "reason": "restored", "lease_until": None, "attempt_token": None}
    waiting = update(Message).where(Message.state.in_(("created", "sending"))).values(held)
    return len(session.scalars(waiting.returning(Message.id)).all())
