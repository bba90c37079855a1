"""What the order page shows: parcels with their contents, returns, money, access, the person masked or revealed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import abort, current_app, session
from flask import session as browser
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.core.i18n.words import amount, country_name
from app.orders.contacts.contact_points import reference
from app.orders.document.notes import Note, note_of
from app.orders.queries import by_id
from app.orders.records import OrderContactRecord, OrderLineRecord, OrderRecord
from app.orders.words import quantity_words
from app.returns.queries import returns_of, views_of
from app.returns.records import ReturnRecord
from app.returns.status.standing import standing_of
from app.returns.status.summary import badge
from app.staff.orders import masking, timeline
from app.staff.orders.matters import Matter, matters
from app.staff.orders.timeline import ConsoleEntry
from app.staff.orders.wishes import unwanted
from app.support.queries import cases_of
from app.support.records import SupportCaseRecord
from app.tracking.estimate import next_question
from app.tracking.page.query import order_facts
from app.tracking.records import ShipmentRecord
from app.tracking.states import FINISHED
from app.tracking.summary.headline import Headline, answer

# A call about an address takes less; a screen that is left alone goes back to masked by itself (P-06).
REVEALED_SECONDS = 600
# The session is read on every request: what was revealed must not make it grow all day.
MOST_REVEALED = 20
PERSONAL = ("/customer", "/contacts", "/ship_to", "/note")


@dataclass(frozen=True, slots=True)
class ConsoleItem:
    """A line with what was ordered of it, what was charged for that, and what became of some of it.

    ``pieces`` is None where what was ordered is no number of pieces.
    """

    line: OrderLineRecord
    ordered: int
    pieces: int | None
    charged: int
    note: str


@dataclass(frozen=True, slots=True)
class ConsoleOrder:
    """An order with all around it."""

    order: OrderRecord
    parcels: Sequence[ShipmentRecord]
    returns: Sequence[ReturnRecord]
    return_badges: Mapping[int, tuple[str, str]]
    cases: Sequence[SupportCaseRecord]
    entries: Sequence[ConsoleEntry]
    people: Sequence[tuple[str, list[tuple[str, str]]]]
    items: Sequence[ConsoleItem]
    notes: Sequence[Note]
    revealed: bool
    matters: Sequence[Matter]
    customer_reads: Headline | None


def find_order(session: Session, ref: str) -> OrderRecord:
    """The order with this reference, whole, or 404."""
    order_id = session.scalar(select(OrderRecord.id).where(OrderRecord.ref == reference(ref)))
    if order_id is None:
        abort(404)
    return by_id(session, order_id)


def read(session: Session, ref: str, *, show: str, now: datetime) -> ConsoleOrder:
    """Everything of one order, or 404."""
    order = find_order(session, ref)
    statement = (
        select(ShipmentRecord).where(ShipmentRecord.order_id == order.id).options(selectinload(ShipmentRecord.lines))
    )
    ordered = statement.order_by(ShipmentRecord.direction, ShipmentRecord.position, ShipmentRecord.id)
    parcels = session.scalars(ordered).all()
    revealed = is_revealed(order.ref, now=now)
    outbound = [parcel for parcel in parcels if parcel.direction == "outbound"]
    returns = returns_of(session, order.id)
    standings = {view.return_.id: standing_of(view, now=now) for view in views_of(session, returns, {order.id: order})}
    asks = current_app.extensions["asks_carrier"]
    return ConsoleOrder(
        order,
        outbound,
        returns,
        {return_id: badge(standing) for return_id, standing in standings.items()},
        cases_of(session, order.id),
        timeline.read(session, order, parcels, show=show),
        _people(order, unwanted(session, order), revealed=revealed),
        [_item(line) for line in order.all_lines if line.ordered],
        _notes(order, revealed=revealed),
        revealed,
        matters(session, order, outbound, returns, standings, now=now),
        None if order.removed else answer(order_facts(session, order.id, asks=asks), now),
    )


def _item(line: OrderLineRecord) -> ConsoleItem:
    origins = {"exchange": _("In exchange"), "claim": _("Sent in place of another"), "edit": _("Added later")}
    notes = [
        line.sku,
        quantity_words(line.quantity_text),
        origins.get(line.origin),
        _cancelled(line) if line.cancelled else None,
        _returned(line) if line.returned else None,
    ]
    charged = line.unit_price * line.ordered - line.discount if line.total is None else line.total
    pieces = None if line.quantity_text else line.ordered
    return ConsoleItem(line, line.ordered, pieces, charged, " · ".join(note for note in notes if note))


def _cancelled(line: OrderLineRecord) -> str:
    many = amount(line.cancelled, line.measure_of(line.cancelled))
    return ngettext("%(amount)s cancelled", "%(amount)s cancelled", line.cancelled, amount=many)


def _returned(line: OrderLineRecord) -> str:
    many = amount(line.returned, line.measure_of(line.returned))
    return ngettext(
        "%(amount)s returned with the shop", "%(amount)s returned with the shop", line.returned, amount=many
    )


def _notes(order: OrderRecord, *, revealed: bool) -> list[Note]:
    """What was set right in its document. What stood in a person's fields is personal, and shown when that is."""
    notes = [note_of(document) for document in order.notes]
    return [note if revealed or not note.pointer.startswith(PERSONAL) else replace(note, was=None) for note in notes]


