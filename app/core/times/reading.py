"""Instants and days of documents, by the shop's clock and order of day and month, with what had to be assumed."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from app.core.times import written
from app.core.times.written import NO_TIME, UnreadableTime, WrittenMoment

# No place on earth is further from UTC.
FARTHEST = timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class InstantReading:
    """An instant in UTC, and how surely it was written.

    ``dated``: only a day was written, and its midnight is meant. ``zone_assumed``: the shop's zone was taken.
    ``other`` is the reading with day and month swapped, where nothing decides between the two.
    """

    at: datetime
    zone: str
    dated: bool = False
    zone_assumed: bool = False
    other: datetime | None = None

    @property
    def guessed(self) -> bool:
        """Whether day and month may be swapped."""
        return self.other is not None

    @property
    def notes(self) -> tuple[str, ...]:
        """What was assumed, in plain words."""
        day = self.at.astimezone(ZoneInfo(self.zone)).date()
        return tuple(
            sentence
            for sentence, applies in (
                (f"Only a day is written: its midnight in {self.zone} is taken", self.dated),
                (f"No zone is written: the time in {self.zone} is taken", self.zone_assumed and not self.dated),
                (f"Day and month may be swapped: {day} is taken", self.guessed),
            )
            if applies
        )


@dataclass(frozen=True, slots=True)
class DayReading:
    """A day; ``other`` is the reading with day and month swapped, where nothing decides between the two."""

    day: date
    other: date | None = None

    @property
    def guessed(self) -> bool:
        """Whether day and month may be swapped."""
        return self.other is not None


def read_instant(
    text: str | float, zone: str, *, day_first: bool | None = None, now: datetime | None = None
) -> InstantReading:
    """An instant as systems write it; ``zone`` is the shop's, for what names none.

    ``day_first`` says which comes first between slashes, dots or dashes; with None the day is a guess where both can
    be, and ``now`` leaves out a reading that lies ahead of it. Raises UnreadableTime, in words for the sender.
    """
    moment = written.read(_as_text(text))
    orders = orders_of(moment, day_first)
    readings = [_instant(moment, zone, month_first=month_first) for month_first in orders]
    if now is not None:
        readings = [at for at in readings if at <= now] or readings
    assumed = not moment.zone and _offset(moment, zone, month_first=orders[0]) is None
    other = readings[1] if len(readings) > 1 else None
    return InstantReading(readings[0], zone, moment.clock is None, assumed, other)


def read_day(text: str, *, day_first: bool | None = None) -> DayReading:
    """A day as systems write it, a time behind it ignored. Raises UnreadableTime."""
    try:
        moment = written.read(text)
    except UnreadableTime:
        head = written.read_head(text)
        if head is None:
            raise
        moment = head
    days = [moment.on(month_first=month_first) for month_first in orders_of(moment, day_first)]
    return DayReading(days[0], days[1] if len(days) > 1 else None)


def orders_of(moment: WrittenMoment, day_first: bool | None) -> tuple[bool, ...]:
    """Whether the month comes first, as it is taken; both, the likelier first, where nothing decides."""
    if moment.month_first is None:
        return (False,)
    return (False, True) if day_first is None else (not day_first,)


@lru_cache(maxsize=512)
def clock_of(zone: str) -> tzinfo:
    """An IANA zone, or a fixed offset such as +01:00."""
    if zone[:1] in "+-":
        offset = datetime.strptime(zone, "%z").utcoffset()
        return timezone(offset) if offset is not None else UTC
    return ZoneInfo(zone)


def in_zone(local: datetime, zone: str) -> datetime | None:
    """A wall clock's time as UTC: of the hour that comes twice the first, after the hour that is skipped."""
    try:
        return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    except OverflowError:
        return None


def at_offset(local: datetime, offset: timedelta) -> datetime | None:
    """A wall clock's time as UTC, from its distance."""
    try:
        return (local - offset).replace(tzinfo=UTC)
    except OverflowError:
        return None


def agreeing(offsets: tuple[timedelta, ...], local: datetime, zone: str | None) -> timedelta | None:
    """The one distance that is meant: the only one, or of several that of the zone's clock; None where none is sure."""
    if len(offsets) == 1:
        return offsets[0]
    there = local.replace(tzinfo=ZoneInfo(zone)).utcoffset() if zone and offsets else None
    return there if there in offsets else None


def _as_text(value: str | float) -> str:
    if isinstance(value, str):
        return value
    # A number with more digits is no time, and may be too large to be written out.
    if isinstance(value, bool) or not abs(value) < 10**17:
        raise UnreadableTime(NO_TIME)
    return f"{value:f}" if isinstance(value, float) else str(value)


def _instant(moment: WrittenMoment, zone: str, *, month_first: bool) -> datetime:
    local = moment.local(month_first=month_first)
    if local is None:
        raise UnreadableTime(NO_TIME)
    offset = _offset(moment, zone, month_first=month_first)
    if offset is not None and abs(offset) > FARTHEST:
        raise UnreadableTime("No place on earth is more than 14 hours from UTC")
    at = in_zone(local, moment.zone or zone) if offset is None else at_offset(local, offset)
    if at is None:
        raise UnreadableTime(NO_TIME)
    return at


def _offset(moment: WrittenMoment, zone: str, *, month_first: bool) -> timedelta | None:
    local = moment.local(month_first=month_first)
    return agreeing(moment.offsets, local, moment.zone or zone) if local else None
