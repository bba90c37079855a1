"""Which days a figure covers, how it is cut, and which orders count: read from a request, refused when odd."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.core.errors import Fault, Invalid
from app.tracking.carriers.names import carrier_name

# Ten years: more days are a slip in a year, and each of them would be a step.
LONGEST = 3660
USUAL = 30
LATER = "is later than «to»"
TOO_LONG = f"covers more than {LONGEST} days"


class GroupBy(StrEnum):
    """How a figure is cut; ``none`` is one row over all."""

    NONE = "none"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    CARRIER = "carrier"
    COUNTRY = "country"
    REGION = "region"
    CHANNEL = "channel"
    REASON = "reason"
    PRODUCT = "product"
    KIND = "kind"


CALENDAR_STEPS = frozenset({GroupBy.DAY, GroupBy.WEEK, GroupBy.MONTH})


@dataclass(frozen=True, slots=True)
class FiguresQuestion:
    """Days from ``first`` to ``last``, both included, of the shop's calendar; narrowed to a carrier or a channel."""

    first: date
    last: date
    group_by: GroupBy = GroupBy.NONE
    carrier: str | None = None
    channel: str | None = None
    country: str | None = None

    def bounds(self, zone: str) -> tuple[datetime, datetime]:
        """From which instant until before which one, in ``zone``."""
        begin = datetime.combine(self.first, time(), ZoneInfo(zone))
        return begin, datetime.combine(self.last + timedelta(days=1), time(), ZoneInfo(zone))

    def before(self) -> "FiguresQuestion":
        """The stretch of the same length just before, for a change."""
        length = self.last - self.first + timedelta(days=1)
        return replace(self, first=self.first - length, last=self.first - timedelta(days=1))

    def cut(self, group_by: GroupBy) -> "FiguresQuestion":
        """The same, cut otherwise."""
        return replace(self, group_by=group_by)

    def facts(self) -> dict[str, str]:
        """As the audit trail tells what was exported."""
        narrowed = {name: getattr(self, name) for name in ("carrier", "channel", "country") if getattr(self, name)}
        days = {"from": self.first.isoformat(), "until": self.last.isoformat()}
        return {**days, "group_by": self.group_by.value, **narrowed}

    @property
    def days(self) -> int:
        """How many days it covers."""
        return (self.last - self.first).days + 1


def read_question(
    parameters: Mapping[str, str], *, allowed: frozenset[GroupBy], today: date, usual: GroupBy = GroupBy.NONE
) -> FiguresQuestion:
    """A question from query parameters ``from``, ``to``, ``group_by``, ``carrier``, ``channel``, ``country``.

    Without days: the last thirty. Raises Invalid with every fault.
    """
    faults: list[Fault] = []
    last = _day(parameters, "to", today, faults)
    first = _day(parameters, "from", last - timedelta(days=USUAL - 1), faults)
    if not faults and first > last:
        faults.append(Fault("from", LATER))
    if not faults and (last - first).days >= LONGEST:
        faults.append(Fault("from", TOO_LONG))
    group_by = parameters.get("group_by") or usual
    if group_by not in set(allowed):
        faults.append(Fault("group_by", f"is one of {', '.join(sorted(allowed))}"))
    if faults:
        raise Invalid(faults)
    narrowed = {name: parameters.get(name, "").strip()[:100] or None for name in ("carrier", "channel", "country")}
    narrowed["carrier"] = carrier_name(narrowed["carrier"])
    return FiguresQuestion(first, last, GroupBy(group_by), **narrowed)


def steps(question: FiguresQuestion, by: GroupBy) -> dict[str, date]:
    """Every day, ISO week or month of the question under its key, also those without a row; its first day beside it."""
    starts: dict[str, date] = {}
    for at in range(question.days):
        day = question.first + timedelta(days=at)
        starts.setdefault(_key(day, by), day)
    return starts


def fitting(question: FiguresQuestion) -> GroupBy:
    """Steps of a size that a chart can show."""
    # A chart holds some forty-five steps: so many days, and 300 days are 43 weeks.
    if question.days <= 45:
        return GroupBy.DAY
    return GroupBy.WEEK if question.days <= 300 else GroupBy.MONTH


def _key(day: date, by: GroupBy) -> str:
    if by is GroupBy.DAY:
        return day.isoformat()
    year, week, _weekday = day.isocalendar()
    return f"{day:%Y-%m}" if by is GroupBy.MONTH else f"{year}-W{week:02}"


def _day(parameters: Mapping[str, str], name: str, usual: date, faults: list[Fault]) -> date:
    text = parameters.get(name, "").strip()
    if not text:
        return usual
    try:
        day = date.fromisoformat(text)
    except ValueError:
        faults.append(Fault(name, "is not a day such as 2026-11-22"))
        return usual
    # A year with a figure too few or too many is a day as well.
    if not 2000 <= day.year <= 2100:
        faults.append(Fault(name, "is not between 2000 and 2100"))
        return usual
    return day
