"""One reason as a form: what was typed, as a row of the list, and what is wrong with it in words."""

from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from app.core.errors import Fault
from app.core.i18n.catalogues import languages
from app.staff.settings.policies.typed import names_of

Row = dict[str, Any]


def read_reason(form: MultiDict[str, str]) -> Row:
    """The row that the form makes."""
    row: Row = {"handle": _text(form, "handle", 60), "group": _text(form, "group", 40)}
    for name in ("words", "question"):
        texts = {one: text for one in sorted(languages()) if (text := _text(form, f"{name}-{one}", 300))}
        if texts:
            row[name] = texts
    row |= {name: True for name in ("note_required", "photo") if name in form}
    # As orders write them: what no order has is offered for nothing, and harms nobody.
    categories = names_of(_text(form, "categories", 2000))
    return row | ({"categories": list(categories)} if categories else {})


def fault_words(faults: list[Fault]) -> list[Fault]:
    """Each fault at its field, in the reader's words."""
    return [_fault(fault) for fault in faults]


def _fault(fault: Fault) -> Fault:
    if fault.pointer == "/reasons":
        return Fault("", _("The law's groups and one of the others each need a reason that is offered for all items."))
    if fault.pointer.endswith("/words"):
        return Fault(f"words-{min(languages())}", _("Write its words in every language."))
    if fault.pointer.endswith("/handle"):
        return Fault("handle", _("Write a handle of small letters, digits and underscores."))
    return Fault("handle", _("Something in this reason can't be read."))


def _text(form: MultiDict[str, str], name: str, most: int) -> str:
    return form.get(name, "").replace("\x00", "").strip()[:most]
