"""Reading the few fields of the way in: one plain text each, or none at all."""

import re
from dataclasses import dataclass, field

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from app.orders.contacts.contact_points import MAX_INPUT, email_key, number_key, pasted_contact, seen
from app.orders.lookup.codes import read_code

# Of what was pasted: a whole number has six digits at the least, in Andorra.
_PHONE_LIKE = re.compile(r"\+?(?:\d|\(0\)){6,18}")
# A mailed link to an order (links.py), as it is copied out of a mail.
_MAILED_LINK = re.compile(r"/l/([\w-]{43})(?![\w-])")


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed, by field, and what is wrong with it: ``(field, message)``."""

    values: dict[str, str]
    errors: list[tuple[str, str]] = field(default_factory=list)

    def error(self, name: str) -> str | None:
        """The first fault of one field."""
        return next((message for at, message in self.errors if at == name), None)


def read_find(form: MultiDict[str, str]) -> Typed:
    """An order number and an e-mail address or phone number, judged by their writing alone."""
    values = {name: _one(form, name) for name in ("number", "contact")}
    errors = []
    if not number_key(values["number"]):
        errors.append(("number", _("Enter your order number, for example 10482")))
    if not values["contact"]:
        errors.append(("contact", _("Enter the e-mail or phone number of your order")))
    elif not _is_contact(values["contact"]):
        errors.append(("contact", _("Enter a whole e-mail address, or a phone number with all its digits")))
    return Typed(values, errors)


def pasted_link(form: MultiDict[str, str]) -> str | None:
    """The secret of a mailed link that was pasted for an order number; whether it is one, only its page finds out."""
    link = _MAILED_LINK.search(_one(form, "number"))
    return link[1] if link else None


def read_email(form: MultiDict[str, str]) -> Typed:
    """An e-mail address, without what was pasted with it."""
    values = {"email": pasted_contact(_one(form, "email"))}
    good = email_key(values["email"]) is not None
    return Typed(values, [] if good else [("email", _("Enter an e-mail address, like name@example.com"))])


def read_typed_code(form: MultiDict[str, str]) -> Typed:
    """A one-time code; the value is its six digits when it can be one."""
    values = {"code": read_code(_one(form, "code")) or ""}
    return Typed(values, [] if values["code"] else [("code", _("Enter the 6 digits of the code"))])


def _one(form: MultiDict[str, str], name: str) -> str:
    """The field's only value as it is seen; an empty text when it is missing, repeated, too long or not text."""
    values = form.getlist(name)
    text = seen(values[0]) if len(values) == 1 and len(values[0]) <= 4 * MAX_INPUT else ""
    return text if len(text) <= MAX_INPUT and text.isprintable() else ""


def _is_contact(text: str) -> bool:
    pasted = pasted_contact(text)
    return email_key(pasted) is not None if "@" in pasted else _PHONE_LIKE.fullmatch(pasted) is not None
