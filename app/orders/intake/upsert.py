"""Taking in an order: the document becomes rows, once, never backwards in time, and what changed is told as events."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.brands.records import BrandRecord
from app.orders.contact_points import number_key
from app.orders.document.document import OrderDocument
from app.orders.document.notes import Note, note_of
from app.orders.document.packing import packing_notes
from app.orders.intake.facts import facts, fingerprint, first_completed, note_documents
from app.orders.intake.identity import brand_of, locked_order
from app.orders.intake.news import OrderStatus, tell
from app.orders.intake.paid import GivenBackHere, MoneyBefore, money_before, paid_in_all
from app.orders.intake.rows import write_contacts, write_lines
from app.orders.lookup.links import end_access
from app.orders.models import Order
from app.orders.pictures.pictures import want

# What was given back here, or is to be, for the order of this id.
GivenBack = Callable[[Session, int], GivenBackHere]


@dataclass(frozen=True, slots=True)
class TakenOrder:
    """An order that was just taken in, as the rooms above need it, with its brand's ``zone`` and its ``notes``."""

    id: int
    ref: str
    number: str
    zone: str
    notes: tuple[Note, ...] = ()
    completed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PutResult:
    """What came of a document. ``applied``: it is what we hold now; ``changed``: holding it took a change."""

    order: Order
    applied: bool
    created: bool
    changed: bool
    zone: str

    @property
    def taken(self) -> TakenOrder:
        """As much of it as other rooms need."""
        return as_taken(self.order, self.zone)


def nothing_given_back(_session: Session, _order_id: int) -> GivenBackHere:
    """For orders that were never returned."""
    return GivenBackHere()


def put_order(
    session: Session, document: OrderDocument, *, given_back: GivenBack = nothing_given_back, now: datetime
) -> PutResult:
    """Create or update the order that the document is of; an older document changes nothing.

    The row stays locked until the caller commits, so that documents of one order follow each other.
    Raises Invalid when the brand is not known.
    """
    brand = brand_of(session, document.brand)
    order, created = locked_order(session, document, brand=brand, now=now)
    content_hash, zone = fingerprint(document, brand), brand.time_zone
    if not created and _is_older(document, order, content_hash):
        # It changes nothing of what is so now, but may be the first word of what was done by then.
        order.completed_at = first_completed(order, document)
        return PutResult(order, applied=False, created=False, changed=False, zone=zone)
    # Systems write twice in a second: what says something else is taken, what repeats is no news.
    if not created and document.updated_at == order.updated_at and order.document_hash == content_hash:
        # Left alone where it says nothing new: a row that is set is written.
        if document.read_at is not None and document.read_at != order.read_at:
            order.read_at = document.read_at
        return PutResult(order, applied=True, created=False, changed=False, zone=zone)
    before = None if created else OrderStatus(order.status, order.hold, order.paid)
    order.completed_at = first_completed(order, document)
    # Before the row says what the document does: it may be lowered by what was given back since.
    money = None if created else money_before(order, given_back(session, order.id))
    _write(session, order, document, money, brand=brand, now=now)
    order.document_hash = content_hash
    # Open pages ask by it whether anything has changed.
    order.version += 0 if created else 1
    session.flush()
    if created or not document.historic:
        tell(session, order, before=before, quiet=document.removed, now=now)
    return PutResult(order, applied=True, created=created, changed=True, zone=zone)


def with_notes(session: Session, order: TakenOrder, notes: Sequence[Note]) -> TakenOrder:
    """The order with what others than its document's reader set right or aside; the caller holds its lock."""
    further = [note for note in notes if note not in order.notes]
    if not further:
        return order
    joined = (*order.notes, *further)
    session.execute(update(Order).where(Order.id == order.id).values(notes=note_documents(joined)))
    return replace(order, notes=joined)


def as_taken(order: Order, zone: str) -> TakenOrder:
    """What others need of an order that is being taken in; read from the row at hand, without a statement."""
    return TakenOrder(
        order.id, order.ref, order.number, zone, tuple(note_of(note) for note in order.notes), order.completed_at
    )


def _is_older(document: OrderDocument, order: Order, content_hash: bytes) -> bool:
    """Whether what we hold is newer: it says so, or of one moment it was read later."""
    if document.updated_at != order.updated_at:
        return document.updated_at < order.updated_at
    if document.read_at is None or order.read_at is None:
        return False
    if document.read_at != order.read_at:
        return document.read_at < order.read_at
    # Read at one moment and yet different: which of them came last says nothing, so that one always wins.
    return content_hash < (order.document_hash or b"")


def _write(
    session: Session,
    order: Order,
    document: OrderDocument,
    money: MoneyBefore | None,
    *,
    brand: BrandRecord,
    now: datetime,
) -> None:
    for column, value in facts(document, brand).items():
        if column not in ("status", "hold"):
            setattr(order, column, value)
    order.status, order.hold = document.status, document.hold
    order.number, order.number_key = document.number, number_key(document.number)
    order.paid, notes = paid_in_all(document, money)
    earlier = {line.line_id for line in order.all_lines}
    order.notes = note_documents([*document.notes, *notes, *packing_notes(document, earlier)])
    order.changed_at = now
    write_lines(session, order.id, document.lines)
    want(session, (line.image_url for line in document.lines), now=now)
    # whoever reads the old mailbox must not go on seeing the order, nor anybody one that is removed.
    if write_contacts(session, order.id, document, brand) or order.removed:
        end_access(session, order.id, now=now)
    # Lines and contacts were written past the session's own collections.
    session.expire(order, ["all_lines", "lines", "contacts"])
