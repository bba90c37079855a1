"""Making order documents of what a system delivers; what is wrong with it is told in full, for a person."""

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from app.core.bodies.documents import Parsed, in_words, parsed, with_further
from app.core.errors import Fault, Unreadable
from app.events.inbox import NeverUnderstood
from app.orders.document.document import OrderDocument
from app.orders.document.faults import faults


def read_json(body: bytes) -> Any:
    """The JSON of a delivery. Raises NeverUnderstood."""
    content = _parsed(body)
    if content.faults:
        raise NeverUnderstood(in_words(content.faults))
    return content.value


def order_document(value: Any, *, under: str = "", beside: Sequence[Fault] = ()) -> OrderDocument:
    """The order document; ``under`` is where it stands in the delivery. Raises NeverUnderstood with every fault.

    ``beside``: what the delivery's JSON has of faults by itself.
    """
    try:
        document = OrderDocument.model_validate(value)
    except ValidationError as error:
        own = [Fault(under + fault.pointer, fault.detail) for fault in faults(error)]
        raise NeverUnderstood(in_words(with_further(beside, own))) from error
    if beside:
        raise NeverUnderstood(in_words(beside))
    return document


def read_document(body: bytes) -> OrderDocument:
    """The order document of a delivery, bare or as the ``data`` of an event. Raises NeverUnderstood."""
    content = _parsed(body)
    # An order document has neither name: only an event has both.
    if isinstance(content.value, dict) and {"type", "data"} <= set(content.value):
        return order_document(content.value["data"], under="/data", beside=content.faults)
    return order_document(content.value, beside=content.faults)


def _parsed(body: bytes) -> Parsed:
    try:
        return parsed(body)
    except Unreadable as error:
        raise NeverUnderstood(str(error)) from error
