"""Which days a rule of opening hours speaks of, as its text says it: years, dates, weeks, weekdays and holidays."""

from collections.abc import Callable

from app.core.hours.rules import Dates, Edge, HolidayDays, Numbers, Weekdays
from app.core.hours.tokens import Tokens

_FIRST_YEAR, _LAST_YEAR = 1900, 9999
# Nobody counts further from a day; more would leave the calendar.
_FARTHEST = 366
_HOLIDAYS = {"ph": False, "sh": True}
_DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTH_NAMES = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
# By their first letters, and by the whole name, which can mean nothing else.
_WEEKDAYS = {name[:size]: number for size in (2, 3, 9) for number, name in enumerate(_DAY_NAMES)}
_MONTHS = {name[:size]: number for size in (3, 9) for number, name in enumerate(_MONTH_NAMES, 1)}


def read_calendar(tokens: Tokens) -> tuple[tuple[Numbers, ...], tuple[Dates, ...], tuple[Numbers, ...]]:
    """Years, dates and weeks of the year, in any order."""
    years: list[Numbers] = []
    dates: list[Dates] = []
    weeks: list[Numbers] = []
    while True:
        if not dates and _is_date(tokens):
            dates = _dates(tokens)
        elif not years and _is_year(tokens, 0):
            years = _numbers(tokens, _is_year)
        elif not weeks and tokens.take("week", "weeks"):
            weeks = _numbers(tokens, _is_count)
        else:
            return tuple(years), tuple(dates), tuple(weeks)
        tokens.take(":")


def read_weekdays(tokens: Tokens) -> tuple[tuple[Weekdays, ...], tuple[HolidayDays, ...], bool]:
    """Weekdays and holidays in a list; one behind the other with no comma between, only days that are both."""
    weekdays: list[Weekdays] = []
    holidays: list[HolidayDays] = []
    strict = False
    while True:
        before = (len(weekdays), len(holidays))
        _weekdays_or_holidays(tokens, weekdays, holidays)
        if (len(weekdays), len(holidays)) == before:
            break
        if tokens.peek() == "," and _is_day(tokens, 1):
            tokens.take(",")
        elif _is_day(tokens, 0):
            strict = True
    if strict and not (weekdays and holidays):
        tokens.refuse()
    tokens.take(":")
    return tuple(weekdays), tuple(holidays), strict


def _weekdays_or_holidays(tokens: Tokens, weekdays: list[Weekdays], holidays: list[HolidayDays]) -> None:
    if word := tokens.take(*_HOLIDAYS):
        holidays.append(HolidayDays(_HOLIDAYS[word], _offset(tokens)))
    elif word := tokens.take(*_WEEKDAYS):
        first = last = _WEEKDAYS[word]
        if tokens.peek() == "-" and tokens.peek(1) in _WEEKDAYS:
            tokens.take("-")
            last = _WEEKDAYS[tokens.need(*_WEEKDAYS)]
        nth = _nth(tokens)
        if nth and first != last:
            tokens.refuse()
        weekdays.append(Weekdays(first, last, nth, _offset(tokens)))


def _is_day(tokens: Tokens, ahead: int) -> bool:
    return tokens.peek(ahead) in _WEEKDAYS or tokens.peek(ahead) in _HOLIDAYS


def _nth(tokens: Tokens) -> frozenset[int]:
    """«[1]», «[2,4]», «[1-2]», «[-1]»: which of a month's."""
    if not tokens.take("["):
        return frozenset()
    chosen: set[int] = set()
    while True:
        sign = -1 if tokens.take("-") else 1
        first = last = tokens.number()
        if sign > 0 and tokens.take("-"):
            last = tokens.number()
        if not 1 <= first <= last <= 5:
            tokens.refuse()
        chosen |= {sign * number for number in range(first, last + 1)}
        if not tokens.take(","):
            break
    tokens.need("]")
    return frozenset(chosen)


def _offset(tokens: Tokens) -> int:
    """«+1 day», «-2 days»; 0 where none follows."""
    if tokens.peek() not in ("+", "-") or tokens.peek(2) not in ("day", "days"):
        return 0
    sign = 1 if tokens.need("+", "-") == "+" else -1
    days = tokens.number()
    if days > _FARTHEST:
        tokens.refuse()
    tokens.take("day", "days")
    return sign * days


def _is_year(tokens: Tokens, ahead: int) -> bool:
    piece = tokens.peek(ahead)
    return piece.isdecimal() and len(piece) == 4 and _FIRST_YEAR <= int(piece) < _LAST_YEAR


def _is_count(tokens: Tokens, ahead: int) -> bool:
    """A number that begins no time."""
    is_time = tokens.peek(ahead + 1) == ":" and tokens.joined(ahead + 1) and tokens.joined(ahead + 2)
    return tokens.peek(ahead).isdecimal() and len(tokens.peek(ahead)) <= 2 and not is_time


def _numbers(tokens: Tokens, is_one: Callable[[Tokens, int], bool]) -> list[Numbers]:
    ranges: list[Numbers] = []
    while True:
        if not is_one(tokens, 0):
            tokens.refuse()
        first = last = tokens.number()
        step = 1
        if tokens.take("+"):
            last = _LAST_YEAR
        elif tokens.take("-"):
            last = tokens.number()
            step = tokens.number() if tokens.take("/") else 1
        if last < first or step < 1:
            tokens.refuse()
        ranges.append(Numbers(first, last, step))
        if tokens.peek() != "," or not is_one(tokens, 1):
            return ranges
        tokens.take(",")


def _is_date(tokens: Tokens, ahead: int = 0) -> bool:
    """A month or Easter, perhaps with a year before it."""
    ahead += 1 if _is_year(tokens, ahead) else 0
    return tokens.peek(ahead) in _MONTHS or tokens.peek(ahead) == "easter"


def _dates(tokens: Tokens) -> list[Dates]:
    ranges: list[Dates] = []
    year = month = None
    while True:
        first = _edge(tokens, year, month)
        last = first
        if tokens.take("-"):
            last = _edge(tokens, None, first.month if first.day else None)
        ranges.append(Dates(first, last))
        year, month = first.year, last.month if last.day else None
        if tokens.peek() != "," or not (_is_date(tokens, 1) or (month and _is_count(tokens, 1))):
            return ranges
        tokens.take(",")


def _edge(tokens: Tokens, year: int | None, month: int | None) -> Edge:
    """A day, a month or Easter; a number alone is a day of the month before it."""
    if month is not None and not _is_date(tokens):
        day: int | None = tokens.number()
    else:
        year = tokens.number() if _is_year(tokens, 0) else year
        word = tokens.need("easter", *_MONTHS)
        month = _MONTHS.get(word)
        day = tokens.number() if month and _is_count(tokens, 0) else None
    if day is not None and not 1 <= day <= 31:
        tokens.refuse()
    return Edge(month, day, year, _offset(tokens))
