"""Worklists of parcels: late, failed attempts, going back, doubtful scans; and carriers that do not answer."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Select, cast, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import Text

from app.brands.queries import shop_zone
from app.core.i18n.words import moment, short_day
from app.orders.records import OrderRecord
from app.staff.orders.words import flag_words
from app.staff.worklists.aside import TROUBLE, is_aside
from app.staff.worklists.rows import MOST_ROWS, Act, Row
from app.tracking.carrier_pages import distinct_carrier_title
from app.tracking.carriers.choosing import carrier_unknown, likely_carriers
from app.tracking.fold.facts import QUARANTINE
from app.tracking.page.words import short_state
from app.tracking.records import ShipmentRecord
from app.tracking.states import ShipmentState

OUTBOUND = ShipmentRecord.direction == "outbound"
OPEN = ShipmentRecord.finished_at.is_(None)
# As the partial index `ix_shipment_ended_badly` says it.
TROUBLED = ("lost", "damaged", "returned")
# After two months nobody waits for an answer any more; what is owed by then stands in claims of the carrier.
LATELY = timedelta(days=60)


def late() -> Select[Any]:
    """Live parcels past their promise."""
    return select(ShipmentRecord.id).where(ShipmentRecord.late_since.is_not(None), OPEN, OUTBOUND)


def failed() -> Select[Any]:
    """Parcels whose last news is a failed attempt."""
    return select(ShipmentRecord.id).where(OPEN, ShipmentRecord.state == "delivery_failed", OUTBOUND)


def returning() -> Select[Any]:
    """Parcels on their way back undelivered."""
    return select(ShipmentRecord.id).where(OPEN, ShipmentRecord.state == "return_to_sender", OUTBOUND)


def troubled() -> Select[Any]:
    """Parcels that ended badly lately and that nobody has dealt with: lost, damaged, or back at the shop."""
    # With its state: a parcel that was dealt with as lost and comes back damaged is on the list again.
    item = func.concat(ShipmentRecord.id, "-", ShipmentRecord.state)
    lately = ShipmentRecord.state_since > func.now() - LATELY
    return select(ShipmentRecord.id).where(
        ShipmentRecord.state.in_(TROUBLED), OUTBOUND, lately, ~is_aside(TROUBLE, item)
    )


def doubtful() -> Select[Any]:
    """Parcels whose events are under suspicion."""
    suspicious = cast(sorted(QUARANTINE), ARRAY(Text))
    return select(ShipmentRecord.id).where(~ShipmentRecord.released, ShipmentRecord.flags.overlap(suspicious), OPEN)


def carrierless() -> Select[Any]:
    """Parcels with a number of which nobody says whose it is."""
    return select(ShipmentRecord.id).where(carrier_unknown(), OUTBOUND)


def unanswered() -> Select[Any]:
    """Carriers of whose parcels some had no answer three times, which is after some seven minutes."""
    return (
        # One miss is a carrier's bad moment.
        select(ShipmentRecord.carrier).where(ShipmentRecord.poll_failures >= 3, OPEN).group_by(ShipmentRecord.carrier)
    )


def late_rows(session: Session, now: datetime) -> Sequence[Row]:
    """Late parcels, those first that were promised first."""
    return [
        _row(parcel, order, parcel.promise_until)
        for parcel, order in _find_parcels(session, late(), ShipmentRecord.promise_until)
    ]


def failed_rows(session: Session, now: datetime) -> Sequence[Row]:
    """Failed attempts, the oldest first."""
    return [
        _row(parcel, order, parcel.state_since)
        for parcel, order in _find_parcels(session, failed(), ShipmentRecord.state_since)
    ]


def returning_rows(session: Session, now: datetime) -> Sequence[Row]:
    """Parcels going back, the oldest first."""
    return [
        _row(parcel, order, parcel.state_since)
        for parcel, order in _find_parcels(session, returning(), ShipmentRecord.state_since)
    ]


def troubled_rows(session: Session, now: datetime) -> Sequence[Row]:
    """Parcels that ended badly, the oldest first: the customer was told, and may write."""
    parcels = _find_parcels(session, troubled(), ShipmentRecord.state_since)
    return [
        _dealt_with(_row(parcel, order, parcel.state_since), f"{parcel.id}-{parcel.state}") for parcel, order in parcels
    ]


def _dealt_with(row: Row, item: str) -> Row:
    act = Act(_("Dealt with"), url_for("work.aside", name=TROUBLE, item=item), asks=True)
    return replace(row, acts=(act,), item=item)


def doubtful_rows(session: Session, now: datetime) -> Sequence[Row]:
    """Doubtful parcels, with what is odd about them."""
    parcels = _find_parcels(session, doubtful(), ShipmentRecord.id)
    return [
        _row(parcel, order, parcel.created_at, detail=", ".join(flag_words(parcel.flags))) for parcel, order in parcels
    ]


def carrierless_rows(session: Session, now: datetime) -> Sequence[Row]:
    """Parcels without a carrier, the oldest first: whom the number could be of, and the way to say it."""
    parcels = _find_parcels(session, carrierless(), ShipmentRecord.created_at)
    return [_to_choose(session, parcel, order) for parcel, order in parcels]


def _to_choose(session: Session, parcel: ShipmentRecord, order: OrderRecord) -> Row:
    place = parcel.pickup_point or order.ship_to or {}
    likely = likely_carriers(session, parcel, place.get("country"))
    titles = ", ".join(dict.fromkeys(distinct_carrier_title(name) or name for name in likely))
    detail = _("Could be: %(carriers)s", carriers=titles) if titles else _("The number fits no carrier that we know.")
    if parcel.carrier_word:
        detail = _("The shop calls it “%(carrier)s”.", carrier=parcel.carrier_word) + " " + detail
    act = Act(_("Set the carrier"), url_for("order_actions.carrier", ref=order.ref, shipment_id=parcel.id), asks=True)
    return replace(_row(parcel, order, parcel.created_at, detail=detail), about=parcel.number or "", acts=(act,))


def unanswered_rows(session: Session, now: datetime) -> Sequence[Row]:
    """Carriers that do not answer, by their reason: about how many parcels, and since when; the most first."""
    parcels, zone = func.count(), shop_zone(session)
    statement = (
        select(ShipmentRecord.carrier, ShipmentRecord.poll_error, parcels, func.min(ShipmentRecord.poll_failing_since))
        .where(ShipmentRecord.poll_failures >= 3, OPEN)
        .group_by(ShipmentRecord.carrier, ShipmentRecord.poll_error)
        .order_by(parcels.desc(), ShipmentRecord.carrier, ShipmentRecord.poll_error)
        .limit(MOST_ROWS)
    )
    zone = shop_zone(session)
    return [
        Row(
            title=distinct_carrier_title(carrier) or carrier or "—",
            about=ngettext("%(num)s parcel", "%(num)s parcels", count),
            detail=error or "",
            when=moment(since, zone=zone) if since else "—",
        )
        for carrier, error, count, since in session.execute(statement)
    ]


def _find_parcels(
    session: Session, waiting: Select[Any], order_by: Any
) -> Sequence[tuple[ShipmentRecord, OrderRecord]]:
    statement = (
        select(ShipmentRecord, OrderRecord)
        .join(OrderRecord, OrderRecord.id == ShipmentRecord.order_id)
        .where(ShipmentRecord.id.in_(waiting))
        # What has no such day waits behind those that have one, not before them.
        .order_by(order_by.asc().nulls_last(), ShipmentRecord.id)
        .limit(MOST_ROWS)
    )
    return [(shipment, order) for shipment, order in session.execute(statement)]


def _row(shipment: ShipmentRecord, order: OrderRecord, when: Any, *, detail: str = "") -> Row:
    carrier = distinct_carrier_title(shipment.carrier) or "—"
    return Row(
        title=order.number,
        href=url_for("console.order", ref=order.ref),
        about=f"{carrier} {shipment.number or ''}".strip(),
        detail=detail or short_state(ShipmentState(shipment.state)),
        when=short_day(when, zone=shipment.zone) if when else "—",
    )
