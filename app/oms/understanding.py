"""Understanding what came through the doors: a stored delivery becomes an order, or is kept with the reason why not."""

from datetime import datetime
from typing import Any

import structlog
from pydantic import ValidationError
from pydantic_core import from_json
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.orm import Session

from app.errors import Invalid
from app.events import inbox
from app.orders.documents import OrderDocument
from app.orders.faults import faults
from app.tracking.services import receive_order

FAMILY = "oms"
log = structlog.get_logger()


class NotUnderstood(Exception):
    """The delivery cannot be read; trying again is of no use."""


def understand(session: Session, *, limit: int, now: datetime) -> int:
    """Work through deliveries that wait; how many.

    Each has its own savepoint, so that one bad one delays no other; a database that fails fails them all, for later.
    """
    rows = inbox.claim(session, FAMILY, limit=limit, now=now)
    for row in rows:
        try:
            with session.begin_nested():
                receive_order(session, read_document(row.body), now=now)
        except (NotUnderstood, Invalid, DataError) as error:
            inbox.dead(row, error=str(error), now=now)
        except OperationalError:
            raise
        except Exception as error:
            log.exception("a delivery cannot be understood", delivery=row.id)
            inbox.failed(row, error=type(error).__name__, now=now)
        else:
            inbox.done(row, now=now)
    return len(rows)


def read_document(body: bytes) -> OrderDocument:
    """The order document of a delivery, bare or as the ``data`` of an event. Raises NotUnderstood with every fault."""
    try:
        value: Any = from_json(body, allow_inf_nan=False)
    except ValueError as error:
        raise NotUnderstood(f"This is not JSON: {error}") from error
    under = ""
    if isinstance(value, dict) and {"type", "data"} <= set(value):
        value, under = value["data"], "/data"
    try:
        return OrderDocument.model_validate(value)
    except ValidationError as error:
        found = (f"#{under}{fault.pointer}: {fault.detail}" for fault in faults(error))
        raise NotUnderstood("; ".join(found)) from error
