"""From a time as written to an instant: offset, else place, else carrier, else a guess, and it says which."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.carriers.base.scans import WrittenTime
from app.core.i18n.zones import only_zone_of, zone_of
from app.core.times import reading
from app.core.times import written as times
from app.core.times.names import day_first_in
from app.core.times.reading import FARTHEST, agreeing, at_offset, in_zone
from app.core.times.written import ImpossibleClock, UnreadableTime, WrittenMoment
from app.tracking.ports import Place
from app.tracking.states import TimeQuality

# E-04, as in the fold: devices' clocks run ahead by minutes.
AHEAD = timedelta(minutes=15)
# Where every clock is behind, or ahead of, UTC all year: a time in GMT on the other side is wrong.
_WEST = frozenset(["AR", "BO", "BR", "CA", "CL", "CO", "CR", "EC", "GT", "MX", "PA", "PE", "PY", "US", "UY", "VE"])
_EAST = frozenset(
    {"AT", "AU", "BE", "CH", "CN", "CZ", "DE", "FI", "GR", "IN", "IT", "JP", "NL", "NZ", "PL", "RU", "SE"}
)


@dataclass(frozen=True, slots=True)
class ReadInstant:
    """An instant, the zone in which it is shown, how it is known, and what is wrong with it."""

    at: datetime | None
    zone: str | None
    quality: TimeQuality
    contradiction: str | None = None


def written(*parts: str | None, offset: str | None = None, gmt: str | None = None) -> WrittenTime:
    """Read what a carrier wrote: date and time in one or two parts, an offset beside it, the same in GMT.

    >>> written("2024-11-22T13:58:00", offset="-05:00").offset
    datetime.timedelta(days=-1, seconds=68400)
    """
    raw = " ".join(part for part in parts if part)
    fault = None
    try:
        moment = times.read(raw)
    except UnreadableTime as error:
        # The day may stand, whatever is wrong with the hour behind it.
        head = times.read_head(raw)
        if head is None:
            return WrittenTime(raw=raw, dated=True)
        moment, fault = head, str(error) if isinstance(error, ImpossibleClock) else None
    letters = moment.offsets if len(moment.offsets) > 1 else ()
    return WrittenTime(
        raw=raw,
        local=moment.local(),
        offset=moment.offsets[0] if len(moment.offsets) == 1 else read_offset(offset),
        gmt=_gmt_clock(gmt),
        dated=moment.clock is None,
        month_first=moment.local(month_first=True) if moment.month_first else None,
        letters=letters,
        zone=moment.zone,
        fault=fault,
    )


def in_plain_form(written_time: WrittenTime, place: Place | None, day_first: bool | None) -> WrittenTime:
    """The time as a shop's system writes it of a carrier's scan; ``day_first`` is the carrier's order of day and month.

    Where the carrier's habit and the place's differ, nobody can tell which of them the system follows.
    """
    habits = {day_first, day_first_in(place.country if place else None)} - {None}
    return replace(written_time, disputed=len(habits) > 1)


def settle(
    written_time: WrittenTime,
    place: Place | None,
    carrier_zone: str | None,
    *,
    day_first: bool | None = None,
    now: datetime | None = None,
) -> ReadInstant:
    """Decide the instant. A contradiction makes it a guess, so that only its day is shown.

    ``day_first`` is the carrier's habit between slashes, dots and dashes; with None the place's country decides.
    """
    if written_time.local is None:
        return ReadInstant(None, None, TimeQuality.GUESSED)
    chosen, doubt = _ordered(written_time, place, day_first, now=now)
    local = chosen.local or written_time.local
    if chosen.dated:
        return _guess(local, place, carrier_zone, chosen.fault or doubt)
    offset, wrong = _distance(chosen, local, place)
    if wrong:
        return _guess(local, place, carrier_zone, wrong)
    instant = _settled(chosen, local, offset, place, carrier_zone)
    if now is not None and instant.at is not None and instant.at - now > AHEAD:
        doubt = "The scan lies in the future."
    return replace(instant, quality=TimeQuality.GUESSED, contradiction=doubt) if doubt else instant


def read_day(text: str | None, *, day_first: bool | None = None) -> date | None:
    """A day in one of the carriers' ways of writing it, the time after it ignored; None where it would be a guess."""
    try:
        day = reading.read_day(text or "", day_first=day_first)
    except UnreadableTime:
        return None
    return None if day.guessed else day.day


def read_offset(text: str | None) -> timedelta | None:
    """``-05:00``, ``+0100``, ``Z``, ``CET`` as a distance from UTC; None for anything else."""
    try:
        moment = times.read(f"2000-01-01T00:00 {text or ''}")
    except UnreadableTime:
        return None
    return moment.offsets[0] if len(moment.offsets) == 1 else None


