"""Booking what the warehouse got: once, under locks, in part or in whole, corrected when it was wrong."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Conflict, Invalid, NotFound
from app.events.kinds import EventKind
from app.orders.records import OrderLineRecord, OrderRecord
from app.orders.services import lock_order
from app.returns import models
from app.returns.elsewhere.own import booked_units
from app.returns.listener import arrive, doubt
from app.returns.models import Return, ReturnLine
from app.returns.moves import Locked, begin, lock_return, place, take, tell
from app.returns.policy.decision import promise
from app.returns.policy.money import Breakdown, breakdown
from app.returns.policy.order_facts import gone_units, policy_of
from app.returns.policy.quote import line_refund, order_paid, promise_document, quote_parts
from app.returns.receiving.facts import (
    Disposition,
    ReceiptFacts,
    ReceivedItem,
    Room,
    Share,
    UnitCounts,
    count_units,
    faults,
    happening,
    oddities,
    shares,
)
from app.returns.records import AnyReturn
from app.returns.refunds.amounts import unasked_line
from app.returns.refunds.pay import Cause, reckon
from app.returns.states import Decision, GoodsState, ReturnAction


def book_receipt(
    session: Session, return_id: int, receipt: ReceiptFacts, *, by: str, idempotency_key: str, now: datetime
) -> models.Receipt:
    """Book what was found of a return, and make due what follows from it. The same key again changes nothing.

    Partial receipts are normal. What is beyond the announced units is booked and set aside; it, whatever else is odd,
    and parcels of returns that nobody approved are marked and left to a person.
    Raises NotFound, Invalid with pointers into ``/lines``.
    """
    locked = lock_return(session, return_id)
    booked = _booked_before(locked.return_, idempotency_key)
    if booked is not None:
        return booked
    return _book(session, locked, receipt, by=by, idempotency_key=idempotency_key, now=now)


def correct_receipt(
    session: Session, receipt_id: int, receipt: ReceiptFacts | None, *, by: str, idempotency_key: str, now: datetime
) -> models.Receipt | None:
    """Take a receipt back and book ``receipt`` in its place; None books nothing. The old one is kept and marked.

    Money that became due by it is reckoned anew: what is too much is made void, and told.
    Raises NotFound; Conflict when it was corrected already, or when more is paid or agreed to than would be left;
    Invalid.
    """
    # Read without a lock: a receipt never changes its return, and the locks begin with the order.
    return_id = session.scalar(select(models.Receipt.return_id).where(models.Receipt.id == receipt_id))
    if return_id is None:
        raise NotFound(f"There is no receipt {receipt_id}.")
    locked = lock_return(session, return_id)
    order, return_ = locked.order, locked.return_
    earlier = _booked_before(return_, idempotency_key)
    if earlier is not None:
        return earlier
    wrong = next(booked for booked in return_.receipts if booked.id == receipt_id)
    if wrong.voided_at is not None:
        raise Conflict("This receipt was corrected already.")
    _check(order, receipt)
    # Marked before the new one is booked: what it said must not count beside it.
    wrong.voided_at = now
    if receipt is not None:
        return _book(session, locked, receipt, by=by, idempotency_key=idempotency_key, now=now, corrects=wrong.id)
    move_goods(order, return_, now=now)
    tell_receipt(session, order, return_, wrong, corrects=wrong.id, now=now)
    reckon(session, locked, Cause("corrected", by), now=now)
    return None


def receive_unannounced(
    session: Session, order_id: int, receipt: ReceiptFacts, *, by: str, idempotency_key: str, now: datetime
) -> models.Receipt:
    """Book a parcel of an order for which no return was asked: a return is made that waits for a person's decision.

    It holds what came of the order's lines, as far as that is in no other return, and is quoted at what it cost.
    Raises NotFound, Invalid.
    """
    # The order's lock makes of a double click one return: whoever comes second finds the first one's receipt.
    order = lock_order(session, order_id)
    earlier = session.scalar(
        select(models.Receipt)
        .join(Return, Return.id == models.Receipt.return_id)
        .where(Return.order_id == order_id, models.Receipt.idempotency_key == idempotency_key)
    )
    if earlier is not None:
        return earlier
    _check(order, receipt)
    return_ = _unasked(session, order, receipt, by=by, now=now)
    return _book(session, Locked(order, return_), receipt, by=by, idempotency_key=idempotency_key, now=now)


def tally_of(order: OrderRecord, return_: AnyReturn, *, without: int | None = None) -> UnitCounts:
    """What was announced, has arrived and is missing, by the shop's line ids.

    Corrected receipts do not count, nor does the one whose id is ``without``.
    """
    names = line_names(order)
    booked = [
        (names.get(item.order_line_id or 0), item.quantity, item.disposition)
        for receipt in return_.receipts
        # A receipt that is being booked has no id yet: without None it counts like the others.
        if receipt.voided_at is None and (without is None or receipt.id != without)
        for item in receipt.lines
    ]
    return count_units({names[line.order_line_id]: line.quantity for line in return_.lines}, booked)


def line_names(order: OrderRecord) -> dict[int, str]:
    """The shop's id of every line that the order ever had."""
    return {line.id: line.line_id for line in order.all_lines}


