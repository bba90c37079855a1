"""Words for days, times, amounts and shares, in the reader's language: what Babel knows, in the order people say it."""

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, dates, numbers

from app.core.clock import utcnow
from app.core.i18n.locale import get_locale

HOME_ZONE = "Europe/Madrid"
HOME_LOCALE = "es_ES"
YEAR_SAID_AFTER = timedelta(days=180)

# Babel's full dates carry commas and years that nobody says; these are spoken order. Others get CLDR's skeletons.
PATTERNS = {
    "es": {
        "day": "EEEE d 'de' MMMM", "day_year": "EEEE d 'de' MMMM 'de' y", "short": "EEE d MMM", "weekday": "EEEE d",
        "month_day": "d 'de' MMMM", "span": "{0}–{1} de {2}", "between": "entre el {0} y el {1}",
        "hours": "de {0} a {1} h", "at": "{0} a las {1}", "at_one": "{0} a la {1}",
    },
    "en": {
        "day": "EEEE d MMMM", "day_year": "EEEE d MMMM y", "short": "EEE d MMM", "weekday": "EEEE d",
        "month_day": "d MMMM", "span": "{0}–{1} {2}", "between": "between {0} and {1}",
        "hours": "from {0} to {1}", "at": "{0} at {1}", "at_one": "{0} at {1}",
    },
    "en_US": {
        "day": "EEEE, MMMM d", "day_year": "EEEE, MMMM d, y", "short": "EEE, MMM d", "weekday": "EEEE, MMMM d",
        "month_day": "MMMM d", "span": "{2} {0}–{1}", "between": "between {0} and {1}",
        "hours": "from {0} to {1}", "at": "{0} at {1}", "at_one": "{0} at {1}",
    },
}  # fmt: skip
NEAR_DAYS = {
    "es": {-1: "ayer", 0: "hoy", 1: "mañana"},
    "en": {-1: "yesterday", 0: "today", 1: "tomorrow"},
}
BARE_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " "})


def day(value: date, *, zone: str | None = None, locale: str | None = None, today: date | None = None) -> str:
    """«jueves 26 de noviembre», "Thursday 26 November"; with the year when it is half a year away or more."""
    local = local_day(value, zone)
    far = abs(local - (today or local_day(utcnow(), zone))) > YEAR_SAID_AFTER
    return _written(local, "day_year" if far else "day", _tag(locale))


def short_day(value: date, *, zone: str | None = None, locale: str | None = None) -> str:
    """«jue 26 nov», "Thu 26 Nov": for trails and tables."""
    return _written(local_day(value, zone), "short", _tag(locale))


def day_range(first: date, last: date, *, zone: str | None = None, locale: str | None = None) -> str:
    """«26–28 de noviembre», "26–28 November", "30 November – 2 December"; one day alone is said in full."""
    start, end, tag = local_day(first, zone), local_day(last, zone), _tag(locale)
    if start == end:
        return day(start, locale=locale)
    if (start.year, start.month) == (end.year, end.month):
        month = _written(end, "month", tag)
        return _patterns(tag)["span"].format(start.day, end.day, month)
    return f"{_written(start, 'month_day', tag)} – {_written(end, 'month_day', tag)}"


def between(first: date, last: date, *, zone: str | None = None, locale: str | None = None) -> str:
    """The range inside a sentence: «entre el jueves 26 y el lunes 30 de noviembre»; one day: that day."""
    start, end, tag = local_day(first, zone), local_day(last, zone), _tag(locale)
    if start == end:
        return day(start, locale=locale)
    same_month = (start.year, start.month) == (end.year, end.month)
    left = _written(start, "weekday" if same_month else "day", tag)
    return _patterns(tag)["between"].format(left, _written(end, "day", tag))


def clock_time(value: datetime, *, zone: str | None = None, locale: str | None = None) -> str:
    """«9:14», "09:14", "9:14 AM": the wall clock in ``zone``."""
    return _clock(_local(value, zone).replace(tzinfo=None, second=0, microsecond=0), _tag(locale))


def time_range(start: datetime, end: datetime, *, zone: str | None = None, locale: str | None = None) -> str:
    """«de 12 a 14 h», "from 12:00 to 14:00": a delivery window."""
    tag = _tag(locale)
    ends = [_local(value, zone).replace(tzinfo=None) for value in (start, end)]
    if tag.startswith("es"):
        said = [f"{moment.hour}:{moment:%M}" if moment.minute else str(moment.hour) for moment in ends]
    else:
        said = [_clock(moment, tag) for moment in ends]
    return _patterns(tag)["hours"].format(*said).replace(" h", "\u00a0h")


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
    joint = "at_one" if local.hour == 1 else "at"
    spoken = said_day or day(local.date(), locale=locale, today=local_day(now or utcnow(), zone))
    return _patterns(tag)[joint].format(spoken, clock_time(value, zone=zone, locale=locale))


def relative_day(
    value: date, *, zone: str | None = None, locale: str | None = None, now: datetime | None = None
) -> str | None:
    """«hoy», «ayer», «mañana», or None when it is none of them."""
    distance = (local_day(value, zone) - local_day(now or utcnow(), zone)).days
    return NEAR_DAYS.get(_tag(locale)[:2], {}).get(distance)


def money(minor_units: int, currency: str, locale: str | None = None) -> str:
    """«23,80 €» from 2380: minor units as the currency counts them (none for JPY, three for KWD)."""
    return _money(minor_units, currency, _tag(locale))


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


def local_day(value: date, zone: str | None = None) -> date:
    """The calendar day of an instant in ``zone``; a plain date is its own day."""
    return _local(value, zone).date() if isinstance(value, datetime) else value


def _local(value: date, zone: str | None) -> datetime:
    if not isinstance(value, datetime):
        raise TypeError("a moment needs a time")
    return value.astimezone(_zone(zone or HOME_ZONE)) if value.tzinfo else value


@lru_cache(maxsize=512)
def _zone(name: str) -> tzinfo:
    """An IANA zone, or a fixed offset such as +01:00."""
    if name[:1] in "+-":
        offset = datetime.strptime(name, "%z").utcoffset()
        return timezone(offset) if offset is not None else UTC
    return ZoneInfo(name)


def _tag(locale: str | Locale | None) -> str:
    """The locale asked for, else the reader's, else the house's, as Babel spells it."""
    return str(locale or get_locale() or HOME_LOCALE).replace("-", "_")


def _patterns(tag: str) -> dict[str, str]:
    return PATTERNS.get(tag) or PATTERNS.get(tag[:2]) or PATTERNS["en"]


@lru_cache(maxsize=2048)
def _city(zone: str, tag: str) -> str:
    return dates.get_timezone_location(ZoneInfo(zone), locale=tag, return_city=True)


@lru_cache(maxsize=8192)
def _written(value: date, name: str, tag: str) -> str:
    if name == "month":
        return dates.format_date(value, "MMMM", locale=tag)
    return dates.format_date(value, _patterns(tag)[name], locale=tag)


@lru_cache(maxsize=8192)
def _clock(value: datetime, tag: str) -> str:
    return dates.format_time(value.time(), "short", locale=tag)


@lru_cache(maxsize=8192)
def _money(minor_units: int, currency: str, tag: str) -> str:
    amount = Decimal(minor_units).scaleb(-numbers.get_currency_precision(currency))
    return numbers.format_currency(amount, currency, locale=tag)
