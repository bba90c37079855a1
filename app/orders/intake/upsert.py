"""Taking in orders: documents become rows, once, never backwards in time, and what changed is told as events."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.orders.contacts.contact_points import number_key
from app.orders.document.document import OrderDocument
from app.orders.document.notes import note_of
from app.orders.intake.creation import make_orders
from app.orders.intake.facts import facts, fingerprint, first_completed, money_and_notes
from app.orders.intake.identity import BrandDocument, apart, locked_orders, with_brands
from app.orders.intake.news import OrderChange, OrderStatus, tell
from app.orders.intake.paid import GivenBackHere, MoneyBefore, money_before
from app.orders.intake.results import PutResult, TakenOrder, Witnesses
from app.orders.intake.rows import lines_of, write_contacts, write_lines
from app.orders.lookup.links import end_access
from app.orders.models import Order
from app.orders.pictures.pictures import want


@dataclass(frozen=True, slots=True)
class _Put:
    """A document of an order that is held already, with its row, locked, and what its content comes to."""

    one: BrandDocument
    order: Order
    content_hash: bytes

    @property
    def document(self) -> OrderDocument:
        return self.one.document

    def result(self, *, applied: bool, changed: bool) -> PutResult:
        notes = tuple(note_of(note) for note in self.order.notes)
        row, zone = self.order, self.one.brand.time_zone
        taken = TakenOrder(row.id, row.ref, row.number, zone, notes, row.completed_at)
        return PutResult(taken, applied=applied, changed=changed)


def put_orders(
    session: Session, documents: Sequence[OrderDocument], witnesses: Witnesses | None = None, *, now: datetime
) -> dict[int, PutResult]:
    """Create or update the orders that the documents are of, in a few statements for all; by the documents' positions.

    An older document changes nothing. Of documents that may be of one order the first is taken; the others are left
    out, for another call. The orders' rows stay locked until the caller commits, so that documents of one order follow
    each other. Raises Invalid when a brand is not known.
    """
    witnesses = witnesses or Witnesses()
    branded = with_brands(session, documents)
    taken = {at: branded[at] for at in apart(branded)}
    rows = locked_orders(session, list(taken.values()))
    made: dict[int, TakenOrder] = {}
    # Of two who find no row at once, the second makes none and reads the first's. None there: chance gave a reference
    # that another order has.
    while new := {at: one for at, one in taken.items() if at not in made and one.key not in rows}:
        made |= make_orders(session, new, witnesses, now=now)
        rows |= locked_orders(session, [one for at, one in new.items() if at not in made])
    puts = {
        at: _Put(one, rows[one.key], fingerprint(one.document, one.brand))
        for at, one in taken.items()
        if at not in made
    }
    results = {at: PutResult(order, created=True) for at, order in made.items()}
    return results | _put_all(session, puts, witnesses, now=now)


def _put_all(
    session: Session, puts: Mapping[int, _Put], witnesses: Witnesses, *, now: datetime
) -> dict[int, PutResult]:
    older = {at for at, put in puts.items() if _is_older(put)}
    repeated = {at for at, put in puts.items() if at not in older and _repeats(put)}
    for at in older:
        # It changes nothing of what is so now, but may be the first word of what was done by then.
        puts[at].order.completed_at = first_completed(puts[at].order, puts[at].document)
    for at in repeated:
        # Left alone where it says nothing new: a row that is set is written.
        if puts[at].document.read_at is not None and puts[at].document.read_at != puts[at].order.read_at:
            puts[at].order.read_at = puts[at].document.read_at
    changing = [put for at, put in puts.items() if at not in older | repeated]
    if changing:
        _change_all(session, changing, witnesses, now=now)
    return {at: put.result(applied=at not in older, changed=at not in older | repeated) for at, put in puts.items()}


def _is_older(put: _Put) -> bool:
    """Whether what we hold is newer: it says so, or of one moment it was read later."""
    document, order = put.document, put.order
    if document.updated_at != order.updated_at:
        return document.updated_at < order.updated_at
    if document.read_at is None or order.read_at is None:
        return False
    if document.read_at != order.read_at:
        return document.read_at < order.read_at
    # Read at one moment and yet different: which of them came last says nothing, so that one always wins.
    return put.content_hash < (order.document_hash or b"")


def _repeats(put: _Put) -> bool:
    # Systems write twice in a second: what says something else is taken, what repeats is no news.
    return put.document.updated_at == put.order.updated_at and put.order.document_hash == put.content_hash


def _change_all(session: Session, puts: Sequence[_Put], witnesses: Witnesses, *, now: datetime) -> None:
    """Bring these orders to what their documents say; every row and address that they had before is read first."""
    ids = [put.order.id for put in puts]
    given_back, lines = witnesses.given_back(session, ids), lines_of(session, ids)
    changes = []
    for put in puts:
        before = OrderStatus(put.order.status, put.order.hold, put.order.paid)
        # Before the row says what the document does: it may be lowered by what was given back since.
        money = money_before(put.order, given_back.get(put.order.id, GivenBackHere()))
        _write(put, money, witnesses, lines.get(put.order.id, {}), now=now)
        if not put.document.historic:
            changes.append(_change(put, before))
    session.flush()
    orders = {put.order.id: put.one for put in puts}
    write_lines(session, orders, lines)
    want(session, (line.image_url for one in orders.values() for line in one.document.lines), now=now)
    # whoever reads the old mailbox must not go on seeing the order, nor anybody one that is removed.
    ending = write_contacts(session, orders) | {put.order.id for put in puts if put.order.removed}
    for order_id in sorted(ending):
        end_access(session, order_id, now=now)
    for put in puts:
        # Lines and contacts were written past the session's own collections.
        session.expire(put.order, ["all_lines", "lines", "contacts"])
    tell(session, changes, now=now)


def _write(
    put: _Put, money: MoneyBefore, witnesses: Witnesses, earlier_lines: Collection[str], *, now: datetime
) -> None:
    order, document = put.order, put.document
    order.completed_at = first_completed(order, document)
    for column, value in facts(document, put.one.brand).items():
        if column not in ("status", "hold"):
            setattr(order, column, value)
    order.status, order.hold = document.status, document.hold
    order.number, order.number_key = document.number, number_key(document.number)
    order.paid, order.notes = money_and_notes(document, witnesses, money, earlier_lines)
    order.changed_at, order.document_hash = now, put.content_hash
    # Open pages ask by it whether anything has changed.
    order.version += 1


def _change(put: _Put, before: OrderStatus) -> OrderChange:
    order = put.order
    after = OrderStatus(order.status, order.hold, order.paid)
    return OrderChange(order.id, order.placed_at, before, after, quiet=put.document.removed)
