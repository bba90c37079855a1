"""Rules of opening hours as they were read: on which days each holds, at what times, and what it says then."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Protocol


class State(StrEnum):
    """What a rule says of its times."""

    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class Joiner(StrEnum):
    """How a rule stands to those before it: in their place on its days, beside them, or where they are not open."""

    NORMAL = ";"
    ADDITIONAL = ","
    FALLBACK = "||"


class SunEvent(StrEnum):
    """Times of a day that the place's sun decides."""

    DAWN = "dawn"
    SUNRISE = "sunrise"
    SUNSET = "sunset"
    DUSK = "dusk"


class Holidays(Protocol):
    """Which days are public holidays (``school`` false) or school holidays of a place."""

    def __call__(self, day: date, *, school: bool) -> bool:
        """Whether the day is one."""


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """Minutes after midnight, or after an event of the sun."""

    minutes: int
    event: SunEvent | None = None


@dataclass(frozen=True, slots=True)
class Times:
    """From one time to another, the next day's where it is not later; ``open_end``: nobody says when it ends."""

    begin: TimeOfDay
    end: TimeOfDay | None
    open_end: bool = False


@dataclass(frozen=True, slots=True)
class Numbers:
    """Years or weeks of the year from ``first`` to ``last``, each ``step``-th of them."""

    first: int
    last: int
    step: int = 1

    def __contains__(self, number: int) -> bool:
        """Whether the number is one of them."""
        return self.first <= number <= self.last and (number - self.first) % self.step == 0


@dataclass(frozen=True, slots=True)
class Weekdays:
    """Days of the week, 0 = Monday, perhaps only the ``nth`` of a month (-1 = the last), ``offset`` days later."""

    first: int
    last: int
    nth: frozenset[int] = frozenset()
    offset: int = 0

    def holds(self, day: date) -> bool:
        """Whether the day is one of them."""
        base = day - timedelta(days=self.offset)
        if (base.weekday() - self.first) % 7 > (self.last - self.first) % 7:
            return False
        after = (_month_end(base) - base).days
        return not self.nth or (base.day - 1) // 7 + 1 in self.nth or -(after // 7 + 1) in self.nth


@dataclass(frozen=True, slots=True)
class HolidayDays:
    """Public or school holidays, or the days ``offset`` days after them."""

    school: bool
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Edge:
    """A day of a year, or a whole month where ``day`` is None; without a month it is Easter Sunday."""

    month: int | None
    day: int | None = None
    year: int | None = None
    offset: int = 0

    def resolve(self, year: int, *, at_end: bool) -> date | None:
        """The day in that year; None where the year lacks it."""
        return _resolved(year, self.month, self.day or (32 if at_end else 1), self.offset)


@dataclass(frozen=True, slots=True)
class Dates:
    """From one day of the year to another, over the turn of the year where the second is earlier."""

    first: Edge
    last: Edge

    def holds(self, day: date) -> bool:
        """Whether the day lies between them."""
        years = [self.first.year] if self.first.year else [day.year - 1, day.year]
        return any(self._holds_from(year, day) for year in years)

    def _holds_from(self, year: int, day: date) -> bool:
        begin = self.first.resolve(year, at_end=False)
        end = self.last.resolve(self.last.year or year, at_end=True)
        if begin and end and end < begin and self.last.year is None:
            end = self.last.resolve(year + 1, at_end=True)
        return begin is not None and end is not None and begin <= day <= end


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. What it leaves out holds always; ``strict``: holidays only on these weekdays, else either of both."""

    joiner: Joiner = Joiner.NORMAL
    years: tuple[Numbers, ...] = ()
    dates: tuple[Dates, ...] = ()
    weeks: tuple[Numbers, ...] = ()
    weekdays: tuple[Weekdays, ...] = ()
    holidays: tuple[HolidayDays, ...] = ()
    strict: bool = False
    times: tuple[Times, ...] = ()
    state: State = State.OPEN
    comment: str = ""

    def holds(self, day: date, holidays: Holidays) -> bool:
        """Whether the rule speaks of this day; a night belongs to the day on which it begins."""
        if self.years and not any(day.year in years for years in self.years):
            return False
        if self.dates and not any(dates.holds(day) for dates in self.dates):
            return False
        if self.weeks and not any(day.isocalendar().week in weeks for weeks in self.weeks):
            return False
        return self._holds_in_week(day, holidays)

    def _holds_in_week(self, day: date, holidays: Holidays) -> bool:
        if not self.weekdays and not self.holidays:
            return True
        by_weekday = any(weekdays.holds(day) for weekdays in self.weekdays)
        by_holiday = any(holidays(day - timedelta(days=days.offset), school=days.school) for days in self.holidays)
        return (by_weekday and by_holiday) if self.strict else (by_weekday or by_holiday)


def groups(rules: Sequence[Rule]) -> list[list[Rule]]:
    """The first, and a group for each «||» with what is added to it; what shuts shuts all before it."""
    grouped: list[list[Rule]] = [[]]
    for rule in rules:
        if rule.joiner is Joiner.FALLBACK:
            grouped.append([rule])
        elif rule.state is State.CLOSED:
            grouped = [[*group, rule] for group in grouped]
        else:
            grouped[-1 if rule.joiner is Joiner.ADDITIONAL else 0].append(rule)
    return grouped


def names_holidays(rules: Sequence[Rule], *, school: bool) -> bool:
    """Whether any rule speaks of public holidays, or of school holidays."""
    return any(days.school is school for rule in rules for days in rule.holidays)


def names_sun(rules: Sequence[Rule]) -> bool:
    """Whether any rule's times follow the sun."""
    return any(clock and clock.event for rule in rules for times in rule.times for clock in (times.begin, times.end))


def names_easter(rules: Sequence[Rule]) -> bool:
    """Whether any rule counts from Easter."""
    return any(edge.month is None for rule in rules for dates in rule.dates for edge in (dates.first, dates.last))


def _month_end(day: date) -> date:
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return following - timedelta(days=1)


# Every day that is laid out asks for the edges of the same two years.
@lru_cache(maxsize=4096)
def _resolved(year: int, month: int | None, day: int, offset: int) -> date | None:
    """A day of a year, by its month or counted from Easter; one after 31 is the month's last."""
    if month is None:
        return _easter(year) + timedelta(days=offset)
    length = monthrange(year, month)[1]
    if length < day <= 31:
        return None
    return date(year, month, min(day, length)) + timedelta(days=offset)


def _easter(year: int) -> date:
    """Easter Sunday in the Gregorian calendar, by the full moon that the Church reckons with."""
    golden, century = year % 19, year // 100
    skipped = century - century // 4
    corrected = (skipped - (8 * century + 13) // 25 + 19 * golden + 15) % 30
    # The moon of two epacts falls a day later than the cycle has room for.
    moon = corrected - (corrected == 29 or (corrected == 28 and golden > 10))
    weekday = (year + year // 4 + moon + 2 - skipped) % 7
    return date(year, 3, 21) + timedelta(days=moon + 7 - weekday)
