"""When a parcel comes, in words: «Llega hoy, de 12 a 14 h», "Arrives between Thursday 26 and Monday 30 November"."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.core.i18n import words
from app.core.i18n.locale import gettext as _
from app.tracking.estimate import UNDERWAY, Arrival, ArrivalBasis, Window, arrival, next_question
from app.tracking.page.records import TrackedParcel
from app.tracking.states import ShipmentState
from app.tracking.summary.promise import Coming


@dataclass(frozen=True, slots=True)
class ArrivalWords:
    """An arrival in words: the sentence, the day told before when it moved, and whose word it is."""

    title: str
    before: str | None
    basis: ArrivalBasis


def coming(parcel: TrackedParcel, now: datetime) -> ArrivalWords | None:
    """When this parcel comes; None when nobody knows."""
    expected = arrival(parcel.outlook, now)
    today = now.astimezone(ZoneInfo(parcel.zone)).date()
    if expected.begin is None or expected.until is None:
        return None
    return ArrivalWords(_sentence(expected, today), said_before(parcel, now), expected.basis)


def said_before(parcel: TrackedParcel, now: datetime) -> str | None:
    """The day that was told before, in words, where the parcel comes later or nobody knows when."""
    day = day_before(parcel, now)
    return words.day(day) if day else None


def day_before(parcel: TrackedParcel, now: datetime) -> date | None:
    """The day that was told before: the promise, else an earlier day of the carrier's that it has moved back."""
    if parcel.state not in UNDERWAY:
        return None
    expected = arrival(parcel.outlook, now)
    if expected.before or expected.until is None:
        return expected.before if parcel.late_since or expected.until else None
    moved = parcel.estimate_before
    return moved if moved and expected.basis is ArrivalBasis.CARRIER and moved < expected.until else None


def planned_arrival(coming: Coming, today: date) -> str | None:
    """When an order without parcels comes, while the promise lies ahead."""
    if coming.begin is None or coming.until is None:
        return None
    return _sentence(Arrival(coming.begin, coming.until, ArrivalBasis.PROMISE), today)


def _sentence(expected: Arrival, today: date) -> str:
    begin, until = expected.begin, expected.until
    if begin is None or until is None:
        return _("We don't know yet when it will arrive")
    if begin != until:
        return _within(begin, until, today)
    return _in_the_hours(expected.window, until, today) if expected.window else _on_the_day(until, today)


def _within(begin: date, until: date, today: date) -> str:
    if begin == today:
        tomorrow = (until - today).days == 1
        latest = words.day(until)
        return _("Arrives today or tomorrow") if tomorrow else _("Arrives by %(day)s", day=latest)
    return _("Arrives %(days)s", days=words.between(begin, until))


def _in_the_hours(window: Window, until: date, today: date) -> str:
    start, end = (datetime.combine(until, hour) for hour in (window.begin, window.until))
    hours = words.time_range(start, end)
    if until == today:
        return _("Arrives today, %(hours)s", hours=hours)
    return _("Arrives %(day)s, %(hours)s", day=words.day(until), hours=hours)


def _on_the_day(until: date, today: date) -> str:
    named = words.day(until)
    if until == today:
        return _("Arrives today, %(day)s", day=named)
    if (until - today).days == 1:
        return _("Arrives tomorrow, %(day)s", day=named)
    return _("Arrives %(day)s", day=named)


def look_again(parcel: TrackedParcel, now: datetime) -> str | None:
    """When the carrier is asked again; None when there is nothing to ask, or nobody who asks."""
    turn = next_question(parcel.next_poll_at, parcel.polled_at, now)
    if turn is None or not parcel.live or not parcel.askable:
        return None
    # Turns are taken by budget: a time of day would promise too much.
    if turn <= now:
        return _("We'll let you know as soon as there's an update.")
    return _("Next check with the carrier: %(moment)s.", moment=words.moment(turn, zone=parcel.zone, now=now))


def no_news(parcel: TrackedParcel) -> str | None:
    """That nobody tells us of it; None while we hear, or when there is nothing to hear yet or any more."""
    nameless = not parcel.number and not parcel.tracking_url
    if not parcel.live or nameless or parcel.followed or parcel.state is ShipmentState.PENDING:
        return None
    if parcel.page:
        return _("We get no updates from this carrier. Its own site shows where your parcel is.")
    return _("We get no updates from this carrier.")


def told_by(parcel: TrackedParcel, carrier: str | None, now: datetime) -> str | None:
    """Who told the latest news, and when: «Correos Express, hoy a las 9:14 (Madrid)»."""
    if not parcel.scans:
        return None
    scan = parcel.scans[0]
    zone = scan.zone_in(parcel.zone)
    when = words.moment(scan.at, zone=zone, now=now) if scan.exact else words.day(scan.at, zone=zone)
    source = carrier if scan.by != "shop" else _("The shop")
    if not scan.exact:
        return f"{source}, {when}"
    return _(
        "%(who)s, %(when)s (%(place)s time)", who=source or _("The carrier"), when=when, place=words.zone_city(zone)
    )
