"""Times and days as spreadsheets write them, by the shop's clock and its order of day and month. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global

from app.core.times.names import day_first_in
from app.core.times.reading import in_zone, read_day, read_instant

# As documents write it: nothing has to be assumed.
_EXACT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:\d{2})")
_EXACT_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_YEAR_LAST = re.compile(r"\D{0,12}?(\d{1,2}) ?([-/.]) ?(\d{1,2}) ?\2 ?(?:\d{4}|\d{2})(?!\d)")
_SERIAL = re.compile(r"(\d{5})(?:[.,](\d{1,12}))?")
# The days of 2000 to 2049, counted as spreadsheets do; what lies outside of them is some other number.
_FIRST_SERIAL, _LAST_SERIAL = 36526, 54788
_SERIAL_BEGIN = date(1899, 12, 30)
_SECONDS_A_DAY = 86_400

SWAPPED = "Day and month can be read either way; write it as in 2026-11-05"
FROM_SERIAL = "A day that the spreadsheet wrote as a number, such as 45972, was read"


@dataclass(frozen=True, slots=True)
class ShopClock:
    """The clock of a shop front, and which of day and month it writes first; None where nothing says so."""

    zone: str
    locale: str
    day_first: bool | None


@dataclass(frozen=True, slots=True)
class ShopClocks:
    """The clocks of all shop fronts by the brands' keys; ``default`` is that of the default brand."""

    default: ShopClock
    brands: Mapping[str, ShopClock] = field(default_factory=dict)

    def of(self, brand: str) -> ShopClock:
        """The clock of a brand; of none, or of one that is not known, the default one."""
        return self.brands.get(brand, self.default)


@dataclass(frozen=True, slots=True)
class TimeReading:
    """A time as the document takes it, and what had to be assumed."""

    text: str
    notes: tuple[str, ...] = ()


@cache
def shop_clock(zone: str, locale: str) -> ShopClock:
    """The clock of a shop front by its zone and its language, whose country says what comes first in a date."""
    try:
        territory = Locale.parse(locale, sep="-" if "-" in locale else "_").territory
    except (UnknownLocaleError, ValueError):
        territory = None
    return ShopClock(zone, locale, day_first_in(territory or get_global("zone_territories").get(zone)))


def order_shown(text: str) -> bool | None:
    """Whether the day comes first in a date, where a number above 12 shows it; None where nothing does."""
    match = _YEAR_LAST.match(text)
    if match is None:
        return None
    first, second = int(match[1]), int(match[3])
    return first > 12 if (first > 12) != (second > 12) else None


# An order's rows repeat the times of its parcels and payments.
@lru_cache(maxsize=1024)
def instant(text: str, clock: ShopClock, *, shown: bool | None) -> TimeReading:
    """An instant with its offset; ``shown`` is the order that the file itself shows. Raises ValueError."""
    if _EXACT.fullmatch(text):
        return TimeReading(text)
    serial = _serial(text)
    if serial is not None:
        at = in_zone(serial, clock.zone)
        return TimeReading(at.isoformat() if at else text, (FROM_SERIAL, f"It is taken by the clock of {clock.zone}"))
    day_first = clock.day_first if shown is None else shown
    reading = read_instant(text, clock.zone, day_first=day_first)
    if reading.other is not None and reading.other != reading.at:
        raise ValueError(SWAPPED)
    notes = tuple(note for note in reading.notes if not reading.guessed)
    return TimeReading(reading.at.isoformat(), notes + _by_locale(text, clock, shown))


def day(text: str, clock: ShopClock, *, shown: bool | None) -> TimeReading:
    """A day; ``shown`` is the order that the file itself shows. Raises ValueError."""
    if _EXACT_DAY.fullmatch(text):
        return TimeReading(text)
    serial = _serial(text)
    if serial is not None:
        return TimeReading(serial.date().isoformat(), (FROM_SERIAL,))
    reading = read_day(text, day_first=clock.day_first if shown is None else shown)
    if reading.other is not None and reading.other != reading.day:
        raise ValueError(SWAPPED)
    return TimeReading(reading.day.isoformat(), _by_locale(text, clock, shown))


def _by_locale(text: str, clock: ShopClock, shown: bool | None) -> tuple[str, ...]:
    """What is said where the shop's language alone decided which of two numbers is the month."""
    if shown is not None or not is_unsure(text):
        return ()
    order = "The day is taken to stand before the month" if clock.day_first else "The month is taken to stand first"
    return (f"{order}, as is usual where the shop is ({clock.locale}, {clock.zone})",)


def _serial(text: str) -> datetime | None:
    """A moment that a spreadsheet wrote as the days since 1900, by the wall clock; None for what is none."""
    match = _SERIAL.fullmatch(text)
    if match is None or not _FIRST_SERIAL <= int(match[1]) <= _LAST_SERIAL:
        return None
    seconds = round(float(f"0.{match[2] or 0}") * _SECONDS_A_DAY)
    midnight = datetime.combine(_SERIAL_BEGIN + timedelta(days=int(match[1])), datetime.min.time(), tzinfo=UTC)
    # A wall clock has no zone yet.
    return (midnight + timedelta(seconds=seconds)).replace(tzinfo=None)


def is_unsure(text: str) -> bool:
    """Whether day and month could change places in a text."""
    match = _YEAR_LAST.match(text)
    return match is not None and max(int(match[1]), int(match[3])) <= 12 and int(match[1]) != int(match[3])
