"""The form with which a customer writes: what was sent, and what is wrong with it."""

from dataclasses import dataclass

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from app.core.i18n.words import number
from app.core.tokens import new_secret
from app.orders.contacts.contact_points import email_key, pasted_contact
from app.support.about import About, read_about
from app.support.cases import LONGEST

# As much as is carried to the page that says that it is too much.
MOST_KEPT = 2 * LONGEST
EMAIL, PHONE, OTHER = "email", "phone", "other"
Errors = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class HelpForm:
    """What was chosen and typed; ``parcel`` is a place on its page, 0 for none, ``lines`` are rows of it."""

    about: str = ""
    parcel: int = 0
    return_ref: str = ""
    lines: tuple[int, ...] = ()
    words: str = ""
    answer_by: str = ""
    other_email: str = ""
    form_key: str = ""

    @classmethod
    def read(cls, form: MultiDict[str, str]) -> "HelpForm":
        """As it came, trimmed and cut to what can be kept."""
        return cls(
            about=form.get("about", "")[:20],
            parcel=_number(form.get("parcel", "")),
            return_ref=form.get("return", "")[:10],
            lines=tuple(sorted({_number(line) for line in form.getlist("line")} - {0}))[:200],
            words=read_words(form),
            answer_by=form.get("answer_by", "")[:10],
            other_email=form.get("other_email", "").strip()[:254],
            form_key=read_key(form),
        )

    def errors(self, ways: list[str]) -> Errors:
        """What is wrong, each beside its control; ``ways`` are those in which this order's customer can be answered."""
        wrong: Errors = []
        if read_about(self.about) is None:
            wrong.append(("about", _("Choose what it is about.")))
        if fault := words_fault(self.words):
            wrong.append(("words", fault))
        if self.answer_by not in ways:
            wrong.append(("answer_by", _("Choose how you'd like us to reply.")))
        elif self.answer_by == OTHER and self.contact() is None:
            wrong.append(("other_email", _("Enter an e-mail address, such as name@example.com.")))
        return wrong

    def contact(self) -> str | None:
        """The address to answer to, where it is not the one on file."""
        return email_key(pasted_contact(self.other_email)) if self.answer_by == OTHER else None

    def chosen(self) -> About | None:
        """What it is about, where that was chosen."""
        return read_about(self.about)


def read_words(form: MultiDict[str, str]) -> str:
    """What was written. Browsers send two characters for the end of a line and count one."""
    return form.get("words", "").replace("\r\n", "\n").strip()[:MOST_KEPT]


def words_fault(words: str) -> str | None:
    """What is wrong with what was written."""
    if not words:
        return _("Write what happened, or what you need.")
    # Said and not cut: whoever loses the end of a letter would not know it.
    if len(words) > LONGEST:
        most, many = number(LONGEST), number(len(words))
        return _("Write at most %(most)s characters. These are %(many)s.", most=most, many=many)
    return None


def read_key(form: MultiDict[str, str]) -> str:
    """The form's own word, so that a second press is the same; what else comes in its place is not kept."""
    key = form.get("form_key", "")
    return key if 20 <= len(key) <= 100 else new_secret()


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
