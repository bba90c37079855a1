"""How a language writes days and times: what its catalogue says, else what CLDR says of its locale."""

import re
from functools import lru_cache

from babel import Locale

from app.core.i18n.catalogues import SOURCE_LANGUAGE, language_of, translator


def pattern(context: str, skeleton: str) -> str:
    """A skeleton of CLDR, marked for translators: they may write the pattern itself."""
    return skeleton


def mark(text: str) -> str:
    """A text that is said elsewhere in this room, marked for translators."""
    return text


# Translators: A day, "Thursday 26 November", as a pattern of CLDR: EEEE weekday, d day, MMMM month, y year, EEE and MMM
# shortened, words of your own in 'single quotes'. Left empty, CLDR's own pattern is taken.
DAY = pattern("date pattern", "MMMMEEEEd")
# Translators: A day with its year, "Thursday 26 November 2026".
DAY_YEAR = pattern("date pattern", "yMMMMEEEEd")
# Translators: A short day for tables, "Thu 26 Nov".
SHORT = pattern("date pattern", "MMMEd")
# Translators: A short day with its year, "Thu 26 Nov 2026".
SHORT_YEAR = pattern("date pattern", "yMMMEd")
# Translators: A weekday with its day where the month follows, as in "between Thursday 26 and Monday 30 November".
WEEKDAY = pattern("date pattern", "EEEEd")
# Translators: A day without its weekday, "26 November".
MONTH_DAY = pattern("date pattern", "MMMMd")
# Translators: A day in a text message, where room is short, "26 Nov".
SHORTEST = pattern("date pattern", "MMMd")
# Translators: A full hour in "from 12 to 14 h": H or h hour. Left empty, the clock's usual way is taken.
FULL_HOUR = pattern("time pattern", "j")
# Translators: An hour with minutes in "from 12 to 14:30 h": H or h hour, mm minutes.
HOUR = pattern("time pattern", "jm")

# Translators: Days of one month, "26–28 November".
DAYS_OF_MONTH = mark("%(first)s–%(last)s %(month)s")
# Translators: Two days inside a sentence: "It arrives between Thursday 26 and Monday 30 November."
BETWEEN = mark("between %(start)s and %(end)s")
# Translators: Two times of a day: "Arrives today, from 12:00 to 14:30".
HOURS = mark("from %(start)s to %(end)s")
NEAR_DAYS = {-1: mark("yesterday"), 0: mark("today"), 1: mark("tomorrow")}


@lru_cache(maxsize=1024)
def date_pattern(tag: str, skeleton: str) -> str:
    """The pattern for ``skeleton`` in a locale."""
    own = str(translator(tag).pgettext("date pattern", skeleton))
    return own if own != skeleton else _cldr_pattern(tag, skeleton)


@lru_cache(maxsize=256)
def time_pattern(tag: str, skeleton: str) -> str | None:
    """The catalogue's pattern for ``j`` or ``jm``; None where the clock is written as always."""
    own = str(translator(tag).pgettext("time pattern", skeleton))
    return own if own != skeleton else None


@lru_cache(maxsize=1024)
def own_text(tag: str, text: str) -> str | None:
    """A text of this room in a locale; None where it is not translated, and would stand in a date as a foreign word."""
    own = translator(tag).gettext(text)
    return own if own != text or language_of(tag) == SOURCE_LANGUAGE else None


def day_and_time(tag: str, day: str, time: str, hour: int) -> str:
    """«hoy a las 9:14»; without a translation as CLDR puts a day and a time side by side."""
    # Translators: A day and a time, "today at 09:14". Its plural counts the hour: «a la 1:05», «a las 9:14».
    own = translator(tag).ngettext("%(day)s at %(time)s", "%(day)s at %(time)s", hour)
    if own == "%(day)s at %(time)s" and language_of(tag) != SOURCE_LANGUAGE:
        return str(Locale.parse(tag).datetime_formats["medium"]).format(time, day)
    return own % {"day": day, "time": time}


def _cldr_pattern(tag: str, skeleton: str) -> str:
    """CLDR's pattern; it lists weekdays and months shortened, and means the long ones to be written alike (UTS 35)."""
    formats = Locale.parse(tag).datetime_skeletons
    if skeleton in formats:
        return str(formats[skeleton].pattern)
    shortened = skeleton.replace("MMMM", "MMM").replace("EEEE", "E")
    wide = {letter: field for field in re.findall(r"MMM+|E+", skeleton) for letter in field[:1]}
    return re.sub(r"'[^']*'|MMM+|E+", lambda part: wide.get(part[0][0], part[0]), str(formats[shortened].pattern))
