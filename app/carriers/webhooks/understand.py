"""Understanding what came through the carriers' endpoints: raw bytes to events, or a hint to go and ask."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element

from sqlalchemy.orm import Session

from app.carriers.base.documents import read
from app.carriers.base.parsing import UnknownCarrier, parse
from app.carriers.polling.polling import ask_soon
from app.carriers.polling.shipped_names import as_shipped
from app.carriers.webhooks.endpoints import at
from app.core.errors import Unreadable
from app.events import inbox
from app.events.inbox import Delivery
from app.tracking.ingest.erased import of_erased
from app.tracking.ingest.identity import normalised_number
from app.tracking.services import record_report

# A hint costs a question to the carrier: a made-up list of them must not eat its budget.
MAX_NUMBERS = 500
_LIKE_A_NUMBER = re.compile(r"(?=.*\d)[A-Z0-9-]{6,40}")


def numbers_in(document: Any) -> set[str]:
    """Every text in a document that could be a tracking number, whatever its shape; we ask only about those we know."""
    numbers: set[str] = set()
    waiting = [document]
    while waiting and len(numbers) < MAX_NUMBERS:
        node = waiting.pop()
        waiting += _below(node)
        text = normalised_number(str(node)) if isinstance(node, str | int) and not isinstance(node, bool) else ""
        if _LIKE_A_NUMBER.fullmatch(text):
            numbers.add(text)
    return numbers


def _below(node: Any) -> list[Any]:
    if isinstance(node, dict):
        return list(node.values())
    if isinstance(node, Element):
        return [*node, *node.attrib.values(), node.text or ""]
    return node if isinstance(node, list) else []


FAMILY = "carriers"


def understand(session: Session, ids: Sequence[int], *, now: datetime) -> int:
    """Take in these leased deliveries; gives how many were understood."""
    return inbox.work(session, ids, lambda session, row: take_in(session, row, now=now), now=now)


def take_in(session: Session, row: Delivery, *, now: datetime) -> None:
    """Record what a believed source says; of the others, only go and ask. Raises NeverUnderstood."""
    source = row.endpoint.partition(":")[2]
    pushes = at(source)
    if pushes is None:
        # Tried again, and replayed once dead: its package may only be missing from this worker.
        raise LookupError(f"No carrier pushes as «{source}».")
    carrier, endpoint = pushes
    try:
        if endpoint.believed:
            _record(session, carrier.name, row.body, now=now)
        else:
            hinted = _hinted(row.body)
            # Of an erased customer's parcel not even the bytes may stay; that is noted by asking.
            of_erased(session, hinted)
            ask_soon(session, hinted, now=now)
    except (Unreadable, UnknownCarrier) as error:
        raise inbox.NeverUnderstood(str(error)) from error


def _record(session: Session, source: str, body: bytes, *, now: datetime) -> None:
    reports = [report for report in parse(source, body, now=now) if report.number]
    if not reports:
        raise Unreadable("The delivery names no tracking number.")
    for report in as_shipped(session, reports):
        record_report(session, report, source=f"push:{source}", now=now)


def _hinted(body: bytes) -> set[str]:
    numbers = numbers_in(read(body))
    if not numbers:
        raise Unreadable("The delivery names nothing like a tracking number.")
    return numbers
