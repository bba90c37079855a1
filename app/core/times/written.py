"""What a written time says: a day, perhaps a second reading of it, a clock, a distance from UTC. Guesses nothing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.core.times.names import is_weekday, month_named, offsets_of, plain, zones

# Of two digits, as POSIX reads them: 69 to 99 are of the last century.
_CENTURY_TURNS = 69
_EPOCH_DIGITS = {10: 1, 13: 1_000, 16: 1_000_000}
# The longest that programs write, JavaScript's with the zone in words, has some seventy characters.
_LONGEST = 120

_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?")
_EPOCH = re.compile(r"(?:\\?/date\()?(\d{10}|\d{13}|\d{16})(?:\.(\d+))?(?:(?:[+-]\d{4})?\)\\?/)?")
# A day of XML with its zone: what looks like a clock is none.
_XML_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:z|[+-]\d\d:\d\d)")
_DB2 = re.compile(r"^(\d{4}-\d\d-\d\d)-(\d\d)\.(\d\d)\.(\d\d)")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d) ?(\d\d)(\d\d)(?:(\d\d)(?:[.,]?(\d{1,9}))?)?(?!\d)")
_CLOCK = re.compile(r"(?<![\d:+.])(\d{1,2}) ?[:h] ?(\d\d)(?: ?:(\d\d)(?:[.,](\d+))?)?(?![\d:])")
_BEFORE_CLOCK = r"(?:(?<=[\d,] )|(?<=\bum )|(?<=\bom )|(?<=\bat )|(?<=\bore )|(?<=\balle ))"
_DOTTED_CLOCK = re.compile(_BEFORE_CLOCK + r"(\d{1,2})\.(\d\d)(?:\.(\d\d)(?:[.,](\d+))?)?(?![\d.])")
_HOUR = re.compile(r"(?<![\d:+.])(\d{1,2})()()()(?= ?(?:[ap]\.? ?m\b|h\b|hs\b|uhr\b|uur\b))")
_HALF = re.compile(r" ?([ap])\.? ?m\b\.?")
_UNIT = re.compile(r" ?(?:h|hs|hrs?|uhr|uur|horas?|heures?)\b\.?")
_OFFSET = re.compile(r" ?\(?(?:utc|gmt)? ?([+-])(\d{1,2})(?::?([0-5]\d))?(?![\d/.:-])\)?")
_ZONE = re.compile(r" ?[\[(]?([a-z_]+(?:/[a-z0-9_+-]+)+)[\])]?")
_LETTERS = re.compile(r" ?\(?([a-z]{1,5})\b\)?")

_YEAR_FIRST = re.compile(r"(\d{4})([-/. ])(\d{1,2})\2(\d{1,2})\.?")
_DAY_DIGITS = re.compile(r"(\d{4})(\d\d)(\d\d)")
_YEAR_LAST = re.compile(r"(\d{1,2}) ?([-/.]) ?(\d{1,2}) ?\2 ?(\d{4}|\d\d)\.?")
_DAY_NAMED = re.compile(r"(?P<d>\d{1,2})(?:st|nd|rd|th|er|o|\.)?[-/ .]*(?P<m>[a-z]+)\.?[-/ .]*(?P<y>\d{4}|\d\d)")
_NAMED_DAY = re.compile(r"(?P<m>[a-z]+)\.?[-/ ]*(?P<d>\d{1,2})(?:st|nd|rd|th|\.)?[-/ .]+(?P<y>\d{4}|\d\d)")
_YEAR_NAMED = re.compile(r"(?P<y>\d{4})[-/ .](?P<m>[a-z]+)\.?[-/ .](?P<d>\d{1,2})")
_BETWEEN = re.compile(r"\([^)]*\)|\b(?:at|a|las?|um|om|alle|ore|of|the|del?|el|le|den|il|on)\b|[,;|@]")

NO_TIME = "Not a time such as 2026-11-02T08:00:00+01:00"


class UnreadableTime(ValueError):
    """A text that says no time; in words for whoever sent it."""


class ImpossibleClock(UnreadableTime):
    """A day with a time of day that there is not, such as 25:00."""


@dataclass(frozen=True, slots=True)
class WrittenMoment:
    """A moment as written. ``clock`` is what has passed since midnight, None when only the day is written.

    ``month_first`` is the other reading of the day, where both are possible; ``day`` has the day before the month.
    ``offsets`` are what the text can mean by its distance from UTC: none, one, or several for letters such as CST.
    """

    day: date
    month_first: date | None = None
    clock: timedelta | None = None
    offsets: tuple[timedelta, ...] = ()
    zone: str | None = None

    def on(self, *, month_first: bool = False) -> date:
        """The day, in one reading or the other; there may be one only."""
        return self.month_first if month_first and self.month_first else self.day

    def local(self, *, month_first: bool = False) -> datetime | None:
        """The wall clock, the day at its midnight; None beyond the end of all times."""
        try:
            return datetime.combine(self.on(month_first=month_first), time()) + (self.clock or timedelta())
        except OverflowError:
            return None


def read(text: str) -> WrittenMoment:
    """What ``text`` says, all of it. Raises UnreadableTime."""
    if _ISO.fullmatch(text):
        try:
            return _of(datetime.fromisoformat(text))
        except ValueError:
            # 24:00 and leap seconds; what else is wrong with it is said below.
            pass
    if len(text) > _LONGEST:
        raise UnreadableTime(NO_TIME)
    line = _DB2.sub(r"\1 \2:\3:\4", re.sub(r"(?<=\d)t(?=\d)", " ", plain(text).strip("\"' ")))
    since_1970 = _EPOCH.fullmatch(line)
    if since_1970:
        return _since_1970(since_1970[1], since_1970[2] or "")
    day_alone = _XML_DAY.fullmatch(line)
    compact = _COMPACT.match(line)
    if compact:
        year, month, day, *parts = compact.groups()
        rest, offsets, zone = _distance(line[compact.end() :])
        return WrittenMoment(*_days(f"{year}-{month}-{day}{rest}", text), _clock(parts, "", text), offsets, zone)
    return _with_clock(day_alone[1] if day_alone else line, text)


def read_head(text: str) -> WrittenMoment | None:
    """The day with which ``text`` begins, whatever follows; None when it begins with no day."""
    line = plain(text[:_LONGEST])
    patterns = (_YEAR_FIRST, _YEAR_LAST, _DAY_NAMED, _NAMED_DAY, _DAY_DIGITS)
    heads = (match[0] for pattern in patterns if (match := re.match(rf"(?:{pattern.pattern})(?!\d)", line)))
    for head in heads:
        try:
            return WrittenMoment(*_days(head, text))
        except UnreadableTime:
            continue
    return None


def _of(moment: datetime) -> WrittenMoment:
    clock = timedelta(hours=moment.hour, minutes=moment.minute, seconds=moment.second, microseconds=moment.microsecond)
    offset = moment.utcoffset()
    return WrittenMoment(moment.date(), clock=clock, offsets=() if offset is None else (offset,))


def _since_1970(digits: str, fraction: str) -> WrittenMoment:
    units = _EPOCH_DIGITS[len(digits)]
    micros = int(digits) * 1_000_000 // units + (int(fraction[:6].ljust(6, "0")) if units == 1 else 0)
    return _of(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros))


def _with_clock(line: str, text: str) -> WrittenMoment:
    """Day and clock in whichever order, what is said of the zone behind the clock."""
    match = _CLOCK.search(line) or _HOUR.search(line) or _DOTTED_CLOCK.search(line)
    if match is None:
        return WrittenMoment(*_days(line, text))
    before, behind = line[: match.start()], line[match.end() :]
    half = _HALF.match(behind)
    behind = behind[half.end() :] if half else behind
    unit = _UNIT.match(behind)
    rest, offsets, zone = _distance(behind[unit.end() :] if unit else behind)
    clock = _clock(match.groups(), half[1] if half else "", text)
    return WrittenMoment(*_days(f"{before} {rest}", text), clock, offsets, zone)


def _clock(parts: Sequence[str | None], half: str, text: str) -> timedelta:
    """What has passed since midnight; ``parts`` are hour, minute, second and fraction."""
    hour, minute, second, fraction = parts
    hours, minutes, seconds = int(hour or 0), int(minute or 0), int(second or 0)
    micros = int((fraction or "")[:6].ljust(6, "0"))
    if half:
        # «18:30 PM» is written by programs that put both; in the morning it contradicts itself.
        if hours > 12 and half == "a":
            raise ImpossibleClock(f"«{text[:40]}» is in the morning and in the afternoon")
        hours = hours % 12 + (12 if half == "p" else 0) if hours <= 12 else hours
    midnight = hours == 24 and not (minutes or seconds or micros)
    if (hours > 23 and not midnight) or minutes > 59 or seconds > 60:
        raise ImpossibleClock(f"«{text[:40]}» is no time of day: it ends with 24:00, hours and minutes with 59")
    # ISO 8601: 24:00 is the next day's midnight; and a leap second ends its minute.
    return timedelta(hours=hours, minutes=minutes, seconds=seconds, microseconds=0 if seconds == 60 else micros)


def _distance(behind: str) -> tuple[str, tuple[timedelta, ...], str | None]:
    """What is left of the text behind a clock, the distances from UTC that it can mean, and the zone that it names."""
    offsets: tuple[timedelta, ...] = ()
    zone = None
    while behind:
        if number := _OFFSET.match(behind):
            size = timedelta(hours=int(number[2]), minutes=int(number[3] or 0))
            offsets, behind = (-size if number[1] == "-" else size,), behind[number.end() :]
        elif (name := _ZONE.match(behind)) and name[1] in zones():
            zone, behind = zones()[name[1]], behind[name.end() :]
            # Etc/UTC and its like are no place's clock but a distance.
            if zone.startswith("Etc/"):
                fixed = ZoneInfo(zone).utcoffset(datetime(2000, 1, 1, tzinfo=UTC))
                offsets, zone = offsets or ((fixed,) if fixed is not None else ()), None
        elif (letters := _LETTERS.match(behind)) and offsets_of(letters[1]):
            # What is written in figures says more.
            offsets, behind = offsets or offsets_of(letters[1]), behind[letters.end() :]
        else:
            break
    return behind, offsets, zone


def _days(line: str, text: str) -> tuple[date, date | None]:
    """The day that is written, and its other reading where the month may as well come first."""
    head = " ".join(_BETWEEN.sub(" ", line).split()).strip(" -.")
    first, _, rest = head.partition(" ")
    # «mar» is a Tuesday in French and in Spanish, and March: first all of it, then without its first word.
    for written in (head, rest) if is_weekday(first) else (head,):
        readings = _readings(written)
        if readings is not None:
            dates = [day for day in dict.fromkeys(_date(*reading) for reading in readings) if day]
            if not dates:
                raise UnreadableTime(f"There is no such day: {text[:40]}")
            return dates[0], dates[1] if len(dates) > 1 else None
    raise UnreadableTime(NO_TIME)


def _readings(written: str) -> list[tuple[int, int, int]] | None:
    """Years, months and days as which a text can be read; None for what has no day's form."""
    if match := _YEAR_FIRST.fullmatch(written):
        return [(int(match[1]), int(match[3]), int(match[4]))]
    if match := _DAY_DIGITS.fullmatch(written):
        return [(int(match[1]), int(match[2]), int(match[3]))]
    if match := _YEAR_LAST.fullmatch(written):
        one, other, year = int(match[1]), int(match[3]), _year(match[4])
        return [(year, other, one), (year, one, other)]
    for pattern in (_DAY_NAMED, _NAMED_DAY, _YEAR_NAMED):
        if (match := pattern.fullmatch(written)) and (month := month_named(match["m"])):
            return [(_year(match["y"]), month, int(match["d"]))]
    return None


def _year(digits: str) -> int:
    if len(digits) == 4:
        return int(digits)
    return int(digits) + (1900 if int(digits) >= _CENTURY_TURNS else 2000)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
