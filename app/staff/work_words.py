"""Why something could not be understood or heard, in the reader's language where we know the sentence."""

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.events.kinds import Listener

SENTENCES = {
    "The document is empty.": _l("The document is empty."),
    "The JSON is nested too deeply.": _l("The JSON is nested too deeply."),
    "The XML is nested too deeply.": _l("The XML is nested too deeply."),
    "XML with a document type or entities is refused.": _l("XML with a document type or entities is refused."),
    "The JSON holds a number that is too large.": _l("The JSON holds a number that is too large."),
    "The delivery names no tracking number.": _l("The delivery names no tracking number."),
    "The delivery names nothing like a tracking number.": _l("The delivery names nothing like a tracking number."),
    "Something here cannot be stored.": _l("Something here cannot be stored."),
    "This is not JSON": _l("This is not JSON"),
    "This is not XML": _l("This is not XML"),
}
STATES = {
    "new": _l("waiting to be understood"),
    "done": _l("understood"),
    "dead": _l("given up"),
    "set_aside": _l("set aside"),
}
LISTENERS = {
    Listener.NOTIFY: _l("messages to customers"),
    Listener.RETURNS: _l("returns"),
    Listener.WEBHOOKS: _l("webhooks to other systems"),
}


def fault_words(error: str | None) -> str:
    """A kept reason in words; an error of the program itself is named as one, beside its own text for engineers."""
    text = error or ""
    if text in SENTENCES:
        return str(SENTENCES[text])
    head, colon, rest = text.partition(": ")
    if head in SENTENCES:
        return f"{SENTENCES[head]}: {rest}"
    if colon and re.fullmatch(r"[A-Z]\w+", head):
        return _("The program failed: %(error)s", error=text)
    return text or "—"


def state_words(state: str) -> str:
    """How a delivery stands."""
    return str(STATES.get(state, state))


def listener_words(listener: str) -> str:
    """For whom an event was."""
    return str(LISTENERS[Listener(listener)]) if listener in set(Listener) else listener
