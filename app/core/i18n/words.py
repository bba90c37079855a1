"""Words for days, times, amounts and shares, in the reader's language: what Babel knows, in the order people say it."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, dates, numbers

from app.core.clock import utcnow
from app.core.i18n import formats
from app.core.i18n.catalogues import HOME_LOCALE
from app.core.i18n.formats import own_text
from app.core.i18n.locale import get_locale
from app.core.times.reading import clock_of

HOME_ZONE = "Europe/Madrid"
YEAR_SAID_AFTER = timedelta(days=180)

_MEASURE = re.compile(r"\d{1,9}\.\d{1,6}")
_CODE_TO_DIGIT = re.compile(r"(?<=[A-Z]{3})(?=\d)")
BARE_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " "})


def day(value: date, *, zone: str | None = None, locale: str | None = None, today: date | None = None) -> str:
    """«jueves 26 de noviembre», "Thursday 26 November"; with the year when it is half a year away or more."""
    local = local_day(value, zone)
    far = _is_far(local, today or local_day(utcnow(), zone))
    return _written(local, formats.DAY_YEAR if far else formats.DAY, _tag(locale))


def _is_far(one: date, today: date) -> bool:
    return abs(one - today) > YEAR_SAID_AFTER


def short_day(value: date, *, zone: str | None = None, locale: str | None = None) -> str:
    """«jue 26 nov», "Thu 26 Nov": for trails and tables."""
    return _written(local_day(value, zone), formats.SHORT, _tag(locale))


def trail_day(value: date, *, zone: str | None = None, locale: str | None = None, today: date | None = None) -> str:
    """«jue 26 nov», "Thu 26 Nov"; with the year when it is half a year away or more: for what is kept for years."""
    local = local_day(value, zone)
    far = _is_far(local, today or local_day(utcnow(), zone))
    return _written(local, formats.SHORT_YEAR if far else formats.SHORT, _tag(locale))


def shortest_day(value: date, *, locale: str | None = None) -> str:
    """«26 nov», "26 Nov": for text messages."""
    return _written(value, formats.SHORTEST, _tag(locale)).replace(".", "")


def day_range(first: date, last: date, *, zone: str | None = None, locale: str | None = None) -> str:
    """«26–28 de noviembre», "26–28 November", "30 November – 2 December"; one day alone is said in full."""
    start, end, tag = local_day(first, zone), local_day(last, zone), _tag(locale)
    if start == end:
        return day(start, locale=locale)
    if (start.year, start.month) == (end.year, end.month):
        form = own_text(tag, formats.DAYS_OF_MONTH)
        if form is None:
            return dates.format_interval(start, end, "MMMMd", locale=tag)
        month = dates.format_date(end, "MMMM", locale=tag)
        return form % {"first": start.day, "last": end.day, "month": month}
    return f"{_written(start, formats.MONTH_DAY, tag)} – {_written(end, formats.MONTH_DAY, tag)}"


def between(first: date, last: date, *, zone: str | None = None, locale: str | None = None) -> str:
    """The range inside a sentence: «entre el jueves 26 y el lunes 30 de noviembre»; one day: that day."""
    start, end, tag = local_day(first, zone), local_day(last, zone), _tag(locale)
    if start == end:
        return day(start, locale=locale)
    same_month = (start.year, start.month) == (end.year, end.month)
    left = _written(start, formats.WEEKDAY if same_month else formats.DAY, tag)
    form = own_text(tag, formats.BETWEEN) or "%(start)s – %(end)s"
    return form % {"start": left, "end": _written(end, formats.DAY, tag)}


def clock_time(value: datetime, *, zone: str | None = None, locale: str | None = None) -> str:
    """«9:14», "09:14", "9:14 AM": the wall clock in ``zone``."""
    return _clock(_local(value, zone).replace(tzinfo=None, second=0, microsecond=0), _tag(locale))


def time_range(start: datetime, end: datetime, *, zone: str | None = None, locale: str | None = None) -> str:
    """«de 12 a 14 h», "from 12:00 to 14:00": a delivery window."""
    tag = _tag(locale)
    first, last = (_hour(_local(value, zone).replace(tzinfo=None), tag) for value in (start, end))
    return (own_text(tag, formats.HOURS) or "%(start)s – %(end)s") % {"start": first, "end": last}


def moment(
    value: datetime,
    *,
    zone: str | None = None,
    locale: str | None = None,
    now: datetime | None = None,
    relative: bool = True,
) -> str:
    """«hoy a las 9:14», "Monday 23 November at 21:40". ``relative=False`` for what is read later, such as e-mail."""
    local, tag = _local(value, zone), _tag(locale)
    said_day = relative_day(local, zone=zone, locale=locale, now=now) if relative else None
    spoken = said_day or day(local.date(), locale=locale, today=local_day(now or utcnow(), zone))
    return formats.day_and_time(tag, spoken, clock_time(value, zone=zone, locale=locale), local.hour)


def relative_day(
    value: date, *, zone: str | None = None, locale: str | None = None, now: datetime | None = None
) -> str | None:
    """«hoy», «ayer», «mañana», or None when it is none of them."""
    distance = (local_day(value, zone) - local_day(now or utcnow(), zone)).days
    return own_text(_tag(locale), formats.NEAR_DAYS[distance]) if distance in formats.NEAR_DAYS else None


def money(minor_units: int, currency: str, locale: str | None = None) -> str:
    """«23,80 €» from 2380: minor units as the currency counts them (none for JPY, three for KWD)."""
    return _money(minor_units, currency, _tag(locale))


def amount(pieces: int, measure: str | None = None, *, locale: str | None = None) -> str:
    """So many pieces, or the ``measure`` that was ordered where that is no number of pieces: «2,5», "2.5"."""
    if measure is None:
        return number(pieces, locale=locale)
    return numbers.format_decimal(Decimal(measure), locale=_tag(locale)) if _MEASURE.fullmatch(measure) else measure


def number(value: float | Decimal, locale: str | None = None) -> str:
    """«12.480», "12,480": grouped as the language does."""
    return numbers.format_decimal(value, locale=_tag(locale))


def percent(share: float | Decimal, digits: int = 0, locale: str | None = None) -> str:
    """«97,4 %» from 0.974 with ``digits=1``."""
    pattern = numbers.parse_pattern(Locale.parse(_tag(locale)).percent_formats[None])
    pattern.frac_prec = (digits, digits)
    return str(pattern.apply(Decimal(str(share)), _tag(locale)))


def plain(text: str) -> str:
    """The text with ordinary spaces: for SMS, plain-text mail and CSV."""
    return text.translate(BARE_SPACES)


def zone_city(zone: str, locale: str | None = None) -> str:
    """«Madrid», «Nueva York»: the place a zone's clock is named after; an offset stays as it is."""
    return _city(zone, _tag(locale)) if "/" in zone else zone


