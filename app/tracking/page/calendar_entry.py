"""A parcel's entry in a calendar: the days or hours in which it comes, or the last day to collect it."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.core.calendar_file import CalendarEntry
from app.core.i18n.locale import gettext as _
from app.tracking.page.records import TrackedOrder, TrackedParcel
from app.tracking.states import ShipmentState as S
from app.tracking.summary.order_summary import parcel_summary
from app.tracking.summary.parcel_words import keep_until
from app.tracking.summary.promise import Coming, promised, today_of


def calendar_entry(
    order: TrackedOrder, parcel: TrackedParcel | None, *, origin: str, now: datetime
) -> CalendarEntry | None:
    """When to be there for a parcel, or for an order that is in none yet; None when no day is known or all is over."""
    last = keep_until(parcel) if parcel and parcel.state is S.READY_FOR_PICKUP else None
    if order.over or (parcel and not parcel.live):
        return None
    if last:
        return _entry(order, parcel, origin, Coming(last, last)) if last >= _today(order, parcel, now) else None
    coming = parcel_summary(order, parcel, now).coming if parcel else promised(order, now)
    return _entry(order, parcel, origin, coming) if coming.begin and coming.until else None


def _entry(order: TrackedOrder, parcel: TrackedParcel | None, origin: str, coming: Coming) -> CalendarEntry | None:
    begin, until = coming.begin, coming.until
    if begin is None or until is None:
        return None
    zone = ZoneInfo(parcel.zone if parcel else order.zone)
    if coming.window and begin == until:
        begin = datetime.combine(until, coming.window.begin, zone)
        until = datetime.combine(until, coming.window.until, zone)
    return CalendarEntry(
        # What is in no parcel yet is in the first one later, and then its day replaces this one.
        uid=f"delivery-{order.ref}-{parcel.place if parcel else 1}@{_host(origin)}",
        sequence=order.version + (parcel.version if parcel else 0),
        title=_title(order, parcel),
        begin=begin,
        until=until,
        url=f"{origin.rstrip('/')}/o/{order.ref}",
        place=_place(parcel),
    )


def _title(order: TrackedOrder, parcel: TrackedParcel | None) -> str:
    if parcel and parcel.state is S.READY_FOR_PICKUP:
        return _("Last day to collect order %(number)s", number=order.number)
    if parcel and len(order.parcels) > 1:
        which = {"place": parcel.place, "all": len(order.parcels)}
        return _("Order %(number)s arrives, parcel %(place)s of %(all)s", number=order.number, **which)
    return _("Order %(number)s arrives", number=order.number)


def _place(parcel: TrackedParcel | None) -> str | None:
    """The point where it is collected; a home is no word for a calendar that others may read."""
    point = (parcel.pickup_point if parcel else None) or {}
    town = " ".join(part for part in (point.get("postcode"), point.get("city")) if part)
    return ", ".join(part for part in (point.get("name"), point.get("line1"), town) if part) or None


def _today(order: TrackedOrder, parcel: TrackedParcel | None, now: datetime) -> date:
    return now.astimezone(ZoneInfo(parcel.zone)).date() if parcel else today_of(order, now)


def _host(origin: str) -> str:
    return origin.partition("://")[2].strip("/")