def _gmt_clock(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        moment: WrittenMoment = times.read(text)
    except UnreadableTime:
        return None
    local = moment.local()
    if local is None or moment.clock is None or moment.month_first:
        return None
    instant = at_offset(local, moment.offsets[0]) if len(moment.offsets) == 1 else None
    return instant.replace(tzinfo=None) if instant else local


def _ordered(
    written_time: WrittenTime, place: Place | None, day_first: bool | None, *, now: datetime | None
) -> tuple[WrittenTime, str | None]:
    """The time with its day in the order that is meant, and the doubt where that is not decided."""
    swapped = replace(written_time, local=written_time.month_first, month_first=None)
    if written_time.month_first is None:
        return written_time, None
    order = day_first if day_first is not None else day_first_in(place.country if place else None)
    if order is not None and not written_time.disputed:
        return (written_time if order else swapped), None
    ahead = now is not None and written_time.local is not None and _beyond(written_time.local, now)
    # What has not happened yet was not scanned.
    return (swapped if ahead else written_time), "Day and month can be read either way."


def _beyond(local: datetime, now: datetime) -> bool:
    # On whatever clock it is told.
    return local.replace(tzinfo=UTC) - now > FARTHEST


def _distance(written_time: WrittenTime, local: datetime, place: Place | None) -> tuple[timedelta | None, str | None]:
    """The scan's distance from UTC, if it was told, and what is wrong with it."""
    offset = written_time.offset
    if offset is None and written_time.letters:
        offset = agreeing(written_time.letters, local, _only_zone(place) or _usual_zone(place))
    if written_time.gmt is not None:
        # Offsets are whole quarters of an hour; the two times may be rounded apart by seconds.
        between = timedelta(minutes=15 * round((local - written_time.gmt).total_seconds() / 900))
        if offset is not None and offset != between:
            return None, "The offset and the time in GMT disagree."
        offset = between
    if offset is None:
        return None, None
    if abs(offset) > FARTHEST:
        return None, "Local time and GMT are more than 14 hours apart."
    country = place.country if place else None
    # E-04: the two can be swapped, and then both are of no use.
    if not _fits(offset, country) and written_time.gmt is not None:
        return None, f"The time in GMT lies on the wrong side of the local time for {country}."
    return offset, None


def _settled(
    written_time: WrittenTime,
    local: datetime,
    offset: timedelta | None,
    place: Place | None,
    carrier_zone: str | None,
) -> ReadInstant:
    if offset is not None:
        zones = (written_time.zone, _only_zone(place), _usual_zone(place), carrier_zone)
        # What is told in UTC is an instant, and no clock: the place's where that is sure, else the destination's.
        zone = _shown(local, offset, zones) if offset else zones[0] or zones[1]
        return ReadInstant(at_offset(local, offset), zone, TimeQuality.OFFSET)
    if written_time.zone is not None:
        return ReadInstant(in_zone(local, written_time.zone), written_time.zone, TimeQuality.OFFSET)
    zone_there = _only_zone(place)
    if zone_there is not None:
        return ReadInstant(in_zone(local, zone_there), zone_there, TimeQuality.PLACE)
    if carrier_zone is not None:
        return ReadInstant(in_zone(local, carrier_zone), carrier_zone, TimeQuality.CARRIER)
    return _guess(local, place, carrier_zone, None)


def _guess(local: datetime, place: Place | None, carrier_zone: str | None, wrong: str | None) -> ReadInstant:
    zone = _only_zone(place) or _usual_zone(place) or carrier_zone or "UTC"
    return ReadInstant(in_zone(local, zone), zone, TimeQuality.GUESSED, wrong)


def _only_zone(place: Place | None) -> str | None:
    if place is None:
        return None
    return only_zone_of(place.country, postcode=place.postcode, region=place.region, city=place.city)


def _usual_zone(place: Place | None) -> str | None:
    return zone_of(place.country, postcode=place.postcode, region=place.region) if place else None


def _fits(offset: timedelta, country: str | None) -> bool:
    """Whether a distance from UTC has the sign that the country's clocks have."""
    if country in _WEST:
        return offset < timedelta()
    return offset > timedelta() if country in _EAST else True


def _shown(local: datetime, offset: timedelta, zones: tuple[str | None, ...]) -> str:
    """The first zone by name that agrees with the offset, else the offset itself: a local clock nobody knows."""
    agrees = (zone for zone in zones if zone and local.replace(tzinfo=ZoneInfo(zone)).utcoffset() == offset)
    minutes = int(offset.total_seconds() // 60)
    sign = "-" if minutes < 0 else "+"
    return next(agrees, f"{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}")
