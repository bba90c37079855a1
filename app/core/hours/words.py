"""Opening hours in words, for every page, mail and label: now, the usual week on one line, the coming week as a table.

Nobody but machines is shown the notation: what it says is put into words, what cannot be read of it is not known.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from babel.dates import get_day_names

from app.core.hours.calendars import region_of
from app.core.hours.opening import Opening, is_understood, opening_at, week_of_hours
from app.core.hours.reading import read
from app.core.hours.rules import HolidayDays, Joiner, Rule, State, Times
from app.core.hours.timeline import Site, Stretch, lay_out
from app.core.i18n.catalogues import HOME_LANGUAGE, HOME_LOCALE, translator
from app.core.i18n.formats import day_and_time
from app.core.i18n.locale import filled, get_locale, gettext, ngettext
from app.core.i18n.words import clock_time, day, relative_day, short_day
from app.core.i18n.zones import UTC, zone_of

# Any Monday: a plain week has no dates.
_MONDAY = date(2026, 6, 1)
_DAY = r"(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|SH)"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
# What only the notation has: its days and months before times, before each other or shut, its rules parted by signs.
_NOTATION = re.compile(
    rf"\b{_DAY}(?:\[[-\d, ]*\])?\s*(?:[-,]\s*{_DAY}\b|\d{{1,2}}[:h]\d\d|off\b|closed\b)"
    rf"|\b{_MONTH}(?:\s*\d{{1,2}})?\s*[-:]\s*(?:{_MONTH}\b|{_DAY}\b|\d)|\|\||\b(?:sunrise|sunset|dawn|dusk|easter)\b"
    r"|^[\W\d_]*$"
)


@dataclass(frozen=True, slots=True)
class Voice:
    """The reader's language, or the one that is named, for what is written without a reader's request."""

    locale: str | None = None

    def _(self, text: str, /, **facts: object) -> str:
        """The text in this language."""
        return filled(translator(self.locale).gettext(text), facts) if self.locale else gettext(text, **facts)

    def ngettext(self, one: str, many: str, num: int, /, **facts: object) -> str:
        """The text by a number, which is among its facts."""
        if self.locale:
            return str(translator(self.locale).ngettext(one, many, num) % {"num": num, **facts})
        return str(ngettext(one, many, num, **facts))

    def clock(self, when: datetime) -> str:
        """A time of day as it stands on the place's clock."""
        return clock_time(when.replace(tzinfo=None), locale=self.locale)

    def moment(self, when: datetime, now: datetime) -> str:
        """«mañana a las 9:30», «el lunes 30 de noviembre a las 9:30», to follow a verb; by the place's clock."""
        near = relative_day(when, zone=str(when.tzinfo), now=now, locale=self.locale)
        full = day(when.date(), locale=self.locale, today=now.astimezone(when.tzinfo).date())
        tag = (self.locale or str(get_locale() or HOME_LOCALE)).replace("-", "_")
        spoken = near or filled(str(translator(tag).pgettext("after a verb", "%(day)s")), {"day": full})
        return day_and_time(tag, spoken, self.clock(when), when.hour)


def place_at(country: str | None, postcode: str | None = None, zone: str | None = None) -> Site:
    """A place by its address, where nobody says its zone or its coordinates."""
    clock = zone or zone_of(country, postcode=postcode) or UTC
    return Site(clock, country, region_of(country, postcode, None))


def today_words(hours: str | None, place: Site, *, now: datetime, locale: str | None = None) -> str | None:
    """«Open today until 20:30», «Closed now, opens tomorrow at 10:00», «Open 24 hours»; None where there are no hours.

    Other words than the notation's are said as somebody wrote them.
    """
    if not hours:
        return None
    opening, t = opening_at(hours, place, now=now), Voice(locale)
    if not is_understood(hours, place):
        return _as_written(hours, t)
    if opening.open is None and opening.since is None:
        return _doubt(hours, place, now, t)
    words = _opening(opening, place.zone, now, t)
    return t._("%(hours)s. Public holiday: check before you go", hours=words) if opening.holiday else words


def week_rows(hours: str | None, place: Site, *, now: datetime, locale: str | None = None) -> list[tuple[str, str]]:
    """The seven days from today on, by the place's clock, each with its hours; empty where they are not understood."""
    if not hours:
        return []
    today = now.astimezone(ZoneInfo(place.zone)).date()
    t = Voice(locale)
    return [(short_day(one, locale=locale), _stretches(laid, t)) for one, laid in week_of_hours(hours, place, today)]


def week_words(hours: str | None, *, locale: str | None = None) -> str | None:
    """«Mon–Fri 9:00–14:00; Sat 10:00–13:00; Sun closed»: a week that is always the same, on one line.

    None where the weeks differ or nothing is known; other words than the notation's as somebody wrote them.
    """
    rules = read(hours) if hours else None
    t = Voice(locale)
    if not rules:
        return hours if hours and not is_notation(hours) else None
    if not all(_is_plain(rule) for rule in rules):
        return None
    weekly = [rule for rule in rules if not rule.holidays]
    # A night is told on the day on which it begins: what comes before Monday belongs to Sunday.
    laid = [piece for piece in lay_out(weekly, Site(UTC), _MONDAY, 8) if piece.begin.date() == piece.day]
    days = [_spans((one for one in laid if one.day == _MONDAY + timedelta(days=number)), t) for number in range(7)]
    if set(days) == {t._("closed")}:
        return None
    if len(set(days)) == 1:
        phrases = [days[0]]
    else:
        runs = [list(run) for _alike, run in groupby(range(7), key=days.__getitem__)]
        phrases = [f"{_days(run[0], run[-1], locale)} {days[run[0]]}" for run in runs]
    if len(weekly) < len(rules):
        phrases.append(t._("closed on public holidays"))
    return "; ".join(phrases)


