"""The form above every page of figures: its options, its usual stretches, its faults in words."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from app.core.errors import Fault
from app.metrics.period import LATER, LONGEST, TOO_LONG, FiguresQuestion
from app.metrics.scope import Choices
from app.staff.figures.words import carriers_apart, channel_words, country_words, figures_words, stretch_words

PAGES = ("delivery", "messages", "returns")
FILTER_NAMES = frozenset({"from", "to", "group_by", "carrier", "channel", "country"})


def filters(question: FiguresQuestion | None, today: date) -> dict[str, Any]:
    """What the page's head shows: the stretch in words, the stretch it is compared with, tabs and short ways."""
    previous = question.before() if question else None
    return {
        "question": question,
        "stretch": stretch_words(question.first, question.last) if question else "",
        "stretch_before": stretch_words(previous.first, previous.last) if previous else "",
        "tabs": [(name, figures_words(name), url_for(f"metrics.{name}", **filters_in_address())) for name in PAGES],
        "stretches": [
            (label, url_for(request.endpoint or "", **(filters_in_address() | days))) for label, days in _usual(today)
        ],
        "steps": [("", _("Automatic")), ("day", _("Days")), ("week", _("Weeks")), ("month", _("Months"))],
    }


def options(choices: Choices) -> dict[str, list[tuple[str, str]]]:
    """The lists to choose from, each with «all» on top."""
    everything = ("", _("All"))
    return {
        "carrier": [everything, *carriers_apart(choices.carriers).items()],
        "channel": [everything, *((key, channel_words(key)) for key in choices.channels)],
        "country": [
            everything,
            *sorted(((key, country_words(key)) for key in choices.countries), key=lambda pair: pair[1]),
        ],
    }


def errors_of(faults: Iterable[Fault]) -> list[tuple[str, str]]:
    """Faults of the form in words."""
    return [(fault.pointer, _words(fault)) for fault in faults]


def _words(fault: Fault) -> str:
    if fault.pointer == "group_by":
        return _("Choose days, weeks or months")
    if fault.detail == LATER:
        return _("The first day must not be after the last one")
    if fault.detail == TOO_LONG:
        return _("Choose at most %(days)s days", days=LONGEST)
    return _("Enter a day such as %(day)s", day="2026-11-22")


def _usual(today: date) -> list[tuple[str, dict[str, str]]]:
    # Whole months by the calendar, as shops report; the others are stretches that end today.
    month = today.replace(day=1)
    last_month = (month - timedelta(days=1)).replace(day=1)
    return [
        (_("Last 7 days"), _span(today - timedelta(days=6), today)),
        (_("Last 30 days"), _span(today - timedelta(days=29), today)),
        (_("Last month"), _span(last_month, month - timedelta(days=1))),
        (_("This year"), _span(today.replace(month=1, day=1), today)),
    ]


def _span(first: date, last: date) -> dict[str, str]:
    return {"from": first.isoformat(), "to": last.isoformat()}


def filters_in_address() -> dict[str, Any]:
    """The filters of this page as they stand in its address."""
    return {key: value for key, value in request.args.items() if value and key in FILTER_NAMES}
