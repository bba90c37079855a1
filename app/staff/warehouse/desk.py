"""What lies on the warehouse's desk: the parcel's return or order, its pieces, and what was booked before."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

from flask import abort, session, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.tokens import new_ref, read_ref
from app.orders.queries import by_id
from app.orders.records import OrderRecord
from app.returns.receiving.record import tally_of
from app.returns.records import ReceiptRecord, ReturnRecord
from app.returns.words import reason_words
from app.staff.warehouse.form import Extra, Unit, expected_units, ordered_units, refill
from app.staff.warehouse.words import ODDITIES, arrival_words


class Desk(NamedTuple):
    """One parcel to receive. ``fresh`` are its pieces before anyone looked, ``seen`` how many receipts stand."""

    endpoint: str
    address: dict[str, Any]
    order: OrderRecord
    return_: ReturnRecord | None
    fresh: Sequence[Unit]
    units: Sequence[Unit]
    extras: Sequence[Extra]
    note: str
    seen: int
    key: str
    reasons: dict[str, str]
    correcting: ReceiptRecord | None = None

    @property
    def page(self) -> str:
        """Its address."""
        return url_for(self.endpoint, **self.address)

    @property
    def ref(self) -> str:
        """The reference by which a scan finds it."""
        return self.return_.ref if self.return_ else self.order.ref

    @property
    def title(self) -> str:
        """What it is called where several parcels are named."""
        return self.return_.ref if self.return_ else self.order.number

    def ref_of(self, session: Session, return_id: int) -> str:
        """The reference of the return under which a receipt was booked."""
        return self.return_.ref if self.return_ else session.get_one(ReturnRecord, return_id).ref


def desk_for_return(session: Session, ref: str) -> Desk:
    """The desk for an announced return, or 404."""
    found, order = _loaded(session, ref)
    units = expected_units(order, tally_of(order, found))
    return Desk(
        "warehouse.receive",
        {"ref": found.ref},
        order,
        found,
        units,
        units,
        [],
        "",
        _seen(found),
        _key(),
        _reasons(order, found),
    )


def desk_for_order(session: Session, ref: str) -> Desk:
    """The desk for a parcel of an order that nobody announced, or 404."""
    order_id = session.scalar(select(OrderRecord.id).where(OrderRecord.ref == read_ref(ref)))
    if order_id is None:
        abort(404)
    order = by_id(session, order_id)
    units = ordered_units(order)
    return Desk("warehouse.unannounced", {"ref": order.ref}, order, None, units, units, [], "", 0, _key(), {})


def desk_for_correction(session: Session, ref: str, key: str) -> Desk:
    """The desk as it was when a receipt was booked, filled in as it was; 404 when it no longer stands."""
    found, order = _loaded(session, ref)
    wrong = _receipt(found, key)
    if wrong.voided_at is not None:
        abort(404)
    fresh = expected_units(order, tally_of(order, found, without=wrong.id))
    units, extras = refill(fresh, wrong, found, order)
    address = {"ref": found.ref, "key": key}
    return Desk(
        "warehouse.correction",
        address,
        order,
        found,
        fresh,
        units,
        extras,
        wrong.note or "",
        _seen(found),
        _key(),
        _reasons(order, found),
        wrong,
    )


def done_page(session: Session, ref: str, key: str) -> dict[str, Any]:
    """What the page after booking shows; 404 when there is no such receipt."""
    found, order = _loaded(session, ref)
    row = _receipt(found, key)
    titles = {line.id: line.title for line in order.all_lines}
    items = [(line, titles.get(line.order_line_id or 0) or line.description or "") for line in row.lines]
    due = [refund for refund in found.refunds if refund.state == "due"]
    standing = tally_of(order, found)
    left = len(expected_units(order, standing))
    odd = [ODDITIES[word] for word in row.odd if word in ODDITIES]
    headline = arrival_words(standing, left, announced=found.method != "unannounced")
    facts = {"return_": found, "order": order, "row": row, "items": items, "due": due, "headline": headline, "odd": odd}
    return facts | {"seen": _seen(found), "key": _key()}


def _loaded(session: Session, ref: str) -> tuple[ReturnRecord, OrderRecord]:
    found = session.scalar(select(ReturnRecord).where(ReturnRecord.ref == read_ref(ref)))
    if found is None:
        abort(404)
    return found, by_id(session, found.order_id)


def _receipt(found: ReturnRecord, key: str) -> ReceiptRecord:
    row = next((row for row in found.receipts if row.idempotency_key == key), None)
    if row is None:
        abort(404)
    return row


def _reasons(order: OrderRecord, found: ReturnRecord) -> dict[str, str]:
    """Why each line comes back, in the customer's words too."""
    names = {line.id: line.line_id for line in order.all_lines}
    told = {line.order_line_id: [reason_words(line.reason), line.comment] for line in found.lines}
    return {names[line]: ": ".join(filter(None, parts)) for line, parts in told.items() if line in names}


def _seen(found: ReturnRecord) -> int:
    return sum(row.voided_at is None for row in found.receipts)


def _key() -> str:
    return new_ref() + new_ref()


KEY, SAID = "desks", "desk_said"
MOST = 20  # parcels begun at once by one clerk; beyond it the one begun first is forgotten


@dataclass(frozen=True, slots=True)
class ReceivingDraft:
    """The form as it was last sent: pieces as codes, the rows and the note as typed, ``seen`` receipts at that time."""

    title: str
    codes: list[str] = field(default_factory=list)
    extras: list[Extra] = field(default_factory=list)
    note: str = ""
    seen: int = 0
    at: int | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be lost with it."""
        return not (self.codes or self.extras or self.note)


def keep(page: str, draft: ReceivingDraft) -> None:
    """Keep the draft of the parcel at this address, as the newest."""
    drop(page)
    if not draft.is_empty or draft.at is not None:
        session[KEY] = dict([*_kept().items(), (page, asdict(draft))][-MOST:])


def load(page: str) -> ReceivingDraft | None:
    """The draft of the parcel at this address."""
    kept = _kept().get(page)
    return ReceivingDraft(**{**kept, "extras": [Extra(**row) for row in kept["extras"]]}) if kept else None


def drop(page: str) -> None:
    """Forget it: it is booked, or there was nothing in it."""
    session[KEY] = {address: kept for address, kept in _kept().items() if address != page}


def begun() -> list[tuple[str, str]]:
    """The address and the title of every parcel with something to lose."""
    found = [(page, load(page)) for page in _kept()]
    return [(page, draft.title) for page, draft in found if draft and not draft.is_empty]


def say(text: str) -> None:
    """Say this once, on the next page of a parcel."""
    session[SAID] = text


def said() -> str | None:
    """What is to be said now."""
    text: str | None = session.pop(SAID, None)
    return text


def _kept() -> dict[str, dict[str, Any]]:
    kept: dict[str, dict[str, Any]] = session.get(KEY) or {}
    return kept
