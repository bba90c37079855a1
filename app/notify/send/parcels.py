"""What a message says of an order and its parcel, taken from what their page says at the same moment."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from app.core.hours.words import week_words
from app.core.i18n.words import local_day
from app.notify.render.mails.facts import MailItem, MailParcel, OtherParcel
from app.notify.render.reading import MessageRows
from app.notify.send.config import MailConfig
from app.orders.records import OrderLineRecord, OrderRecord
from app.returns.points.chosen import address_words
from app.tracking.clocks import stage_clock
from app.tracking.page.point import point_of
from app.tracking.page.records import TrackedOrder, TrackedParcel
from app.tracking.records import ShipmentRecord
from app.tracking.states import FINISHED, ShipmentState
from app.tracking.summary import parcel_words
from app.tracking.summary.headline import leading
from app.tracking.summary.order_summary import ParcelSummary, carrier_of, parcel_summary, summary_of
from app.tracking.summary.stages import stage_words
from app.tracking.summary.trail import order_trail, trail


def page_of(order: TrackedOrder | None, now: datetime) -> dict[str, Any]:
    """Stage, days, trail and sentences of an order's page, as fields of the order's facts."""
    if order is None:
        return {}
    summary = summary_of(order, now)
    return {
        "stage": summary.stage,
        "expected_from": summary.coming.begin,
        "expected_until": summary.coming.until,
        "trail": tuple(order_trail(order, leading(order, now), now)),
        "title": summary.answer.title,
        "why": summary.answer.why or "",
    }


def parcel_of(
    parcel: ShipmentRecord, order: OrderRecord, rows: MessageRows, now: datetime, config: MailConfig
) -> MailParcel:
    """One shipment with what its page says of it at this moment."""
    parcels = rows.parcels_of(order.id)
    siblings = [sibling.id for sibling in parcels]
    together = [other for other in parcels if other.parcel_group and other.parcel_group == parcel.parcel_group]
    packed: Counter[int] = Counter()
    for line in (line for one in together or [parcel] for line in one.lines):
        packed[line.order_line_id] += line.quantity
    point = parcel.pickup_point or {}
    return MailParcel(
        state=parcel.state,
        position=siblings.index(parcel.id) + 1 if parcel.id in siblings else 1,
        total=max(1, len(siblings)),
        number=parcel.number,
        method=parcel.method,
        items=items_of(packed, order),
        together=max(1, len(together)),
        point_name=point.get("name"),
        point_address=address_words(*(point.get(part) or "" for part in ("line1", "postcode", "city"))) or None,
        keep_until=day_of(point.get("keep_until")),
        **_delivery(parcel),
        **_page(rows.tracked.get(order.id), parcel.id, now),
        followed=config.asks(parcel.carrier) or any(scan["by"] != "shop" for scan in parcel.timeline),
    )


def _page(order: TrackedOrder | None, parcel_id: int, now: datetime) -> dict[str, Any]:
    tracked = next((one for one in order.parcels if one.id == parcel_id), None) if order else None
    if order is None or tracked is None:
        return {}
    summary = parcel_summary(order, tracked, now)
    coming = summary.coming
    return {
        "stage": summary.stage,
        "carrier": carrier_of(tracked),
        "expected_from": coming.begin,
        "expected_until": coming.until,
        "expected_before": coming.before,
        "window": (coming.window.begin, coming.window.until) if coming.window else None,
        "trail": tuple(trail(order, tracked, now)),
        "next_step": _next_step(tracked, now),
        **_point(tracked, now),
        "rest": tuple(_other(order, one, now) for one in order.parcels if one is not tracked and _is_open(one)),
    }


def _next_step(parcel: TrackedParcel, now: datetime) -> str:
    # A mail is read later: «tomorrow» would be another day then.
    if parcel.state is ShipmentState.DELIVERY_FAILED:
        return parcel_words.next_try(parcel)
    # Until when it waits stands with the place.
    if parcel.state is ShipmentState.READY_FOR_PICKUP:
        return parcel_words.what_to_bring(parcel)
    return parcel_words.next_step(parcel, now) or ""


def _point(parcel: TrackedParcel, now: datetime) -> dict[str, Any]:
    """Where it waits, as its page shows it."""
    point, stored = point_of(parcel, now), parcel.pickup_point or {}
    if point is None:
        return {}
    # The usual week: a mail is read on any day. Whose code it is, where none is told, the next step says.
    hours = week_words(stored.get("opening_hours"))
    return {"point_hours": hours, "point_directions": point.map_url, "point_code": stored.get("code_hint")}


def _is_open(parcel: TrackedParcel) -> bool:
    return parcel.state not in FINISHED and not parcel.retired


def _other(order: TrackedOrder, parcel: TrackedParcel, now: datetime) -> OtherParcel:
    summary: ParcelSummary = parcel_summary(order, parcel, now)
    return OtherParcel(parcel.place, stage_words(summary.stage), summary.coming.begin, summary.coming.until)


def _delivery(parcel: ShipmentRecord) -> dict[str, Any]:
    """When it was delivered, by the clock of the scan that says so, as exactly as that is known."""
    at = parcel.delivered_at
    if at is None:
        return {}
    zone, exact = stage_clock(parcel.timeline, at, parcel.zone)
    return {"delivered_at": at, "delivered_zone": zone, "delivered_on": None if exact else local_day(at, zone)}


def items_of(quantities: Mapping[int, int], order: OrderRecord) -> tuple[MailItem, ...]:
    """So much of these lines, by row."""
    lines: list[OrderLineRecord] = [line for line in order.all_lines if line.id in quantities]
    return tuple(
        MailItem(line.title, quantities[line.id], line.variant, line.measure_of(quantities[line.id]), line.image_url)
        for line in lines
    )


def day_of(text: object) -> date | None:
    """A day as documents write it; None for anything else."""
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
