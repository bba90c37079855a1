"""Names in written times: months and weekdays in several languages, letters of zones; where the month comes first."""

import unicodedata
from collections import defaultdict
from datetime import timedelta
from functools import cache
from zoneinfo import available_timezones

from babel import Locale

# In which shops' systems and carriers in the countries served write their months.
_LANGUAGES = ("en", "es", "fr", "de", "pt", "it", "nl", "ca")
# In use beside what CLDR lists.
_MORE_MONTHS = {"sep": 9, "sept": 9, "mrz": 3, "maerz": 3, "aou": 8}

# CLDR's short patterns and common use: the United States, what belongs or belonged to them, and the Philippines.
MONTH_FIRST = frozenset({"AS", "FM", "GU", "MH", "MP", "PH", "PR", "PW", "UM", "US", "VI"})
# Both are written there, or the year comes first and a date with slashes is a stranger's.
EITHER_WAY = frozenset({"CA", "CN", "JP", "KP", "KR", "PA", "TW"})

# Hours and minutes from UTC. Several where the letters have several meanings: a place decides, or nobody.
_LETTERS = """
    UTC+0 GMT+0 UT+0 Z+0 WET+0 WEST+1 CET+1 CEST+2 MET+1 MEST+2 MEZ+1 MESZ+2 EET+2 EEST+3 MSK+3 TRT+3 SAST+2
    EST-5 EDT-4 CST-6,+8 CDT-5 MST-7 MDT-6 PST-8 PDT-7 AKST-9 AKDT-8 HST-10 AST-4 ADT-3 NST-3:30 NDT-2:30
    BRT-3 ART-3 CLT-4 CLST-3 COT-5 PET-5 UYT-3 AEST+10 AEDT+11 ACST+9:30 ACDT+10:30 AWST+8 NZST+12 NZDT+13
    JST+9 KST+9 HKT+8 SGT+8 BST+1,+6 IST+1,+2,+5:30
"""


def plain(text: str) -> str:
    """Lower case, without accents, with ordinary blanks and hyphens."""
    if text.isascii():
        return " ".join(text.lower().split())
    split = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(sign for sign in split if not unicodedata.combining(sign))
    return " ".join(bare.translate({0x2212: "-", 0x2013: "-", 0x2014: "-", 0x2010: "-", 0x2011: "-"}).split())


def day_first_in(country: str | None) -> bool | None:
    """Whether a country writes the day before the month; None where both are usual, or no country is named."""
    if not country or country.upper() in EITHER_WAY:
        return None
    return country.upper() not in MONTH_FIRST


def month_named(word: str) -> int | None:
    """«nov», «noviembre», «Dez.», «août» as a number."""
    return _months().get(plain(word).strip(". "))


def is_weekday(word: str) -> bool:
    """Whether it is the name of a day of the week in one of these languages."""
    return plain(word).strip(".,") in _weekdays()


def offsets_of(letters: str) -> tuple[timedelta, ...]:
    """What letters such as CET can mean; nothing for letters that name no zone."""
    return _by_letters().get(letters.upper(), ())


@cache
def zones() -> dict[str, str]:
    """IANA's names by their plain spelling."""
    return {name.lower(): name for name in available_timezones() if "/" in name}


@cache
def _months() -> dict[str, int]:
    meanings: dict[str, set[int]] = defaultdict(set)
    for language in _LANGUAGES:
        for names in Locale(language).months.values():
            for width in ("wide", "abbreviated"):
                for number, name in names[width].items():
                    meanings[plain(name).removeprefix("de ").removeprefix("d'").strip(".")].add(number)
    # A name that two languages give to different months says nothing.
    sure = {name: next(iter(numbers)) for name, numbers in meanings.items() if len(numbers) == 1 and name.isalpha()}
    return sure | _MORE_MONTHS


@cache
def _weekdays() -> frozenset[str]:
    return frozenset(
        plain(name).strip(".")
        for language in _LANGUAGES
        for names in Locale(language).days.values()
        for width in ("wide", "abbreviated")
        for name in names[width].values()
    )


@cache
def _by_letters() -> dict[str, tuple[timedelta, ...]]:
    table = {}
    for entry in _LETTERS.split():
        letters = entry.rstrip("0123456789:+-,")
        table[letters] = tuple(_distance(written) for written in entry[len(letters) :].split(","))
    return table


def _distance(written: str) -> timedelta:
    hours, _, minutes = written[1:].partition(":")
    size = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return -size if written[0] == "-" else size