def country_name(code: str, locale: str | None = None) -> str:
    """«España» for ES; what is no country's code stays as it is."""
    return str(Locale.parse(_tag(locale)).territories.get(code, code))


def local_day(value: date, zone: str | None = None) -> date:
    """The calendar day of an instant in ``zone``; a plain date is its own day."""
    return _local(value, zone).date() if isinstance(value, datetime) else value


def _local(value: date, zone: str | None) -> datetime:
    if not isinstance(value, datetime):
        raise TypeError("a moment needs a time")
    return value.astimezone(clock_of(zone or HOME_ZONE)) if value.tzinfo else value


def _tag(locale: str | Locale | None) -> str:
    """The locale asked for, else the reader's, else the house's, as Babel spells it."""
    return str(locale or get_locale() or HOME_LOCALE).replace("-", "_")


@lru_cache(maxsize=2048)
def _city(zone: str, tag: str) -> str:
    return dates.get_timezone_location(ZoneInfo(zone), locale=tag, return_city=True)


@lru_cache(maxsize=8192)
def _written(value: date, skeleton: str, tag: str) -> str:
    return dates.format_date(value, formats.date_pattern(tag, skeleton), locale=tag)


def _hour(value: datetime, tag: str) -> str:
    """A time of a window: Spanish says «de 12 a 14:30 h»."""
    pattern = formats.time_pattern(tag, formats.HOUR if value.minute else formats.FULL_HOUR)
    return dates.format_time(value.time(), pattern, locale=tag) if pattern else _clock(value, tag)


@lru_cache(maxsize=8192)
def _clock(value: datetime, tag: str) -> str:
    return dates.format_time(value.time(), "short", locale=tag)


@lru_cache(maxsize=8192)
def _money(minor_units: int, currency: str, tag: str) -> str:
    amount = Decimal(minor_units).scaleb(-numbers.get_currency_precision(currency))
    # A code in letters is set apart from its digits: «KWD 26.190»; what is taken off has a minus and no hyphen.
    return _CODE_TO_DIGIT.sub("\u00a0", numbers.format_currency(amount, currency, locale=tag)).replace("-", "−")
