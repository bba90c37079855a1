"""A page that asks once more before a deed: what will happen, a reason where one is needed, the button."""

from dataclasses import dataclass, field

from flask import render_template, request
from flask_babel import gettext as _

from app.staff.amount_words import read_amount

LONGEST = 500


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What the page says. ``text_name`` names its one text field, if any.

    ``needed``: it may not stay empty; ``one_line``: Enter sends it. ``amount_label`` is that of a field for an amount
    of ``currency``; ``seen`` is what the page was made from, so that a deed that something has overtaken is refused.
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
    amount_label: str = ""
    amount_hint: str | None = None
    currency: str = ""
    seen: str = ""

    def page(self, fault: str | None = None, *, errors: list[tuple[str, str]] | None = None) -> str:
        """The page, with the faults of its last sending."""
        wrong = errors or ([(self.text_name, fault)] if fault else [])
        return render_template(
            "staff/deed.html", asked=self, errors=wrong, value=said(self.text_name), amount=said("amount")
        )

    def fault(self) -> str | None:
        """What is wrong with what was written."""
        if self.needed and not said(self.text_name):
            return _("Write something here.")
        return None

    def faults(self) -> list[tuple[str, str]]:
        """Every field with what is wrong with it."""
        wrong = (
            [("amount", _("Write an amount, such as 12.50."))] if self.amount_label and self.amount() is None else []
        )
        fault = self.fault()
        return [*wrong, *([(self.text_name, fault)] if fault else [])]

    def amount(self) -> int | None:
        """The amount that was typed, in minor units; None when it is none."""
        return read_amount(said("amount"), self.currency)


def said(name: str) -> str:
    """What was written, at most 500 characters."""
    return request.form.get(name, "").strip()[:LONGEST] if name else ""


def impossible() -> str:
    """A deed that came too late."""
    return _("That is no longer possible: something changed meanwhile. Go back and look again.")
