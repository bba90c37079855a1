"""Grades, dispositions and states in the words of the warehouse."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.returns.receiving.facts import Disposition, Grade, UnitCounts
from app.staff.warehouse.form import LATER

GRADES = {
    Grade.AS_NEW.value: _l("As new"),
    Grade.OPENED.value: _l("Opened"),
    Grade.WORN.value: _l("Worn"),
    Grade.BROKEN.value: _l("Broken"),
}
MARKS = {**GRADES, Grade.NONE.value: _l("Missing"), LATER: _l("Not in this parcel")}
DISPOSITIONS = {
    Disposition.RESTOCK.value: _l("Back to stock"),
    Disposition.REPAIR.value: _l("To repair"),
    Disposition.DISCARD.value: _l("Discard"),
    Disposition.SET_ASIDE.value: _l("Set aside"),
    Disposition.MISSING.value: _l("Missing"),
}
GOODS = {
    "awaiting": _l("Announced"),
    "in_transit": _l("On its way"),
    "partly_received": _l("Partly received"),
    "received": _l("Received"),
    "inspected": _l("Checked"),
    "sent_back": _l("Sent back to the customer"),
}
ODDITIES = {
    "more_than_announced": _l("More units than were announced."),
    "not_announced": _l("Something that was not announced."),
    "missing": _l("Something announced is missing."),
    "nothing_inside": _l("Nothing of what was announced is inside: support looks at it before money goes back."),
    "line_gone": _l("The shop has since taken this line out of the order."),
    "not_approved": _l("Nobody approved this return: support looks at it before money goes back."),
}


def unknown_code(text: str) -> str:
    """That nothing is found by a code, and what to do with the parcel."""
    return _(
        "We can't find “%(text)s”. Try the number on the packing slip, or the order number. "
        "If that fails, set the parcel aside for support.",
        text=text[:40],
    )


def arrival_words(unit_counts: UnitCounts, still_open: int, *, announced: bool) -> str:
    """What has come of a return by now; «all of it» only when each announced unit is here and nothing else."""
    if not announced:
        return _("Nobody had announced it.")
    lacking = (
        sum(max(0, units - unit_counts.arrived.get(line, 0)) for line, units in unit_counts.announced.items())
        - still_open
    )
    if still_open:
        return ngettext("%(num)s unit is still to come.", "%(num)s units are still to come.", still_open)
    if unit_counts.nothing_inside:
        return _("Nothing of what was announced is here.")
    if lacking > 0:
        return ngettext("%(num)s announced unit is not here.", "%(num)s announced units are not here.", lacking)
    more = unit_counts.foreign or sum(unit_counts.arrived.values()) > sum(unit_counts.announced.values())
    return _("All of it is here, and more than was announced.") if more else _("All of it is here.")
