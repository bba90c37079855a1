"""The form of a saved reply: what was typed, what is wrong with it in the reader's words, and an example of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.errors import Invalid
from app.core.i18n.catalogues import languages
from app.core.i18n.words import number
from app.staff.messages.words import language_words
from app.support.cases import LONGEST
from app.support.replies.replies import LONGEST_TITLE, SavedReply, check
from app.support.replies.variables import VARIABLES, fill, unknown_variables

MEANINGS = {
    "first_name": _l("the customer's first name"),
    "order_number": _l("the order's number"),
    "link": _l("a link to the order's page"),
    "carrier": _l("the parcel's carrier"),
    "tracking_number": _l("the parcel's number"),
    "return_number": _l("the return's reference"),
    "case_number": _l("the case's reference"),
    "shop": _l("the shop's name"),
}


@dataclass(frozen=True, slots=True)
class ReplyForm:
    """What was typed; ``texts`` has every language that there is."""

    title: str
    texts: Mapping[str, str]
    retired: bool = False

    @classmethod
    def read(cls, form: Mapping[str, str], *, retired: bool = False) -> "ReplyForm":
        """As it came, cut to what can be kept."""
        typed = {code: form.get(f"text-{code}", "").replace("\r\n", "\n") for code in sorted(languages())}
        texts = {code: text[: 2 * LONGEST] for code, text in typed.items()}
        return cls(form.get("title", "").strip()[:200], texts, retired)

    @classmethod
    def of(cls, reply: SavedReply | None) -> "ReplyForm":
        """What a reply says; nothing yet for a new one."""
        texts = {code: reply.texts.get(code, "") if reply else "" for code in sorted(languages())}
        return cls(reply.title if reply else "", texts, bool(reply and reply.retired))

    @property
    def document(self) -> dict[str, object]:
        """As it is kept."""
        return {"title": self.title, "texts": {**self.texts}, "retired": self.retired}

    def errors(self) -> list[tuple[str, str]]:
        """Each field with what is wrong with it."""
        try:
            check(self.document)
        except Invalid as error:
            pointers = list(dict.fromkeys(fault.pointer for fault in error.faults))
            return [_fault(self, pointer) for pointer in pointers]
        return []

    def examples(self, shop: str) -> dict[str, str]:
        """The texts as a customer might read them, by language."""
        values = {
            "first_name": "Lucía",
            "order_number": "A-10462",
            "link": "https://…/o/7K2M9QXA",
            "carrier": "SEUR",
            "tracking_number": "0042 1188 73",
            "return_number": "R4T8K2MX",
            "case_number": "C6H2N9PW",
            "shop": shop,
        }
        return {code: fill(text, values) for code, text in self.texts.items() if text.strip()}


def place_words(path: str) -> str:
    """A place of a reply's document that a version changed."""
    names = {"title": _("Title"), "retired": _("Retired")}
    return names.get(path) or language_words(path.rpartition(".")[2])


def variables() -> list[tuple[str, str]]:
    """Each variable as it is written, and what stands in its place."""
    return [(f"{{{name}}}", str(MEANINGS[name])) for name in VARIABLES]


def _fault(form: ReplyForm, pointer: str) -> tuple[str, str]:
    if pointer == "/title":
        return "title", _("Write a title of at most %(most)s characters.", most=number(LONGEST_TITLE))
    language = pointer.rpartition("/")[2]
    text = form.texts.get(language)
    if text is None:
        return f"text-{next(iter(form.texts))}", _("Write the text in one language at least.")
    if unknown := unknown_variables(text):
        return f"text-{language}", _("There is no variable %(names)s.", names=", ".join(unknown))
    most, many = number(LONGEST), number(len(text))
    return f"text-{language}", _("Write at most %(most)s characters. These are %(many)s.", most=most, many=many)
