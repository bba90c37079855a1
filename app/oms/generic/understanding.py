"""Understanding what came through the doors: a stored delivery becomes an order, or is kept with the reason why not."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json
from sqlalchemy.exc import DataError
from sqlalchemy.orm import Session

from app.core.errors import Invalid
from app.events import inbox
from app.events.inbox import Delivery, NeverUnderstood
from app.oms.intake import receive_order
from app.orders.document.document import OrderDocument
from app.orders.document.faults import faults

FAMILY = "oms"


def understand(session: Session, ids: Sequence[int], *, now: datetime) -> int:
    """Take in these leased deliveries; gives how many were understood."""
    return inbox.work(session, ids, lambda session, row: take_in(session, row, now=now), now=now)


def take_in(session: Session, row: Delivery, *, now: datetime) -> None:
    """Receive the order of one delivery. Raises NeverUnderstood with every fault."""
    try:
        receive_order(session, read_document(row.body), now=now)
    except Invalid as error:
        raise NeverUnderstood(str(error)) from error
    except DataError as error:
        raise NeverUnderstood("Something here cannot be stored.") from error


def read_document(body: bytes) -> OrderDocument:
    """The order document of a delivery, bare or as the ``data`` of an event. Raises NeverUnderstood."""
    try:
        value: Any = from_json(body, allow_inf_nan=False)
    except ValueError as error:
        raise NeverUnderstood(f"This is not JSON: {error}") from error
    under = ""
    if isinstance(value, dict) and {"type", "data"} <= set(value):
        value, under = value["data"], "/data"
    try:
        return OrderDocument.model_validate(value)
    except ValidationError as error:
        sentences = (f"#{under}{fault.pointer}: {fault.detail}" for fault in faults(error))
        raise NeverUnderstood("; ".join(sentences)) from error
