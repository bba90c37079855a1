"""When a pick-up point is open, said of a whole week; what is more than a plain week stays as the shop wrote it."""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import groupby

from babel.dates import get_day_names

from app.core.hours.reading import read
from app.core.hours.rules import HolidayDays, Joiner, Rule, State, Times
from app.core.hours.timeline import Site, Stretch, lay_out
from app.core.i18n import words
from app.core.i18n.catalogues import HOME_LANGUAGE
from app.core.i18n.locale import get_locale
from app.core.i18n.locale import gettext as _

# Any Monday: a plain week has no dates.
_MONDAY = date(2026, 6, 1)
_ANYWHERE = Site("UTC")


def week_in_words(written: str | None) -> str | None:
    """«lun–vie 9:00–14:00; sáb 10:00–13:00»; other hours than those of a plain week as they were written."""
    rules = read(written) if written else None
    if rules is None or not all(_is_plain(rule) for rule in rules):
        return written
    weekly = [rule for rule in rules if not rule.holidays]
    # A night is told on the day on which it begins: what comes before Monday belongs to Sunday.
    laid = [piece for piece in lay_out(weekly, _ANYWHERE, _MONDAY, 8) if piece.begin.date() == piece.day]
    days = [_spans(piece for piece in laid if piece.day == _MONDAY + timedelta(days=number)) for number in range(7)]
    if set(days) == {_("closed")}:
        return written
    if len(set(days)) == 1:
        phrases = [days[0]]
    else:
        runs = [list(run) for _spans_alike, run in groupby(range(7), key=days.__getitem__)]
        phrases = [f"{_days(run[0], run[-1])} {days[run[0]]}" for run in runs]
    if len(weekly) < len(rules):
        phrases.append(_("closed on public holidays"))
    return "; ".join(phrases)


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


def _spans(pieces: Iterable[Stretch]) -> str:
    spans = [
        _("all day")
        if piece.end - piece.begin == timedelta(days=1)
        else f"{words.clock_time(piece.begin)}–{words.clock_time(piece.end)}"
        for piece in pieces
    ]
    return ", ".join(spans) or _("closed")


def _days(first: int, last: int) -> str:
    names = get_day_names("abbreviated", locale=get_locale() or HOME_LANGUAGE)
    return names[first] if first == last else f"{names[first]}–{names[last]}"