def is_notation(text: str) -> bool:
    """Whether a text is OpenStreetMap's notation, be it with faults, and not somebody's own words."""
    return bool(read(text)) or bool(_NOTATION.search(text))


def _as_written(hours: str, t: Voice) -> str:
    if is_notation(hours):
        return t._("Opening hours not known")
    return t._("Opening hours: %(hours)s", hours=hours)


def _doubt(hours: str, place: Site, now: datetime, t: Voice) -> str:
    """What the text itself says of a moment of which nobody can say more."""
    here = now.astimezone(ZoneInfo(place.zone)).replace(tzinfo=None)
    laid = (piece for _day, pieces in week_of_hours(hours, place, here.date()) for piece in pieces)
    comment = next((piece.comment for piece in laid if piece.begin <= here < piece.end), "")
    if comment:
        return t._("Opening hours: %(hours)s", hours=comment)
    return t._("May be closed now: check before you go")


def _opening(opening: Opening, zone: str, now: datetime, t: Voice) -> str:
    if opening.since is not None:
        return t._("Opened %(moment)s, closing time not known", moment=t.moment(opening.since, now))
    if opening.until is None:
        if opening.open:
            return t._("Open 24 hours")
        return t._("Closed now") if opening.vague else t._("Closed until further notice")
    if not opening.open:
        return t._("Closed now, opens %(moment)s", moment=t.moment(opening.until, now))
    words = _until(opening.until, zone, now, t)
    return t._("%(hours)s, perhaps longer", hours=words) if opening.vague else words


def _until(closes: datetime, zone: str, now: datetime, t: Voice) -> str:
    here = now.astimezone(ZoneInfo(zone)).date()
    # Midnight is the end of a day, not the first minute of the next.
    if closes.hour == closes.minute == 0 and closes.date() == here + timedelta(days=1):
        return t._("Open today until midnight")
    if closes.date() == here:
        time = t.clock(closes)
        # The plural counts the hour: «hasta la 1:00», «hasta las 9:00».
        return t.ngettext(
            "Open today until %(time)s", "Open today until %(time)s", 1 if re.match(r"1\D", time) else 2, time=time
        )
    return t._("Open until %(moment)s", moment=t.moment(closes, now))


def _stretches(stretches: Sequence[Stretch], t: Voice) -> str:
    phrases: list[str] = []
    end = None
    for stretch in stretches:
        if stretch.open_end and stretch.begin == end:
            phrases[-1] = t._("%(hours)s, perhaps longer", hours=phrases[-1])
        # What is left of yesterday's open end says nothing of today.
        elif not stretch.open_end or stretch.begin.date() == stretch.day:
            phrases.append(_stretch(stretch, t))
        end = stretch.end
    return ", ".join(phrases) or t._("Closed")


def _stretch(stretch: Stretch, t: Voice) -> str:
    if stretch.open_end:
        return t._("from %(time)s, end not known", time=t.clock(stretch.begin))
    span = f"{t.clock(stretch.begin)}–{t.clock(stretch.end)}"
    if stretch.end - stretch.begin == timedelta(days=1):
        span = t._("All day")
    if stretch.state is State.OPEN:
        return f"{span} ({stretch.comment})" if stretch.comment else span
    doubt = stretch.comment or t._("not certain")
    return f"{span}: {doubt}"


def _is_plain(rule: Rule) -> bool:
    """Whether a rule says the same every week, or shuts on public holidays."""
    if rule.years or rule.dates or rule.weeks or rule.comment or rule.state is State.UNKNOWN:
        return False
    if rule.joiner is Joiner.FALLBACK or any(times.open_end or _by_sun(times) for times in rule.times):
        return False
    if any(days.nth for days in rule.weekdays):
        return False
    shut = rule.state is State.CLOSED and not rule.times and not rule.weekdays
    return not rule.holidays or (shut and all(days == HolidayDays(school=False) for days in rule.holidays))


def _by_sun(times: Times) -> bool:
    return bool(times.begin.event or (times.end and times.end.event))


def _spans(pieces: Iterable[Stretch], t: Voice) -> str:
    spans = [
        t._("all day")
        if piece.end - piece.begin == timedelta(days=1)
        else f"{t.clock(piece.begin)}–{t.clock(piece.end)}"
        for piece in pieces
    ]
    return ", ".join(spans) or t._("closed")


def _days(first: int, last: int, locale: str | None) -> str:
    names = get_day_names("abbreviated", locale=locale or get_locale() or HOME_LANGUAGE)
    return names[first] if first == last else f"{names[first]}–{names[last]}"
