"""Making order documents of what a system delivers; what is wrong with it is told in full, for a person."""

from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json

from app.events.inbox import NeverUnderstood
from app.orders.document.document import OrderDocument
from app.orders.document.faults import faults


def read_json(body: bytes) -> Any:
    """The JSON of a delivery. Raises NeverUnderstood."""
    try:
        return from_json(body, allow_inf_nan=False)
    except ValueError as error:
        raise NeverUnderstood(f"This is not JSON: {error}") from error


def order_document(value: Any, *, under: str = "") -> OrderDocument:
    """The order document; ``under`` is where it stands in the delivery. Raises NeverUnderstood with every fault."""
    try:
        return OrderDocument.model_validate(value)
    except ValidationError as error:
        sentences = (f"#{under}{fault.pointer}: {fault.detail}" for fault in faults(error))
        raise NeverUnderstood("; ".join(sentences)) from error


def read_document(body: bytes) -> OrderDocument:
    """The order document of a delivery, bare or as the ``data`` of an event. Raises NeverUnderstood."""
    value = read_json(body)
    # An order document has neither name: only an event has both.
    if isinstance(value, dict) and {"type", "data"} <= set(value):
        return order_document(value["data"], under="/data")
    return order_document(value)