def _book(
    session: Session,
    locked: Locked,
    receipt: ReceiptFacts,
    *,
    by: str,
    idempotency_key: str,
    now: datetime,
    corrects: int | None = None,
) -> models.Receipt:
    order, return_ = locked.order, locked.return_
    _check(order, receipt)
    booked = models.Receipt(
        idempotency_key=idempotency_key,
        received_at=receipt.received_at or now,
        received_by=by,
        note=(receipt.note or "").strip() or None,
        lines=rows_of(session, order, return_, receipt),
    )
    return_.receipts.append(booked)
    counts = move_goods(order, return_, now=now)
    # A line that the shop has taken out stays with the order, at quantity 0.
    gone = [line.line_id for line in order.all_lines if not line.quantity]
    booked.odd = [*map(str, oddities(counts, receipt, Decision(return_.decision), gone=gone))]
    # The events name the receipt by its id.
    session.flush()
    tell_receipt(session, order, return_, booked, corrects=corrects, now=now)
    tell_missing(session, order, return_, booked, now=now)
    # A correction brings no goods: only a first booking is an arrival.
    if corrects is None:
        arrive(session, locked, now=now)
    if counts.nothing_inside:
        doubt(session, return_, why="nothing_inside", now=now)
    # A box with nothing in it is booked even where its money was paid unseen: only corrections are refused.
    cause = Cause("nothing_inside" if counts.nothing_inside and corrects is None else "corrected", by)
    reckon(session, locked, cause, now=now, strict=corrects is not None)
    return booked


def _booked_before(return_: Return, idempotency_key: str) -> models.Receipt | None:
    return next((receipt for receipt in return_.receipts if receipt.idempotency_key == idempotency_key), None)


def _check(order: OrderRecord, receipt: ReceiptFacts | None) -> None:
    problems = faults(receipt, line_names(order).values()) if receipt is not None else []
    if problems:
        raise Invalid(problems)


def rows_of(session: Session, order: OrderRecord, return_: Return, receipt: ReceiptFacts) -> list[models.ReceiptLine]:
    """The receipt's rows: what was announced apart from what is beyond it, and what is no line of the order's."""
    ordered = {line.line_id: line for line in order.all_lines}
    announced = {line.order_line_id: line for line in return_.lines}
    received, booked = tally_of(order, return_).arrived, booked_units(session, order.id)
    # A receipt may name a line twice, once a grade: what the first row takes is not left for the second.
    used: Counter[str] = Counter()
    rows = []
    for item in receipt.items:
        line = ordered.get(item.line) if item.line is not None else None
        own = announced.get(line.id) if line else None
        room = Room(0, 0)
        if line is not None:
            taken = used[line.line_id]
            left = own.quantity - received.get(line.line_id, 0) - taken if own else 0
            room = Room(max(0, left), line.quantity - booked.get(line.id, 0) - taken)
            used[line.line_id] += 0 if item.missing else item.quantity
        rows += [_row(item, share, line, own) for share in shares(item, room)]
    return rows


def _row(item: ReceivedItem, share: Share, line: OrderLineRecord | None, own: ReturnLine | None) -> models.ReceiptLine:
    """One row; what was not announced is described by its title where nobody said more."""
    announced = own if share.announced else None
    return models.ReceiptLine(
        return_line_id=announced.id if announced else None,
        order_line_id=line.id if line else None,
        description=(item.description or "").strip() or (line.title if line and not announced else None),
        quantity=share.quantity,
        grade=item.grade,
        disposition=share.disposition,
    )


