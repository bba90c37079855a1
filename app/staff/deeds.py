"""A page that asks once more before a deed: what will happen, a reason where one is needed, the button."""

from dataclasses import dataclass, field

from flask import render_template, request
from flask_babel import gettext as _

LONGEST = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page says. ``text_name`` names its one text field, if any.

    ``needed``: it may not stay empty; ``one_line``: Enter sends it.
    """

    title: str
    text: str
    button: str
    back: str
    danger: bool = False
    text_name: str = ""
    text_label: str = ""
    text_hint: str | None = None
    needed: bool = False
    one_line: bool = False
    facts: list[tuple[str, str]] = field(default_factory=list)

    def page(self, fault: str | None = None) -> str:
        """The page, with the fault of its last sending."""
        errors = [(self.text_name, fault)] if fault else []
        return render_template("staff/deed.html", asked=self, errors=errors, value=said(self.text_name))

    def fault(self) -> str | None:
        """What is wrong with what was sent."""
        if self.needed and not said(self.text_name):
            return _("Write something here.")
        return None


def said(name: str) -> str:
    """What was written, at most 500 characters."""
    return request.form.get(name, "").strip()[:LONGEST] if name else ""


def impossible() -> str:
    """A deed that came too late."""
    return _("That is no longer possible: something changed meanwhile. Go back and look again.")
