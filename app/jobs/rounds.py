"""The rounds of the raw inbox and of the listeners: what each job of theirs takes, does, and says of what failed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from app.core.clock import utcnow
from app.events import inbox, log
from app.events.kinds import Listener
from app.events.tries import CHUNK
from app.jobs.engine import Rounds, work_off


class Work(Protocol):
    """Does leased rows at an instant."""

    def __call__(self, session: Session, ids: Sequence[int], *, now: datetime) -> int:
        """Gives how many were done."""


def understand(family: str, work: Work) -> None:
    """Have a family's deliveries understood, each in a transaction of its own: it may lock orders and parcels."""
    rounds = Rounds(
        lease=lambda session: inbox.lease(session, family, now=utcnow()),
        work=lambda session, ids: work(session, ids, now=utcnow()),
        fail=lambda session, ids, error: inbox.fail(session, ids, error, now=utcnow()),
    )
    work_off(f"understand_{family}", rounds)


def handle_events(listener: Listener, work: Work, *, at_once: int = CHUNK) -> None:
    """Have a listener's events heard, ``at_once`` to a transaction."""
    rounds = Rounds(
        lease=lambda session: log.lease(session, listener, now=utcnow()),
        work=lambda session, ids: work(session, ids, now=utcnow()),
        fail=lambda session, ids, error: log.fail(session, listener, ids, error, now=utcnow()),
        at_once=at_once,
    )
    work_off(f"hear_{listener}", rounds)
