"""A return's entries in a calendar: the last day to hand it over, the day of its collection, the end of the period."""

from datetime import date, datetime

from flask_babel import gettext as _

from app.core.calendar_file import CalendarEntry
from app.orders.records import OrderRecord
from app.returns.points.chosen import address_words
from app.returns.policy.quote import QuoteBasis
from app.returns.queries import ReturnView
from app.returns.status.standing import ReturnStanding


def return_entry(view: ReturnView, standing: ReturnStanding, *, origin: str) -> CalendarEntry | None:
    """What is still to be done with the parcel, and until when; None when it is not the customer's turn."""
    return_, point = view.return_, view.return_.point or {}
    on = standing.collected_on if standing.not_collected is None and not standing.nobody_came else None
    last = on or standing.deadline
    if last is None:
        return None
    title = _("Collection of return %(ref)s") if on else _("Last day to drop off return %(ref)s")
    address = address_words(*(point.get(part) or "" for part in ("line1", "postcode", "city")))
    return CalendarEntry(
        uid=f"return-{return_.ref}@{_host(origin)}",
        # Every change of a return moves its time on.
        sequence=int((return_.changed_at - return_.requested_at).total_seconds()),
        title=title % {"ref": return_.ref},
        begin=last,
        until=last,
        url=f"{origin.rstrip('/')}/returns/{return_.ref}",
        place=None if on else ", ".join(part for part in (point.get("name"), address) if part) or None,
    )


def period_end(basis: QuoteBasis, now: datetime) -> date | None:
    """The last day to ask for a return of something of the order: of several items, of the one that ends first."""
    days = [line.until for line in basis.eligibility.lines if line.allowed and line.until]
    # What is faulty may come back when this is over.
    return min((day for day in days if day >= basis.facts.day(now)), default=None)


def period_entry(order: OrderRecord, basis: QuoteBasis, *, origin: str, now: datetime) -> CalendarEntry | None:
    """The last day to ask for a return; None when nothing can come back, or there is no such day."""
    last = period_end(basis, now)
    if last is None:
        return None
    return CalendarEntry(
        uid=f"return-period-{order.ref}@{_host(origin)}",
        sequence=order.version,
        title=_("Last day to return items from order %(number)s", number=order.number),
        begin=last,
        until=last,
        url=f"{origin.rstrip('/')}/o/{order.ref}",
    )


def _host(origin: str) -> str:
    return origin.partition("://")[2].strip("/")
