"""Figures in words: groups by the names people use, shares, days, and how they changed."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date

from babel.dates import format_date
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from app.core.i18n.words import country_name, number, percent
from app.metrics.period import GroupBy
from app.returns.words import reason_words
from app.staff.messages.words import kind_words
from app.tracking.carrier_pages import carrier_title, distinct_carrier_title

BARE = "—"


def figures_words(name: str) -> str:
    """What a page or a file of figures is about."""
    titles = {
        "delivery": _("Deliveries"),
        "messages": _("Messages"),
        "returns": _("Returns"),
        "products": _("Products that come back"),
    }
    return titles.get(name) or name


def stretch_words(*ends: date | None) -> str:
    """«1 nov 2026 – 30 nov 2026», one day once; an open end is «…»."""
    days = (format_date(day, "d MMM y", locale=get_locale()) if day else "…" for day in ends)
    return " – ".join(dict.fromkeys(days))


def share(value: float | None) -> str:
    """«94,1 %»; a dash where there is nothing to divide by."""
    # Not zero: nothing to divide by is no bad result.
    return BARE if value is None else percent(value, digits=1)


def whole_share(value: float) -> str:
    """«95 %», for the axis of a chart; with a decimal where it needs one."""
    return percent(value, digits=0 if abs(value * 100 - round(value * 100)) < 1e-6 else 1)


def days(value: float | None) -> str:
    """«11,0 days»."""
    if value is None:
        return BARE
    return ngettext("%(days)s day", "%(days)s days", 1 if round(value, 1) == 1 else 2, days=number(round(value, 1)))


def count(value: float) -> str:
    """«12.480»."""
    return number(round(value))


def step_name(day: date, by: GroupBy) -> str:
    """A day, week or month under a chart: «12 nov», «nov 2017»."""
    if by is GroupBy.MONTH:
        return str(format_date(day, "MMM y", locale=get_locale()))
    return str(format_date(day, "d MMM", locale=get_locale()))


def step_title(day: date, by: GroupBy) -> str:
    """The same where there is room: the week says that it is one."""
    if by is GroupBy.MONTH:
        return str(format_date(day, "LLLL y", locale=get_locale()))
    day_text = str(format_date(day, "d MMM y", locale=get_locale()))
    return _("week of %(day)s", day=day_text) if by is GroupBy.WEEK else day_text


def group_words(by: GroupBy) -> Callable[[str], str]:
    """How the groups of a cut are called."""
    return {
        GroupBy.CARRIER: lambda key: carrier_title(key) or _("No carrier"),
        GroupBy.REGION: region_words,
        GroupBy.COUNTRY: country_words,
        GroupBy.CHANNEL: channel_words,
        GroupBy.REASON: lambda key: reason_words(key).rstrip("."),
        GroupBy.KIND: kind_words,
    }[by]


def carriers_apart(carriers: Iterable[str]) -> dict[str, str]:
    """The carriers of one list by their titles; only of two that are called alike with what tells them apart."""
    titles = {name: carrier_title(name) or _("No carrier") for name in carriers}
    alike = Counter(titles.values())
    return {
        name: distinct_carrier_title(name) or title if alike[title] > 1 else title for name, title in titles.items()
    }


def country_words(code: str) -> str:
    """«España» from ES."""
    return country_name(code) if code else _("No address")


def region_words(key: str) -> str:
    """«SP, Brasil» from «BR SP»."""
    country, _space, region = key.partition(" ")
    return f"{region}, {country_words(country)}" if region else country_words(country)


def channel_words(channel: str) -> str:
    """Where an order was placed."""
    names = {
        "web": _("Web shop"),
        "store": _("Shop"),
        "marketplace": _("Marketplace"),
        "b2b": _("Business (B2B)"),
        "phone": _("By phone"),
    }
    return names.get(channel) or channel.replace("_", " ").capitalize() or BARE


def points(now: float | None, before: float | None) -> str | None:
    """How a share moved, in percentage points."""
    if now is None or before is None:
        return None
    # Rounded before the sign is chosen, or «+0,0» could stand there.
    moved = round((now - before) * 100, 1)
    return ngettext("%(sign)s%(points)s point", "%(sign)s%(points)s points", 1 if abs(moved) == 1 else 2,
                    sign=_sign(moved), points=number(abs(moved)))  # fmt: skip


def more_days(now: float | None, before: float | None) -> str | None:
    """How a duration moved."""
    if now is None or before is None:
        return None
    moved = round(now - before, 1)
    return _sign(moved) + days(abs(moved))


def more(now: float, before: float) -> str | None:
    """How a number moved, in per cent."""
    if not before:
        return None
    moved = round((now - before) / before, 3)
    return _sign(moved) + percent(abs(moved), digits=1 if abs(moved) < 0.1 else 0)


def _sign(moved: float) -> str:
    return "±" if not moved else "+" if moved > 0 else "−"
