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
from app.returns.policy.stored.reason_list import reasons_of
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
        return (
            self.return_.ref if self.return_ else session.get_one(ReturnRecord, return_id, populate_existing=True).ref
        )


def desk_for_return(session: Session, ref: str) -> Desk:
    """The desk for an announced return, or 404."""
    return_, order = _loaded(session, ref)
    units = expected_units(order, tally_of(order, return_))
    return Desk(
        "warehouse.receive",
        {"ref": return_.ref},
        order,
        return_,
        units,
        units,
        [],
        "",
        _receipts_standing(return_),
        _key(),
        _reasons(order, return_),
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
    return_, order = _loaded(session, ref)
    wrong = _receipt(return_, key)
    # A receipt is corrected once; its successor has a key, and so a page, of its own.
    if wrong.voided_at is not None:
        abort(404)
    # Counted without the receipt that is put right, or its pieces would not be there to be graded again.
    fresh = expected_units(order, tally_of(order, return_, without=wrong.id))
    units, extras = refill(fresh, wrong, order)
    address = {"ref": return_.ref, "key": key}
    return Desk(
        "warehouse.correction",
        address,
        order,
        return_,
        fresh,
        units,
        extras,
        wrong.note or "",
        _receipts_standing(return_),
        _key(),
        _reasons(order, return_),
        wrong,
    )


def done_page(session: Session, ref: str, key: str) -> dict[str, Any]:
    """What the page after booking shows; 404 when there is no such receipt."""
    return_, order = _loaded(session, ref)
    receipt = _receipt(return_, key)
    titles = {line.id: line.title for line in order.all_lines}
    items = [(line, titles.get(line.order_line_id or 0) or line.description or "") for line in receipt.lines]
    due = [refund for refund in return_.refunds if refund.state == "due"]
    unit_counts = tally_of(order, return_)
    still_open = len(expected_units(order, unit_counts))
    odd = [ODDITIES[word] for word in receipt.odd if word in ODDITIES]
    headline = arrival_words(unit_counts, still_open, announced=return_.method != "unannounced")
    facts = {
        "return_": return_,
        "order": order,
        "row": receipt,
        "items": items,
        "due": due,
        "headline": headline,
        "odd": odd,
    }
    return facts | {"seen": _receipts_standing(return_), "key": _key()}


def _loaded(session: Session, ref: str) -> tuple[ReturnRecord, OrderRecord]:
    return_ = session.scalar(select(ReturnRecord).where(ReturnRecord.ref == read_ref(ref)))
    if return_ is None:
        abort(404)
    return return_, by_id(session, return_.order_id)


def _receipt(return_: ReturnRecord, key: str) -> ReceiptRecord:
    receipt = next((receipt for receipt in return_.receipts if receipt.idempotency_key == key), None)
    if receipt is None:
        abort(404)
    return receipt


def _reasons(order: OrderRecord, return_: ReturnRecord) -> dict[str, str]:
    """Why each line comes back, in the customer's words too."""
    names, listed = {line.id: line.line_id for line in order.all_lines}, reasons_of(order.brand)
    parts_by_line = {line.order_line_id: [reason_words(line.reason, listed), line.comment] for line in return_.lines}
    return {names[line]: ": ".join(filter(None, parts)) for line, parts in parts_by_line.items() if line in names}


def _receipts_standing(return_: ReturnRecord) -> int:
    return sum(receipt.voided_at is None for receipt in return_.receipts)


def _key() -> str:
    # Made with the page: the form sent twice carries one key, and books once.
    return new_ref() + new_ref()


# In the session, for it works without scripts, and goes with the sign-out.
KEY, NOTICE = "desks", "desk_said"
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
    # Out of its old place first, so that what is cut off at the front is what lay untouched longest.
    drop(page)
    if not draft.is_empty or draft.at is not None:
        session[KEY] = dict([*_drafts().items(), (page, asdict(draft))][-MOST:])


def load(page: str) -> ReceivingDraft | None:
    """The draft of the parcel at this address."""
    draft = _drafts().get(page)
    return ReceivingDraft(**{**draft, "extras": [Extra(**row) for row in draft["extras"]]}) if draft else None


def drop(page: str) -> None:
    """Forget it: it is booked, or there was nothing in it."""
    session[KEY] = {address: draft for address, draft in _drafts().items() if address != page}


def begun() -> list[tuple[str, str]]:
    """The address and the title of every parcel with something to lose."""
    drafts = [(page, load(page)) for page in _drafts()]
    return [(page, draft.title) for page, draft in drafts if draft and not draft.is_empty]


def set_notice(text: str) -> None:
    """Say this once, on the next page of a parcel."""
    session[NOTICE] = text


def pop_notice() -> str | None:
    """What is to be said now."""
    text: str | None = session.pop(NOTICE, None)
    return text


def _drafts() -> dict[str, dict[str, Any]]:
    drafts: dict[str, dict[str, Any]] = session.get(KEY) or {}
    return drafts