def move_goods(order: OrderRecord, return_: Return, *, now: datetime) -> UnitCounts:
    """Put the goods where all standing receipts say they are; a correction may move them back."""
    counts = tally_of(order, return_)
    place(return_, happening(counts), now=now)
    times = [receipt.received_at for receipt in _standing_receipts(return_)]
    return_.received_at = min(times, default=None)
    return_.inspected_at = max(times, default=None) if return_.goods == GoodsState.INSPECTED else None
    return counts


def _standing_receipts(return_: Return) -> Sequence[models.Receipt]:
    return [receipt for receipt in return_.receipts if receipt.voided_at is None]


def tell_receipt(
    session: Session,
    order: OrderRecord,
    return_: Return,
    receipt: models.Receipt,
    *,
    corrects: int | None,
    now: datetime,
) -> None:
    """One event a receipt; the customer hears of the first part and of the whole, and of no correction.

    Nor of a box with nothing in it: what is missing is told by an event of its own.
    """
    tell(
        session,
        EventKind.RETURN_RECEIVED,
        return_,
        now=now,
        receipt_id=receipt.id,
        corrects=corrects,
        goods=return_.goods,
        odd=receipt.odd,
        lines=[] if receipt.voided_at else _event_lines(order, receipt),
        # Parts that come one by one are told to the customer once, until the goods' state changes.
        occurrence=return_.goods,
        quiet=corrects is not None or tally_of(order, return_).nothing_inside,
    )


def _event_lines(order: OrderRecord, receipt: models.Receipt) -> list[dict[str, str | int | None]]:
    """What came, by the shop's line ids, for whoever keeps the stock."""
    names = line_names(order)
    return [
        {
            "line": names.get(line.order_line_id or 0),
            "quantity": line.quantity,
            "grade": line.grade,
            "disposition": line.disposition,
        }
        for line in receipt.lines
    ]


def tell_missing(
    session: Session, order: OrderRecord, return_: Return, receipt: models.Receipt, *, now: datetime
) -> None:
    """Tell what was announced and is not in the parcel, once a receipt that says so."""
    counts = tally_of(order, return_)
    names = {line.id: line.line_id for line in order.all_lines}
    missing = Counter[str]()
    for line in receipt.lines:
        if line.disposition == Disposition.MISSING and line.order_line_id is not None:
            missing[names[line.order_line_id]] += line.quantity
    left = {name: counts.announced.get(name, 0) - counts.arrived.get(name, 0) for name in missing}
    lines = [{"line": name, "quantity": min(missing[name], count)} for name, count in left.items() if count > 0]
    if lines:
        facts = {"receipt_id": receipt.id, "lines": lines, "empty": counts.nothing_inside}
        tell(session, EventKind.RETURN_MISSING, return_, now=now, occurrence=f"r{receipt.id}", **facts)


def _unasked(session: Session, order: OrderRecord, receipt: ReceiptFacts, *, by: str, now: datetime) -> Return:
    """The return that nobody asked for; its dates are as if it had been handed over today."""
    units = _units(session, order, receipt)
    money = breakdown(order_paid(session, order), units)
    ids = {line.line_id: line.id for line in order.lines}
    return_ = begin(
        session,
        order,
        origin="unannounced",
        now=now,
        initiated_by=by,
        method="unannounced",
        quote=_quote(order, money, now),
        verdict={"answer": "person", "findings": [{"answer": "person", "code": "unannounced", "params": {}}]},
        lines=[unasked_line(ids[name], count, line_refund(money, name)) for name, count in units.items()],
    )
    take(session, return_, ReturnAction.REVIEW, now=now, why="unannounced")
    return return_


def _units(session: Session, order: OrderRecord, receipt: ReceiptFacts) -> dict[str, int]:
    """What came of each line, as far as it was sold, is in no return and was not given back elsewhere."""
    taken = gone_units(session, order)
    left = {line.line_id: line.quantity - taken.get(line.id, 0) for line in order.lines}
    units: dict[str, int] = {}
    for item in receipt.items:
        if item.line in left and not item.missing:
            units[item.line] = units.get(item.line, 0) + item.quantity
    counted = {name: min(count, left[name]) for name, count in units.items()}
    return {name: count for name, count in counted.items() if count > 0}


def _quote(order: OrderRecord, money: Breakdown, now: datetime) -> dict[str, Any]:
    today, country = now.astimezone(ZoneInfo(order.brand.time_zone)).date(), (order.ship_to or {}).get("country")
    dates = promise(policy_of(order), today=today, country=country, handed_on=today)
    return quote_parts(money) | promise_document(dates)
