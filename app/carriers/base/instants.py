"""From a time as written to an instant: offset, else place, else carrier, else a guess, and it says which."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.carriers.base.scans import WrittenTime
from app.core.i18n.zones import only_zone_of, zone_of
from app.tracking.ports import Place
from app.tracking.states import TimeQuality

# Tried in this order: between slashes the month comes first, as American carriers and DPD write it.
FORMATS = ("%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%d %H:%M", "%Y-%m-%d %I:%M %p", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M:%S")
MORE_FORMATS = ("%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%B %d, %Y %I:%M %p", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M")
DAYS = ("%Y-%m-%d", "%Y%m%d", "%d.%m.%Y", "%B %d, %Y", "%m/%d/%Y")
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
    read = _moment(raw)
    if read is None:
        day = read_day(raw)
        midnight = datetime.combine(day, time.min) if day else None
        return WrittenTime(raw=raw, local=midnight, dated=True)
    distance = read.utcoffset() if read.tzinfo else read_offset(offset)
    in_gmt = _moment(gmt) if gmt else None
    gmt_clock = in_gmt.astimezone(UTC).replace(tzinfo=None) if in_gmt and in_gmt.tzinfo else in_gmt
    return WrittenTime(raw=raw, local=read.replace(tzinfo=None), offset=distance, gmt=gmt_clock)


def settle(
    written_time: WrittenTime, place: Place | None, carrier_zone: str | None, *, now: datetime | None = None
) -> ReadInstant:
    """Decide the instant. A contradiction makes it a guess, so that only its day is shown."""
    if written_time.local is None:
        return ReadInstant(None, None, TimeQuality.GUESSED)
    if written_time.dated:
        return _guess(written_time.local, place, carrier_zone, None)
    offset, wrong = _distance(written_time, written_time.local, place)
    if wrong:
        return _guess(written_time.local, place, carrier_zone, wrong)
    instant = _settled(written_time.local, offset, place, carrier_zone)
    if now is not None and instant.at is not None and instant.at - now > AHEAD:
        return ReadInstant(instant.at, instant.zone, TimeQuality.GUESSED, "The scan lies in the future.")
    return instant


def read_day(text: str | None) -> date | None:
    """A day in one of the carriers' ways of writing it, the time after it ignored."""
    head = (text or "").strip()
    for form in DAYS:
        try:
            written_day = head[:10] if form.startswith("%Y-") else head
            return datetime.strptime(written_day, form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    return None


def read_offset(text: str | None) -> timedelta | None:
    """``-05:00``, ``+0100``, ``Z`` as a distance from UTC; None for anything else."""
    if text in ("Z", "z", "UTC", "GMT"):
        return timedelta()
    match = re.fullmatch(r"([+-])(\d{2}):?(\d{2})", (text or "").strip())
    if match is None:
        return None
    size = timedelta(hours=int(match[2]), minutes=int(match[3]))
    return -size if match[1] == "-" else size


def _moment(text: str) -> datetime | None:
    # UPS writes both without any sign between the parts.
    if re.fullmatch(r"\d{8} \d{6}", text):
        text = f"{text[:8]}T{text[9:]}"
    has_time = re.search(r"\d[T ]\d|\d:\d", text)
    try:
        return datetime.fromisoformat(text) if has_time else None
    except ValueError:
        pass
    for form in (*FORMATS, *MORE_FORMATS):
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - a wall clock; its zone is found later
        except ValueError:
            continue
    return None


def _distance(written_time: WrittenTime, local: datetime, place: Place | None) -> tuple[timedelta | None, str | None]:
    """The scan's distance from UTC, if it was told, and what is wrong with it."""
    offset = written_time.offset
    if written_time.gmt is not None:
        # Offsets are whole quarters of an hour; the two times may be rounded apart by seconds.
        between = timedelta(minutes=15 * round((local - written_time.gmt).total_seconds() / 900))
        if offset is not None and offset != between:
            return None, "The offset and the time in GMT disagree."
        offset = between
    if offset is None:
        return None, None
    # No place on earth is further from UTC.
    if abs(offset) > timedelta(hours=14):
        return None, "Local time and GMT are more than 14 hours apart."
    country = place.country if place else None
    # E-04: the two can be swapped, and then both are of no use.
    if not _fits(offset, country) and written_time.gmt is not None:
        return None, f"The time in GMT lies on the wrong side of the local time for {country}."
    return offset, None


def _settled(local: datetime, offset: timedelta | None, place: Place | None, carrier_zone: str | None) -> ReadInstant:
    if offset is not None:
        return ReadInstant(_utc(local, offset), _shown(local, offset, place), TimeQuality.OFFSET)
    zone = _only_zone(place)
    if zone is not None:
        return ReadInstant(_in(local, zone), zone, TimeQuality.PLACE)
    if carrier_zone is not None:
        return ReadInstant(_in(local, carrier_zone), carrier_zone, TimeQuality.CARRIER)
    return _guess(local, place, carrier_zone, None)


def _guess(local: datetime, place: Place | None, carrier_zone: str | None, wrong: str | None) -> ReadInstant:
    zone = _only_zone(place) or _usual_zone(place) or carrier_zone or "UTC"
    return ReadInstant(_in(local, zone), zone, TimeQuality.GUESSED, wrong)


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


def _shown(local: datetime, offset: timedelta, place: Place | None) -> str:
    """The place's zone by name where it agrees with the offset, else the offset itself."""
    zone = _only_zone(place)
    if zone is not None and local.replace(tzinfo=ZoneInfo(zone)).utcoffset() == offset:
        return zone
    minutes = int(offset.total_seconds() // 60)
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def _in(local: datetime, zone: str) -> datetime | None:
    """Wall-clock time of a zone as UTC; of the hour that comes twice the first; after the hour that is skipped."""
    try:
        return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    except OverflowError:
        return None


def _utc(local: datetime, offset: timedelta) -> datetime | None:
    try:
        return (local - offset).replace(tzinfo=UTC)
    except OverflowError:
        return None
