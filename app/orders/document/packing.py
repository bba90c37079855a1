"""What parcels hold beside what was ordered: sent again, or of a line that is gone; noted and never refused. Pure."""

from collections import Counter
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from app.core.bodies.documents import pointer
from app.orders.document.faults import Place
from app.orders.document.notes import Note, NoteKind

if TYPE_CHECKING:
    from app.orders.document.document import OrderDocument


def packing_notes(document: "OrderDocument", earlier_lines: Collection[str] = ()) -> Iterator[Note]:
    """A note for each line of a parcel that a person may wonder at; ``earlier_lines`` are those of older documents."""
    # A line that an edit took out after it was packed is no stranger.
    lines = {line.id for line in document.lines} | set(earlier_lines)
    for place, line in _mentions(document):
        if line not in lines:
            yield Note(pointer((*place, "line")), NoteKind.LINE_UNKNOWN, line)
    yield from _beyond(document)


def _mentions(document: "OrderDocument") -> Iterator[tuple[Place, str]]:
    """Every line that a parcel, a refund or a return names, and where."""
    for name in ("refunds", "returns", "shipments"):
        for at, part in enumerate(getattr(document, name)):
            for within, mention in enumerate(part.lines):
                yield (name, at, "lines", within), mention.line


def _beyond(document: "OrderDocument") -> Iterator[Note]:
    left = Counter({line.id: line.quantity for line in document.lines})
    ordered = set(left)
    for at, shipment in enumerate(document.shipments):
        for within, packed in enumerate(shipment.lines if shipment.status != "cancelled" else ()):
            left[packed.line] -= packed.quantity
            if packed.line in ordered and left[packed.line] < 0:
                place = pointer(("shipments", at, "lines", within, "quantity"))
                yield Note(place, NoteKind.MORE_PACKED, str(packed.quantity))