def reveal(ref: str, *, now: datetime) -> None:
    """Show this session the personal data of an order for ten minutes."""
    revealed = {order_ref: until for order_ref, until in browser.get("revealed", {}).items() if until > now.timestamp()}
    revealed[ref] = now.timestamp() + REVEALED_SECONDS
    browser["revealed"] = dict(list(revealed.items())[-MOST_REVEALED:])


def is_revealed(ref: str, *, now: datetime) -> bool:
    """Whether this session may see it at the moment."""
    return bool(browser.get("revealed", {}).get(ref, 0) > now.timestamp())


def is_asked(shipment: ShipmentRecord) -> bool:
    """Whether its carrier can be asked about it: it has a number, and credentials for its carrier are set."""
    return shipment.number is not None and bool(current_app.extensions["asks_carrier"](shipment.carrier))


def is_unasked(shipment: ShipmentRecord) -> bool:
    """Whether a live parcel's carrier is known, and cannot be asked."""
    live = shipment.finished_at is None and shipment.state not in FINISHED
    return live and shipment.number is not None and shipment.carrier is not None and not is_asked(shipment)


def asked_next(shipment: ShipmentRecord, *, now: datetime) -> datetime | None:
    """When its carrier is asked again; None for a parcel that has ended or that nobody asks about."""
    if shipment.finished_at is not None or shipment.state in FINISHED or not is_asked(shipment):
        return None
    return next_question(shipment.next_poll_at, shipment.polled_at or shipment.asked_at, now)


def _people(order: OrderRecord, refusals: dict[int, str], *, revealed: bool) -> list[tuple[str, list[tuple[str, str]]]]:
    """The customer, further contacts with what they do not want to hear of, and where it goes."""
    people = [
        (
            _role(contact),
            [
                *_contact(contact, revealed=revealed),
                *([(_("Doesn't want"), refusals[contact.id])] if contact.id in refusals else []),
            ],
        )
        for contact in order.contacts
    ]
    return [*people, (_("Ships to"), _address(order.ship_to, revealed=revealed))] if order.ship_to else people


def _role(contact: OrderContactRecord) -> str:
    """The shop's own word for a further contact, where it has one."""
    if contact.position == 0:
        return _("Customer")
    return contact.role if contact.role != "contact" else _("Further contact")


def _contact(contact: OrderContactRecord, *, revealed: bool) -> list[tuple[str, str]]:
    shown = {
        _("Name"): (contact.name or "—") if revealed else masking.name(contact.name),
        _("E-mail"): (contact.email or "—") if revealed else masking.email(contact.email),
        _("Phone"): (contact.phone_e164 or contact.phone or "—") if revealed else masking.phone(contact.phone),
    }
    return [*shown.items(), (_("Texts"), _("allowed") if contact.sms_consent else _("not allowed"))]


def _address(to: dict[str, Any], *, revealed: bool) -> list[tuple[str, str]]:
    street = ", ".join(filter(None, (to.get("company"), to.get("line1"), to.get("line2"))))
    town = " ".join(filter(None, (to.get("postcode"), to.get("city"))))
    place = ", ".join(filter(None, (town, country_name(to["country"]) if to.get("country") else "")))
    name = to.get("name")
    return [
        (_("Name"), (name or "—") if revealed else masking.name(name)),
        (_("Street"), (street or "—") if revealed else masking.street(street)),
        (_("Place"), place or "—"),
    ]


KEY = "note_drafts"
MOST = 20  # orders with a note begun by one member; beyond it the one begun first is forgotten


def keep_note(ref: str, text: str) -> None:
    """Keep what is typed for this order; an empty text forgets it."""
    other_drafts = {order: draft for order, draft in _note_drafts().items() if order != ref}
    # An untouched session is not written: looking at an order without a note changes nothing.
    if text or ref in _note_drafts():
        session[KEY] = dict([*other_drafts.items(), *([(ref, text)] if text else [])][-MOST:])


def read_note(ref: str) -> str:
    """What was typed for this order."""
    return _note_drafts().get(ref, "")


def _note_drafts() -> dict[str, str]:
    drafts: dict[str, str] = session.get(KEY) or {}
    return drafts
