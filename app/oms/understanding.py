"""Understanding what systems delivered: its orders are received, or it is kept with the reason why not."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.exc import DataError
from sqlalchemy.orm import Session

from app.core.bodies.documents import in_words
from app.core.errors import Invalid
from app.core.parts import SYSTEMS, declared
from app.events import inbox
from app.events.inbox import Delivery, NeverUnderstood
from app.oms.intake import receive_order
from app.oms.ports import System

FAMILY = "oms"


def understand(session: Session, ids: Sequence[int], *, now: datetime) -> int:
    """Take in these leased deliveries; gives how many were understood."""
    return inbox.work(session, ids, lambda session, row: take_in(session, row, now=now), now=now)


def take_in(session: Session, row: Delivery, *, now: datetime) -> None:
    """Receive the orders of one delivery, all or none. Raises NeverUnderstood with every fault."""
    system = declared(SYSTEMS, System).get(row.endpoint.partition(":")[2])
    if system is None or system.webhook is None:
        raise NeverUnderstood("The system that sent this is not installed.")
    try:
        for document in system.webhook.documents(row.body):
            receive_order(session, document, now=now)
    except Invalid as error:
        raise NeverUnderstood(in_words(error.faults)) from error
    # The same again would fail again: a person has to look.
    except DataError as error:
        raise NeverUnderstood("Something here cannot be stored.") from error
