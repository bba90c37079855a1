"""A page that asks once more before an action: what will happen, a reason where one is needed, the button."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from babel.numbers import NumberFormatError, get_currency_precision, parse_decimal
from flask import render_template, request
from flask_babel import gettext as _

from app.core.i18n.locale import get_locale

# People type the currency too, as a sign or as its three letters.
_NOISE = re.compile(r"\s|[A-Z]{0,2}[€$£¥]|(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])")


def read_amount(text: str, currency: str) -> int | None:
    """Minor units of ``currency``; None for what is no amount, is below nothing, or has more places than it has.

    The reader's way of writing comes first; a single comma or point with other places than thousands is a decimal one.
    """
    bare, places = _NOISE.sub("", text), get_currency_precision(currency)
    value = _parse_amount(bare)
    # More places than the currency has would be rounded to another amount than the one that was read on the page.
    if value is None or value < 0 or value != round(value, places) or value > Decimal(10**12):
        return None
    return int(value * 10**places)


def _parse_amount(text: str) -> Decimal | None:
    if not re.fullmatch(r"[0-9][0-9.,']{0,15}", text):
        return None
    try:
        return parse_decimal(text, locale=get_locale(), strict=True)
    except (NumberFormatError, InvalidOperation):
        # «12.50» by somebody whose language writes «12,50»: two places are no thousands, so nothing else can be meant.
        single = re.fullmatch(r"([0-9]+)[.,]([0-9]{1,2})", text)
        return Decimal(f"{single[1]}.{single[2]}") if single else None


# As the form's fields allow; a reason goes into a mail, word by word.
LONGEST = 500


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What the page says. ``text_name`` names its one text field, if any.

    ``needed``: it may not stay empty; ``one_line``: Enter sends it. ``amount_label`` is that of a field for an amount
    of ``currency``; ``seen`` is what the page was made from, so that an action that something has overtaken is refused.
    ``choices`` are values and words of the field ``choice_name``, of which one is taken. ``done`` is said once it is.
    ``action`` is where it is sent with the ``hidden`` fields, if not to the page itself.
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
    choice_name: str = ""
    choice_label: str = ""
    choices: Sequence[tuple[str, str]] = ()
    done: str = ""
    action: str = ""
    hidden: Sequence[tuple[str, str]] = ()

    def page(self, fault: str | None = None, *, errors: list[tuple[str, str]] | None = None) -> str:
        """The page, with the faults of its last sending."""
        wrong = errors or ([(self.text_name, fault)] if fault else [])
        return render_template(
            "staff/confirmation.html",
            confirmation=self,
            errors=wrong,
            value=typed(self.text_name),
            amount=typed("amount"),
            choice=typed(self.choice_name),
        )

    def fault(self) -> str | None:
        """What is wrong with what was written."""
        if self.needed and not typed(self.text_name):
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
        return read_amount(typed("amount"), self.currency)


def typed(name: str) -> str:
    """What was written, at most 500 characters."""
    return request.form.get(name, "").strip()[:LONGEST] if name else ""


def impossible() -> str:
    """An action that came too late."""
    return _("That is no longer possible: something changed meanwhile. Go back and look again.")
