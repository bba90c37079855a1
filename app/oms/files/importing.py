"""Taking orders from a file: each whole or not at all, a chunk at a time."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.exc import DataError
from sqlalchemy.orm import Session

from app.brands.queries import aliases
from app.brands.records import BrandRecord
from app.core.errors import Fault, Invalid
from app.oms.files.entries import FileOrder, LineFault
from app.oms.files.spreadsheet.columns import REASON
from app.oms.files.spreadsheet.times import ShopClocks, shop_clock
from app.oms.intake import OrderReceived, receive_order, receive_orders
from app.orders.document.document import OrderDocument
from app.orders.document.faults import faults
from app.orders.document.notes import Note
from app.orders.intake.identity import NO_BRAND

_UNSTORABLE = Fault("", "Something here cannot be stored")


@dataclass(slots=True)
class Outcome:
    """What became of one order: its word among the counts, and what is to be said of it."""

    entry: FileOrder
    word: str
    faults: list[LineFault] = field(default_factory=list)
    notes: list[LineFault] = field(default_factory=list)


@dataclass(slots=True)
class CheckedOrder:
    """An order as it was read, its document where it is one, and everything that is wrong with it."""

    entry: FileOrder
    document: OrderDocument | None
    faults: list[LineFault]


def clocks(session: Session) -> ShopClocks:
    """The clocks of all shop fronts."""
    brands = list(session.scalars(select(BrandRecord).order_by(BrandRecord.key)))
    by_key = {brand.key: shop_clock(brand.time_zone, brand.locale) for brand in brands}
    by_key |= {former: by_key[key] for former, key in aliases(session).items()}
    default = next((by_key[brand.key] for brand in brands if brand.is_default), shop_clock("UTC", "en"))
    return ShopClocks(default, by_key)


def checked(entries: Iterator[FileOrder], shops: ShopClocks, size: int) -> Iterator[list[CheckedOrder]]:
    """The orders by chunks."""
    while chunk := [_checked(entry, shops) for entry in islice(entries, size)]:
        yield chunk


def take(session: Session, chunk: Sequence[CheckedOrder], *, now: datetime) -> list[Outcome]:
    """Take the orders of a chunk; one that is refused leaves the others and the database as they are."""
    documents = {at: order.document for at, order in enumerate(chunk) if order.document is not None}
    received = _received(session, documents, now=now)
    outcomes = []
    for at, order in enumerate(chunk):
        result = received.get(at)
        if isinstance(result, OrderReceived):
            outcomes.append(Outcome(order.entry, _word(result), notes=_notes(order, result)))
        else:
            reasons = order.faults + [order.entry.place(fault) for fault in result or ()]
            outcomes.append(Outcome(order.entry, "refused", sorted(reasons, key=lambda each: each.line)))
    return outcomes


def _word(received: OrderReceived) -> str:
    if received.created:
        return "created"
    return "updated" if received.changed else "unchanged"


def _checked(entry: FileOrder, shops: ShopClocks) -> CheckedOrder:
    """The document of an order, or everything that is wrong with it: cells, document and brand in one go."""
    entry.document.pop(REASON, None)
    if not entry.document:
        return CheckedOrder(entry, None, entry.faults or [entry.place(Fault("", "The order is empty"))])
    document, further = None, []
    try:
        document = OrderDocument.model_validate(entry.document)
    except ValidationError as error:
        further = [entry.place(fault) for fault in faults(error)]
    brand = entry.document.get("brand")
    if isinstance(brand, str) and brand.strip() and brand not in shops.brands:
        further.append(entry.place(Fault("/brand", NO_BRAND)))
    places = {(each.line, each.fault.pointer) for each in entry.faults}
    reasons = [*entry.faults, *(each for each in further if (each.line, each.fault.pointer) not in places)]
    return CheckedOrder(entry, None if reasons else document, reasons)


Result = OrderReceived | list[Fault]


def _received(session: Session, documents: dict[int, OrderDocument], *, now: datetime) -> dict[int, Result]:
    """What came of these documents: all of them in one go, and where one cannot be stored each by itself."""
    if not documents:
        return {}
    with suppress(DataError, Invalid), session.begin_nested():
        return _all_together(session, documents, now=now)
    return {at: _by_itself(session, document, now=now) for at, document in documents.items()}


def _by_itself(session: Session, document: OrderDocument, *, now: datetime) -> Result:
    try:
        with session.begin_nested():
            return receive_order(session, document, now=now)
    except Invalid as error:
        return error.faults
    except DataError:
        return [_UNSTORABLE]


def _all_together(session: Session, documents: dict[int, OrderDocument], *, now: datetime) -> dict[int, Result]:
    received: dict[int, Result] = {}
    # Again for those of which another document of one order came first in the file.
    while left := [at for at in documents if at not in received]:
        taken = receive_orders(session, [documents[at] for at in left], now=now)
        received |= {left[position]: each for position, each in taken.items()}
    return received


def _notes(order: CheckedOrder, received: OrderReceived) -> list[LineFault]:
    """What was set right, as it was read and as it was taken in; in English, like all that a command says."""
    notes: dict[Note, None] = dict.fromkeys(order.document.notes if order.document else ())
    notes |= dict.fromkeys(received.order.notes if received.applied else ())
    if not notes:
        return order.entry.notes
    place: Callable[[Fault], LineFault] = order.entry.place
    return order.entry.notes + [place(Fault(note.pointer, note.detail)) for note in notes]
