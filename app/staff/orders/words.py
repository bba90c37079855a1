"""Parcels and orders in the words of the console: odd facts, statuses, holds, channels."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.core.i18n.words import amount, country_name, short_day
from app.orders.records import OrderLineRecord, OrderRecord
from app.tracking.fold.facts import QUARANTINE, Flag, Placed
from app.tracking.fold.timeline import ONLY_THE_DAY
from app.tracking.page.words import INCIDENTS, short_state, state_words, way_back_words
from app.tracking.records import ShipmentRecord, TrackingEventRecord
from app.tracking.states import CarrierSource, ShipmentState, TimeQuality

FLAGS = {
    Flag.FUTURE: _l("scan dated in the future"),
    Flag.BEFORE_LABEL: _l("scans before the label was made"),
    Flag.UNDATED: _l("scan without a time"),
    Flag.OTHER_PERIOD: _l("scans of another parcel with this number"),
    Flag.ECHO: _l("duplicate scan"),
    Flag.LATE_PICKUP: _l("a pick-up stamped after the delivery"),
    Flag.WITHDRAWN: _l("scan withdrawn by the carrier"),
    Flag.NUMBER_REUSED: _l("the number was used before"),
    Flag.TOO_SOON: _l("delivered implausibly soon"),
    Flag.WRONG_COUNTRY: _l("scanned in another country"),
    Flag.SHARED_NUMBER: _l("shares its number with another order"),
    Flag.CONTESTED_NUMBER: _l("another order had this number first"),
    Flag.CORRECTED: _l("delivery withdrawn by the carrier"),
    Flag.UNKNOWN_WORD: _l("an unknown word of the carrier"),
}
STATUSES = {
    "received": _l("Received"),
    "confirmed": _l("Confirmed"),
    "on_hold": _l("On hold"),
    "preparing": _l("Preparing"),
    "partly_shipped": _l("Partly sent"),
    "shipped": _l("Sent"),
    "completed": _l("Completed"),
    "cancelled": _l("Cancelled"),
}
HOLDS = {
    "payment": _l("payment"),
    "stock": _l("stock"),
    "address": _l("address"),
    "review": _l("review"),
    "scheduled": _l("planned for later"),
}
PAYMENTS = {
    "unpaid": _l("not paid"),
    "authorised": _l("authorised"),
    "part_paid": _l("paid in part"),
    "paid": _l("paid"),
    "part_refunded": _l("given back in part"),
    "refunded": _l("given back"),
    "voided": _l("voided"),
}
METHODS = {
    "delivery": _l("delivered to the door"),
    "pickup_point": _l("to a pick-up point"),
    "store_pickup": _l("collected in a shop"),
}


CARRIER_SOURCES = {
    CarrierSource.NUMBER: _l("The carrier was recognised by the number."),
    CarrierSource.SCAN: _l("The carrier is the one that scanned the number."),
    CarrierSource.STAFF: _l("The carrier was set here."),
}


def carrier_source_words(parcel: ShipmentRecord) -> str:
    """Who says whose a parcel is, where the shop does not."""
    if parcel.carrier is None:
        return _("Nobody says who carries this parcel.")
    return str(CARRIER_SOURCES.get(CarrierSource(parcel.carrier_source), ""))


def payment_words(state: str) -> str:
    """How far the payment has come, in the shop's word."""
    return str(PAYMENTS.get(state, state))


def flag_words(flags: Iterable[str]) -> list[str]:
    """What is odd about a parcel."""
    return [str(FLAGS[Flag(flag)]) if flag in set(Flag) else flag for flag in sorted(flags)]


def is_doubtful(shipment: ShipmentRecord) -> bool:
    """Whether a parcel's events are under suspicion."""
    return not shipment.released and bool(QUARANTINE & set(shipment.flags))


def no_parcel_words(status: str) -> str:
    """Why no parcel of an order is shown."""
    if status == "cancelled":
        return _("Nothing of this order was sent.")
    if status in ("partly_shipped", "shipped", "completed"):
        return _("The shop says that it was sent and names no parcel.")
    return _("Nothing of this order has been sent yet.")


def status_words(status: str) -> str:
    """How the order stands in the shop's own system, which may be behind its parcels."""
    return str(STATUSES.get(status, status))


def hold_words(order: OrderRecord) -> str:
    """Why an order is on hold, and until when where that was said; empty for others."""
    if order.status != "on_hold" or not order.hold:
        return ""
    until = short_day(order.hold_until) if order.hold_until else None
    return ", ".join(filter(None, (str(HOLDS.get(order.hold, order.hold)), until)))


def contents_words(parcel: ShipmentRecord, parcels: Sequence[ShipmentRecord], order: OrderRecord) -> list[str]:
    """What is packed in a parcel, a text for each line; of a group that goes together what is in all of it."""
    lines = {line.id: line for line in order.all_lines}
    packed = [_packed(one.quantity, lines.get(one.order_line_id)) for one in parcel.lines]
    group = [other for other in parcels if parcel.parcel_group and other.parcel_group == parcel.parcel_group]
    if packed or len(group) < 2:
        return packed or [_("The shop does not say.")]
    together = [_packed(one.quantity, lines.get(one.order_line_id)) for other in group for one in other.lines]
    whole = ngettext("in %(num)s parcel together", "in %(num)s parcels together", len(group))
    return [*together, f"({whole})"] if together else [_("The shop does not say.")]


def _packed(pieces: int, line: OrderLineRecord | None) -> str:
    if line is None:
        return f"{amount(pieces)} × ?"
    return f"{amount(pieces, line.measure_of(pieces))} × {line.title}"


def our_words(event: TrackingEventRecord, *, returning: bool) -> str:
    """Our word for a scan, with what is wrong."""
    state = ShipmentState(event.status) if event.status in set(ShipmentState) else ShipmentState.UNKNOWN
    words = way_back_words(state) if returning else state_words(state)
    if event.incident in INCIDENTS:
        words = f"{short_state(state)}: {_(INCIDENTS[event.incident])}"
    if event.withdrawn_at is not None:
        return _("%(what)s (withdrawn by the carrier)", what=words)
    if event.occurred_at is None:
        return _("%(what)s (no time given)", what=words)
    return words


def unsure_time_words(scan: Placed) -> str:
    """How the day of a scan is known whose time of day is not; empty where its time is."""
    if scan.flags & ONLY_THE_DAY:
        heard = scan.at == scan.stored.seen_at
        return _("the day is that on which it was heard of") if heard else _("the day is that of the scan before it")
    if scan.event.time_quality is not TimeQuality.GUESSED:
        return ""
    raw = scan.event.occurred_raw
    return _("only the day was told or can be believed: written as “%(text)s”", text=raw)


def place_words(place: dict[str, Any]) -> str:
    """«Coslada, España»."""
    code = place.get("country")
    return ", ".join(part for part in (place.get("city"), country_name(code) if code else None) if part)
