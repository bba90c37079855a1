"""What a delivery of the generic webhook holds: an order document, or everything that is wrong with it."""

from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json

from app.events.inbox import NeverUnderstood
from app.orders.document.document import OrderDocument
from app.orders.document.faults import faults


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
        found = (f"#{under}{fault.pointer}: {fault.detail}" for fault in faults(error))
        raise NeverUnderstood("; ".join(found)) from error
