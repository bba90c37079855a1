"""A believable order for the page of components: every state of every part, in the reader's language."""

from datetime import date
from types import SimpleNamespace as Row
from typing import Any

from flask_babel import gettext as _

from app.core.clock import utcnow
from app.core.i18n import words


def samples() -> dict[str, Any]:
    """What ``pages/ui.html`` shows."""
    return {"trails": _trails(), "days": _days(), "now": utcnow(), "lines": _lines(), "methods": _methods()}


def _trails() -> dict[str, list[Row]]:
    """The trail of a parcel on its way, one in trouble, one at home."""
    names = (_("Received"), _("Prepared"), _("On its way"), _("Out for delivery"), _("Delivered"))
    days = [words.short_day(date(2026, 11, number)) for number in (23, 24, 25)]
    whens = (*days, _("today, 9:14"), "")
    states = {
        "moving": ("done", "done", "done", "now", "next"),
        "trouble": ("done", "done", "problem", "next", "next"),
        "home": ("done", "done", "done", "done", "done"),
    }
    return {
        name: [Row(label=label, when=when if state != "next" else None, state=state)
               for label, when, state in zip(names, whens, stop_states, strict=True)]
        for name, stop_states in states.items()
    }  # fmt: skip


def _days() -> list[Row]:
    """Seven scans on three days."""
    return [
        _day(
            _("Today"),
            ("9:14", _("Goes out for delivery"), "En reparto", "Madrid"),
            ("5:02", _("Reaches the delivery depot"), "Llegada a delegación destino", "Madrid"),
        ),
        _day(
            _("Yesterday"),
            ("21:40", _("Leaves the sorting centre"), None, "Jaén"),
            ("18:05", _("The carrier has it"), "Admitido en origen", "Jaén"),
        ),
        _day(
            words.day(utcnow().date()),
            ("16:20", _("Packed and labelled"), None, None),
            ("10:02", _("Paid and checked"), None, None),
            ("9:58", _("Order received"), None, None),
        ),
    ]


def _day(label: str, *scans: tuple[str, str, str | None, str | None]) -> Row:
    return Row(
        label=label, entries=[Row(time=time, text=text, words=raw, place=place) for time, text, raw, place in scans]
    )


def _lines() -> list[Row]:
    """Two lines, one with a name that goes on and on."""
    oil = _("Extra virgin olive oil, early harvest")
    bowl = _("Hand-thrown stoneware serving bowl with a reactive glaze, dishwasher safe, from the workshop in Úbeda")
    note = _("No return for a change of mind")
    return [
        Row(title=oil, variant="500 ml", quantity=2, price=words.money(2380, "EUR"), note=None),
        Row(title=bowl, variant=_("Blue, 28 cm"), quantity=1, price=words.money(123456, "EUR"), note=note),
    ]


def _methods() -> list[tuple[str, str, str, str]]:
    """Ways back: value, title, detail, price."""
    code = _("Show a code at a shop near you. Money back by Friday 4 December.")
    pickup = _("Tomorrow from 9 to 14 h. Money back by Thursday 3 December.")
    return [
        ("point", _("Drop off, no printer"), code, _("free")),
        ("pickup", _("We collect it"), pickup, words.money(395, "EUR")),
    ]
