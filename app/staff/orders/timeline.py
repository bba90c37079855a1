"""One timeline of an order for staff: scans, messages, what happened, notes and actions, merged, the newest first."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from app.audit.records import AuditRecord
from app.core.i18n.words import local_day
from app.events.records import DomainEventRecord
from app.notify.plan.listener import history
from app.notify.records import MessageRecord
from app.orders.records import OrderRecord
from app.staff.messages.words import channel_words, kind_words, reason_words, state_words
from app.staff.models import StaffNote
from app.staff.orders.words import our_words, place_words, unsure_time_words
from app.staff.words import audit_words, event_words
from app.tracking.carrier_pages import carrier_language, carrier_title
from app.tracking.clocks import shown_zone
from app.tracking.fold.facts import Placed
from app.tracking.fold.job import to_fold
from app.tracking.fold.order import in_order
from app.tracking.page.words import SHOP, shop_words
from app.tracking.records import ShipmentRecord, TrackingEventRecord
from app.tracking.states import ShipmentState

KIND_NAMES = {
    "scan": _l("Scans"),
    "message": _l("Messages"),
    "return": _l("Returns"),
    "money": _l("Money"),
    "staff": _l("Staff"),
    "order": _l("Order"),
}
KINDS = tuple(KIND_NAMES)
# Of each source and of all: an order with thousands of scans still opens at once.
MOST = 200
# Carriers use numbers again: scans from long before the purchase are another parcel's.
BEFORE_ORDER = timedelta(days=30)
# Of a parcel's events only these; the others say what its scans say, and would stand there twice.
NOT_IN_SCANS = ("shipment.estimate_changed", "shipment.late")


@dataclass(frozen=True, slots=True)
class ConsoleEntry:
    """One thing that happened. ``kind`` is one of KINDS; ``trouble`` marks what went wrong.

    ``day`` is when, by the clock of its place, where the time of day is not known. ``words`` are the carrier's own, in
    the language ``lang`` where that is known.
    """

    at: datetime
    kind: str
    text: str
    detail: str = ""
    by: str = ""
    href: str | None = None
    trouble: bool = False
    day: date | None = None
    words: str = ""
    lang: str | None = None


def read(
    session: Session, order: OrderRecord, parcels: Collection[ShipmentRecord], *, show: str = ""
) -> list[ConsoleEntry]:
    """The newest entries of an order, of one kind when ``show`` names it."""
    audit = _audit(session, order.id)
    entries = [
        *_scans(session, order, parcels),
        *_by_the_shop(parcels),
        *(_message(message) for message in history(session, order.id)[-MOST:]),
        *_events(session, order.id, {(row.action, row.subject) for row in audit}),
        *_notes(session, order.id),
        *(ConsoleEntry(row.at, "staff", *audit_words(row), by=row.actor) for row in audit),
    ]
    shown = [entry for entry in entries if show in ("", entry.kind)]
    return sorted(shown, key=lambda entry: entry.at, reverse=True)[:MOST]


def _scans(session: Session, order: OrderRecord, parcels: Collection[ShipmentRecord]) -> Iterator[ConsoleEntry]:
    numbers = {(parcel.carrier, parcel.number) for parcel in parcels if parcel.carrier and parcel.number}
    back = {parcel.number for parcel in parcels if parcel.direction == "return"}
    if not numbers:
        return
    statement = (
        select(TrackingEventRecord)
        .where(tuple_(TrackingEventRecord.carrier, TrackingEventRecord.number).in_(sorted(numbers)))
        .order_by(TrackingEventRecord.received_at.desc())
        .limit(MOST)
    )
    # Read first: what comes in meanwhile is among those that are placed, and not the other way round.
    newest = session.scalars(statement).all()
    placed = _placed(session, parcels)
    for event in newest:
        # Of a carrier that gets its one name just now nothing stands there any more.
        scan, zone = placed.get((event.carrier, event.number, event.identity.hex()), (None, ""))
        if scan is not None and scan.at > order.placed_at - BEFORE_ORDER:
            yield _scan(event, scan, zone, returning=event.number in back)


def _placed(session: Session, parcels: Iterable[ShipmentRecord]) -> dict[tuple[str, str, str], tuple[Placed, str]]:
    """Each scan with the instant that customers read, and the zone of the place that its parcel goes to."""
    placed: dict[tuple[str, str, str], tuple[Placed, str]] = {}
    for row, events, facts in to_fold(session, [parcel.id for parcel in parcels]):
        for scan in in_order(events, facts):
            placed.setdefault((row.carrier, row.number, scan.stored.identity), (scan, row.zone))
    return placed


def _by_the_shop(parcels: Iterable[ShipmentRecord]) -> Iterator[ConsoleEntry]:
    """What the shop says of its parcels, as their customers read it."""
    for parcel in parcels:
        for entry in parcel.timeline:
            if entry["by"] == SHOP:
                words = shop_words(ShipmentState(entry["state"]), parcel.method)
                detail = " · ".join(filter(None, (_("The shop"), parcel.number)))
                yield ConsoleEntry(datetime.fromisoformat(entry["at"]), "scan", words, detail)


def _scan(event: TrackingEventRecord, scan: Placed, home: str, *, returning: bool) -> ConsoleEntry:
    code = f"{carrier_title(event.carrier)} {event.code or ''}".strip()
    unsure = unsure_time_words(scan)
    detail = " · ".join(filter(None, (place_words(event.place), code, event.number, unsure)))
    words, language = event.description or "", carrier_language(event.carrier)
    odd = event.withdrawn_at is not None or event.incident is not None or event.status == "unknown"
    day = local_day(scan.at, shown_zone(event.zone, scan.event.place, scan.at, home)) if unsure else None
    ours = our_words(event, returning=returning)
    return ConsoleEntry(scan.at, "scan", ours, detail, trouble=odd, day=day, words=words, lang=language)


def _message(message: MessageRecord) -> ConsoleEntry:
    state = state_words(message.state)[1]
    detail = state if message.reason is None else f"{state}: {reason_words(message.reason)}"
    href = url_for("messages.page", public_id=message.public_id)
    text = f"{channel_words(message.channel)}: {kind_words(message.kind)}"
    at, trouble = (
        message.settled_at or message.accepted_at or message.created_at,
        message.state in ("failed", "in_doubt"),
    )
    return ConsoleEntry(at, "message", text, detail, message.requested_by or "", href, trouble)


def _events(session: Session, order_id: int, audited: set[tuple[str, str | None]]) -> Iterator[ConsoleEntry]:
    """What happened, without the stages that scans show and the actions that the audit trail names with their doer."""
    statement = (
        select(DomainEventRecord)
        .where(DomainEventRecord.order_id == order_id)
        .order_by(DomainEventRecord.id.desc())
        .limit(MOST)
    )
    for event in session.scalars(statement):
        ref = event.payload.get("ref")
        family = event.kind.partition(".")[0]
        if (event.kind, ref) in audited or (family == "shipment" and event.kind not in NOT_IN_SCANS):
            continue
        href = _page_of(family, event)
        kind = {"return": "return", "withdrawal": "return", "refund": "money"}.get(family, "order")
        yield ConsoleEntry(
            event.happened_at, kind, *event_words(event), href=href, trouble=event.kind == "shipment.late"
        )


def _page_of(family: str, event: DomainEventRecord) -> str | None:
    ref = event.payload.get("ref")
    if family == "case":
        return url_for("cases.page", ref=ref)
    return url_for("returning.page", ref=ref) if ref and event.return_id else None


def _notes(session: Session, order_id: int) -> Iterator[ConsoleEntry]:
    statement = select(StaffNote).where(StaffNote.order_id == order_id).order_by(StaffNote.id.desc()).limit(MOST)
    for note in session.scalars(statement):
        yield ConsoleEntry(note.written_at, "staff", note.text, by=note.written_by)


def _audit(session: Session, order_id: int) -> list[AuditRecord]:
    """Actions on this order; a note's row is left out, since the note itself is there."""
    statement = select(AuditRecord).where(AuditRecord.order_id == order_id, AuditRecord.action != "note.added")
    return list(session.scalars(statement.order_by(AuditRecord.id.desc()).limit(MOST)))
