"""What was promised of an order of which nothing has left yet, and whether that is over. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.tracking.estimate import Window
from app.tracking.page.records import TrackedOrder


@dataclass(frozen=True, slots=True)
class Coming:
    """The days on which something is expected, the hours where they were told, and the day that was told before."""

    begin: date | None = None
    until: date | None = None
    window: Window | None = None
    before: date | None = None


def today_of(order: TrackedOrder, now: datetime) -> date:
    """The day by the shop's own clock."""
    return now.astimezone(ZoneInfo(order.zone)).date()


def promised(order: TrackedOrder, now: datetime) -> Coming:
    """The days promised at purchase, while nothing stands in the way; once they are over, the last of them."""
    begin, until = _promise(order)
    today = today_of(order, now)
    if until is None or _stands_still(order):
        return Coming()
    return Coming(before=until) if until < today else Coming(max(begin or until, today), until)


def is_overdue(order: TrackedOrder, now: datetime) -> bool:
    """Whether the promise is over and nothing has left."""
    return promised(order, now).before is not None


def _promise(order: TrackedOrder) -> tuple[date | None, date | None]:
    """The order's own, else that of the parcel that was promised last."""
    if order.promise_until:
        return order.promise_from, order.promise_until
    planned = [(one.outlook.promise_until, one.outlook.promise_from) for one in order.parcels]
    until, begin = max(((until, begin) for until, begin in planned if until), default=(None, None), key=_until)
    return begin, until


def _until(promise: tuple[date | None, date | None]) -> date:
    return promise[0] or date.min


def _stands_still(order: TrackedOrder) -> bool:
    """Whether its page speaks of no arrival: it is held, called off, empty, or said to have left."""
    needs_parcels = any(line.kind == "goods" for line in order.lines) or bool(order.parcels)
    return order.status not in ("received", "confirmed", "preparing") or not needs_parcels
