"""Many orders at once, a few together, and a verdict for each."""

from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from datetime import datetime

from pydantic import BaseModel, Field
from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.orm import Session

from app.api.http.batches import BatchAnswer, BatchVerdict, Entry, fault_answers, under
from app.api.http.bodies import read_value
from app.core.db import in_transaction, passes, transaction
from app.core.errors import Fault, Invalid
from app.events.tries import CHUNK
from app.oms.intake import OrderReceived, receive_order, receive_orders
from app.orders.document.document import OrderDocument
from app.orders.document.notes import Note

UNSTORABLE = "Something here cannot be stored"
BUSY = "Others hold this order just now; send it again"


class NoteAnswer(BaseModel):
    """What was set right in a document, or set aside, where: ``was`` stood there."""

    pointer: str
    kind: str
    detail: str
    was: str | None = None


class OrderVerdict(BaseModel):
    """What came of one document: ``applied`` is false when the one held is newer; ``notes`` are of the one held."""

    number: str
    ref: str
    applied: bool
    created: bool
    notes: list[NoteAnswer] = Field(default_factory=list)


class OrderBatchVerdict(BatchVerdict):
    """What came of one document of a batch."""

    number: str | None
    ref: str | None = None
    applied: bool = False
    created: bool = False
    notes: list[NoteAnswer] = Field(default_factory=list)


class OrderBatchAnswer(BatchAnswer):
    """What came of a batch of orders."""

    results: list[OrderBatchVerdict]


def order_verdict(received: OrderReceived) -> OrderVerdict:
    """What came of one document that could be stored."""
    order, notes = received.order, note_answers(received.order.notes)
    return OrderVerdict(
        number=order.number, ref=order.ref, applied=received.applied, created=received.created, notes=notes
    )


def note_answers(notes: Iterable[Note]) -> list[NoteAnswer]:
    """Notes as the interface tells them; systems read English."""
    return [NoteAnswer(pointer=f"#{note.pointer}", kind=note.kind, detail=note.detail, was=note.was) for note in notes]


def take_orders(session: Session, entries: Sequence[Entry], *, now: datetime) -> list[OrderBatchVerdict]:
    """Take in what can be read and stored, whatever becomes of the others.

    They are committed by the twenty, so that nobody waits for five hundred orders and a verdict, once given, stands.
    """
    verdicts: dict[int, OrderBatchVerdict] = {}
    documents: dict[int, OrderDocument] = {}
    for at, entry in enumerate(entries):
        try:
            documents[at] = read_value(entry.value, OrderDocument, entry.faults)
        except Invalid as error:
            verdicts[at] = _refused(at, entry, under(entry.under, error.faults))
    readable = list(documents)
    for start in range(0, len(readable), CHUNK):
        chunk = {at: documents[at] for at in readable[start : start + CHUNK]}
        verdicts |= _take_together(session, chunk, now=now)
        # As they were sent: two documents of one order keep their order.
        for at in sorted(chunk.keys() - verdicts.keys()):
            verdicts[at] = _take(session, at, entries[at], documents[at], now=now)
    return [verdicts[at] for at in range(len(entries))]


def _take_together(
    session: Session, documents: dict[int, OrderDocument], *, now: datetime
) -> dict[int, OrderBatchVerdict]:
    """One document of each order. When one cannot be stored none is: one by one it will be found."""
    positions = list(documents)
    try:
        with transaction(session):
            outcomes = receive_orders(session, list(documents.values()), now=now)
            return {positions[at]: _taken(positions[at], received) for at, received in outcomes.items()}
    except Invalid:
        return {}
    except DBAPIError as error:
        # Which of them it was, nobody knows, and the others must not suffer: each is tried by itself.
        if isinstance(error, DataError) or passes(error):
            return {}
        raise


def _take(session: Session, at: int, entry: Entry, document: OrderDocument, *, now: datetime) -> OrderBatchVerdict:
    """One document in a transaction of its own; one that others stand in the way of is said to be busy."""
    try:
        # In the request's own session: a second one would take a second connection.
        return in_transaction(
            lambda: nullcontext(session), lambda own: _taken(at, receive_order(own, document, now=now))
        )
    except Invalid as error:
        return _refused(at, entry, under(entry.under, error.faults))
    except DataError:
        return _refused(at, entry, [Fault(entry.under, UNSTORABLE)])
    except DBAPIError as error:
        if not passes(error):
            raise
        return _refused(at, entry, [Fault(entry.under, BUSY)], status=503)


def _taken(at: int, received: OrderReceived) -> OrderBatchVerdict:
    verdict = order_verdict(received)
    return OrderBatchVerdict(index=at, status=201 if verdict.created else 200, **verdict.model_dump())


def _refused(at: int, entry: Entry, faults: list[Fault], *, status: int = 422) -> OrderBatchVerdict:
    number = entry.value.get("number") if isinstance(entry.value, dict) else None
    # The sender's own word, so that it can be found there, but not at any length.
    shown_number = number[:64] if isinstance(number, str) else None
    return OrderBatchVerdict(index=at, status=status, number=shown_number, errors=fault_answers(faults))
