"""Message texts in words: groups of stages, fields, what is wrong."""

from babel import Locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.i18n.locale import get_locale
from app.notify.render.render import LONGEST, NAMES
from app.notify.texts.language import BadText, clean, read_text
from app.notify.texts.trying.trial import NoTrial

GROUPS = {
    "order": _l("Order"),
    "shipment": _l("Delivery"),
    "return": _l("Return"),
    "refund": _l("Refund"),
    "case": _l("Messages from customers"),
    "access": _l("Links that were asked for"),
    "text": _l("Answers to texts"),
}
FIELDS = {
    "subject": _l("Subject"),
    "preheader": _l("Preview beside the subject"),
    "headline": _l("Headline"),
    "lead": _l("Main text"),
    "after": _l("Closing"),
    "button": _l("Words of the button"),
    "body": _l("Text"),
    "segments": _l("How many texts it may take"),
}
HINTS = {
    "preheader": _l("40 to 110 signs that inboxes show beside the subject."),
    "lead": _l("Each line is a paragraph."),
    "after": _l("Below the items. Each line is a paragraph."),
    "body": _l("Your name, the link and the way to stop are added."),
}
LOOKS = {
    "desktop": _l("Light"),
    "dark": _l("Dark"),
    "bare": _l("Images off"),
    "plain": _l("Plain text"),
}


def field_words(name: str) -> str:
    """A field as its label names it; what is none as it is called."""
    return str(FIELDS.get(name, name))


def language_name(code: str) -> str:
    """«Spanish» of es, in the reader's language, with a capital."""
    name = str(Locale(code).get_language_name(str(get_locale() or code)) or code)
    return name[:1].upper() + name[1:]


def refusal(error: Exception) -> str:
    """Why a preview or a test is not possible, in the reader's language."""
    if isinstance(error, BadText | NoTrial):
        return _(error.sentence, **error.values)
    return _("There is no such order of this brand, or nothing of this kind belongs to it.")


def note_fault(words: str) -> str:
    """What is wrong with a sentence in mails, in the reader's language."""
    try:
        read_text(clean(words, lines=False), NAMES)
    except BadText as error:
        return refusal(error)
    return _("It has more than %(most)s signs.", most=LONGEST)
