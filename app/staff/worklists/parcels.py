"""Worklists of parcels: late, failed attempts, going back, doubtful scans; and carriers that do not answer."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Select, cast, exists, extract, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import Text

from app.brands.queries import shop_zone
from app.core.i18n.words import moment, short_day
from app.orders.records import OrderRecord
from app.staff.orders.words import flag_words
from app.staff.worklists.aside import CARRIERLESS, DOUBTFUL, FAILED, LATE, RETURNING, TROUBLE, is_aside
from app.staff.worklists.choice import RowChoice, RowSource
from app.staff.worklists.rows import MOST_ROWS, WITH_CUSTOMER, Act, Row, age_words, customer_of
from app.tracking.carrier_pages import carrier_title
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
# The same names as `_item` makes. With its state: what was dealt with as lost and comes back damaged is listed again.
_STATE_ITEM = func.concat(ShipmentRecord.id, "-", ShipmentRecord.state)
_LATE_ITEM = func.concat(ShipmentRecord.id, "-", ShipmentRecord.promise_until)
_FAILED_ITEM = func.concat(ShipmentRecord.id, "-", func.floor(extract("epoch", ShipmentRecord.state_since)))


_OF_PARCEL = {"order_id": ShipmentRecord.order_id, "carrier": ShipmentRecord.carrier}
LATE_ROWS = RowSource(_LATE_ITEM, day=ShipmentRecord.late_since, **_OF_PARCEL)
FAILED_ROWS = RowSource(_FAILED_ITEM, day=ShipmentRecord.state_since, **_OF_PARCEL)
STATE_ROWS = RowSource(_STATE_ITEM, day=ShipmentRecord.state_since, **_OF_PARCEL)
NEW_ROWS = RowSource(ShipmentRecord.id, day=ShipmentRecord.created_at, **_OF_PARCEL)
CARRIER_ROWS = RowSource(func.coalesce(ShipmentRecord.carrier, "none"), carrier=ShipmentRecord.carrier)


def late() -> Select[Any]:
    """Live parcels past their promise."""
    is_late = (ShipmentRecord.late_since.is_not(None), OPEN, OUTBOUND)
    return select(ShipmentRecord.id).where(*is_late, ~is_aside(LATE, _LATE_ITEM))


def failed() -> Select[Any]:
    """Parcels whose last news is a failed attempt."""
    in_vain = (OPEN, ShipmentRecord.state == "delivery_failed", OUTBOUND)
    return select(ShipmentRecord.id).where(*in_vain, ~is_aside(FAILED, _FAILED_ITEM))


def returning() -> Select[Any]:
    """Parcels on their way back undelivered."""
    going_back = (OPEN, ShipmentRecord.state == "return_to_sender", OUTBOUND)
    return select(ShipmentRecord.id).where(*going_back, ~is_aside(RETURNING, _STATE_ITEM))


def troubled() -> Select[Any]:
    """Parcels that ended badly lately and that nobody has dealt with: lost, damaged, or back at the shop."""
    lately = ShipmentRecord.state_since > func.now() - LATELY
    return select(ShipmentRecord.id).where(
        ShipmentRecord.state.in_(TROUBLED), OUTBOUND, lately, ~is_aside(TROUBLE, _STATE_ITEM)
    )


def doubtful() -> Select[Any]:
    """Parcels whose events are under suspicion."""
    suspicious = cast(sorted(QUARANTINE), ARRAY(Text))
    return select(ShipmentRecord.id).where(
        ~ShipmentRecord.released,
        ShipmentRecord.flags.overlap(suspicious),
        OPEN,
        ~is_aside(DOUBTFUL, ShipmentRecord.id),
    )


def carrierless() -> Select[Any]:
    """Parcels with a number of which nobody says whose it is."""
    return select(ShipmentRecord.id).where(carrier_unknown(), OUTBOUND, ~is_aside(CARRIERLESS, ShipmentRecord.id))


def unanswered() -> Select[Any]:
    """Carriers of whose parcels some had no answer three times, which is after some seven minutes."""
    return (
        # One miss is a carrier's bad moment.
        select(ShipmentRecord.carrier).where(ShipmentRecord.poll_failures >= 3, OPEN).group_by(ShipmentRecord.carrier)
    )


def late_rows(session: Session, now: datetime, choice: RowChoice) -> Sequence[Row]:
    """Late parcels, those first that were promised first."""
    return [
        _dealt_with(_row(parcel, order, parcel.promise_until, now=now), LATE, parcel)
        for parcel, order in _find_parcels(session, choice, late(), ShipmentRecord.promise_until)
    ]


def failed_rows(session: Session, now: datetime, choice: RowChoice) -> Sequence[Row]:
    """Failed attempts, the oldest first."""
    return [
        _dealt_with(_row(parcel, order, parcel.state_since, now=now), FAILED, parcel)
        for parcel, order in _find_parcels(session, choice, failed(), ShipmentRecord.state_since)
    ]


def returning_rows(session: Session, now: datetime, choice: RowChoice) -> Sequence[Row]:
    """Parcels going back, the oldest first."""
    return [
        _dealt_with(_row(parcel, order, parcel.state_since, now=now), RETURNING, parcel)
        for parcel, order in _find_parcels(session, choice, returning(), ShipmentRecord.state_since)
    ]


def troubled_rows(session: Session, now: datetime, choice: RowChoice) -> Sequence[Row]:
    """Parcels that ended badly, the oldest first: the customer was told, and may write."""
    parcels = _find_parcels(session, choice, troubled(), ShipmentRecord.state_since)
    return [_dealt_with(_row(parcel, order, parcel.state_since, now=now), TROUBLE, parcel) for parcel, order in parcels]


def listed_acts(session: Session, parcel: ShipmentRecord) -> Sequence[Act]:
    """What can be done about a parcel on the lists that it is on."""
    waiting = {LATE: late(), FAILED: failed(), RETURNING: returning(), TROUBLE: troubled()}
    columns = [exists(ids.where(ShipmentRecord.id == parcel.id)).label(name) for name, ids in waiting.items()]
    on_it = session.execute(select(*columns)).mappings().one()
    return [_deal_with(name, _item(name, parcel)) for name in waiting if on_it[name]]


def _dealt_with(row: Row, worklist: str, parcel: ShipmentRecord) -> Row:
    item = _item(worklist, parcel)
    return replace(row, item=item)


def _deal_with(worklist: str, item: str) -> Act:
    return Act(_("Dealt with"), url_for("work.aside", name=worklist, item=item), asks=True)


def _item(worklist: str, parcel: ShipmentRecord) -> str:
    """What a parcel is called on a list: with what put it there, so that other news puts it there again."""
    if worklist == LATE:
        return f"{parcel.id}-{parcel.promise_until or ''}"
    if worklist == FAILED:
        since = parcel.state_since
        return f"{parcel.id}-{math.floor(since.timestamp()) if since else ''}"
    return f"{parcel.id}-{parcel.state}"


def doubtful_rows(session: Session, now: datetime, choice: RowChoice) -> Sequence[Row]:
    """Doubtful parcels, with what is odd about them."""
    parcels = _find_parcels(session, choice, doubtful(), ShipmentRecord.created_at)
    return [_checked(parcel, order, now) for parcel, order in parcels]


def _checked(parcel: ShipmentRecord, order: OrderRecord, now: datetime) -> Row:
    row = _row(parcel, order, parcel.created_at, now=now, detail=", ".join(flag_words(parcel.flags)))
    confirm = url_for("order_actions.free", ref=order.ref, shipment_id=parcel.id)
    return replace(row, acts=(Act(_("Confirm these scans"), confirm, asks=True),))


def carrierless_rows(session: Session, now: datetime, choice: RowChoice) -> Sequence[Row]:
    """Parcels without a carrier, the oldest first: whom the number could be of, and the way to say it."""
    parcels = _find_parcels(session, choice, carrierless(), ShipmentRecord.created_at)
    return [_to_choose(session, parcel, order, now) for parcel, order in parcels]


def _to_choose(session: Session, parcel: ShipmentRecord, order: OrderRecord, now: datetime) -> Row:
    place = parcel.pickup_point or order.ship_to or {}
    likely = likely_carriers(session, parcel, place.get("country"))
    titles = ", ".join(dict.fromkeys(carrier_title(name) or name for name in likely))
    detail = _("Could be: %(carriers)s", carriers=titles) if titles else _("The number fits no carrier that we know.")
    if parcel.carrier_word:
        detail = _("The shop calls it “%(carrier)s”.", carrier=parcel.carrier_word) + " " + detail
    act = Act(_("Set the carrier"), url_for("order_actions.carrier", ref=order.ref, shipment_id=parcel.id), asks=True)
    row = _row(parcel, order, parcel.created_at, now=now, detail=detail)
    return replace(row, about=parcel.number or "", acts=(act,))


def unanswered_rows(session: Session, now: datetime, choice: RowChoice) -> Sequence[Row]:
    """Carriers that do not answer, by their reason: about how many parcels, and since when; the most first."""
    parcels = func.count()
    statement = (
        select(ShipmentRecord.carrier, ShipmentRecord.poll_error, parcels, func.min(ShipmentRecord.poll_failing_since))
        .where(ShipmentRecord.poll_failures >= 3, OPEN, *choice.where)
        .group_by(ShipmentRecord.carrier, ShipmentRecord.poll_error)
        .order_by(parcels.desc(), ShipmentRecord.carrier, ShipmentRecord.poll_error)
        .limit(MOST_ROWS)
    )
    zone = shop_zone(session)
    return [
        Row(
            title=carrier_title(carrier) or carrier or "—",
            about=ngettext("%(num)s parcel", "%(num)s parcels", count),
            detail=error or "",
            when=moment(since, zone=zone) if since else "—",
            age=age_words(since, now, zone),
            item=carrier or "none",
        )
        for carrier, error, count, since in session.execute(statement)
    ]


def _find_parcels(
    session: Session, choice: RowChoice, waiting: Select[Any], order_by: Any
) -> Sequence[tuple[ShipmentRecord, OrderRecord]]:
    statement = (
        select(ShipmentRecord, OrderRecord)
        .join(OrderRecord, OrderRecord.id == ShipmentRecord.order_id)
        .where(ShipmentRecord.id.in_(waiting), *choice.where)
        .order_by(*choice.order(order_by, ShipmentRecord.id))
        .limit(MOST_ROWS)
        .options(WITH_CUSTOMER)
    )
    return [(shipment, order) for shipment, order in session.execute(statement)]


def _row(shipment: ShipmentRecord, order: OrderRecord, when: Any, *, now: datetime, detail: str = "") -> Row:
    carrier = carrier_title(shipment.carrier) or "—"
    return Row(
        title=order.number,
        href=url_for("console.order", ref=order.ref),
        about=f"{carrier} {shipment.number or ''}".strip(),
        detail=detail or short_state(ShipmentState(shipment.state)),
        when=short_day(when, zone=shipment.zone) if when else "—",
        age=age_words(when, now, shipment.zone),
        customer=customer_of(order),
        item=str(shipment.id),
        order_id=order.id,
    )
