"""A row of a worklist: what it is, of which order, the news, since or until when, and what can be done about it."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.orm import selectinload

from app.core.i18n.words import local_day
from app.events.kinds import Listener
from app.orders.records import OrderRecord
from app.staff.orders.masking import name

# As far as the counts go: whoever works the list off sees the next ones.
MOST_ROWS = 100


@dataclass(frozen=True, slots=True)
class Act:
    """A button of a row: one that posts and is done, or (``asks``) one that leads to a page that asks first."""

    label: str
    href: str
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """``href`` opens where it is dealt with, ``order`` the order that ``about`` names; ``late``: its day has passed.

    ``item`` is its name within its list; ``customer`` is masked, ``age`` how long ago ``when`` is. ``order_id`` and
    ``subject`` say where notes on it are kept: with the order, and of what below it. ``assignee`` is who has it, where
    that is kept with the matter itself.
    """

    title: str
    href: str | None = None
    about: str = ""
    detail: str = ""
    when: str = ""
    late: bool = False
    acts: tuple[Act, ...] = ()
    order: str | None = None
    item: str = ""
    customer: str = ""
    age: str = ""
    order_id: int | None = None
    subject: str | None = None
    assignee: str | None = None


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
    "new": _l("waiting to be read"),
    "done": _l("read"),
    "dead": _l("given up"),
    "set_aside": _l("set aside"),
}
LISTENERS = {
    Listener.NOTIFY: _l("messages to customers"),
    Listener.RETURNS: _l("returns"),
    Listener.WEBHOOKS: _l("webhooks to other systems"),
}


# For statements whose rows name the customer: else each row would read its contacts by itself.
WITH_CUSTOMER = selectinload(OrderRecord.contacts)


def customer_of(order: OrderRecord | None) -> str:
    """Who ordered, masked."""
    return name(order.contacts[0].name) if order and order.contacts else ""


def age_words(at: date | datetime | None, now: datetime, zone: str) -> str:
    """«3 days»: how many days ago that was, by the clock of the place; empty for today and for days to come."""
    if at is None:
        return ""
    day = local_day(at, zone) if isinstance(at, datetime) else at
    days = (local_day(now, zone) - day).days
    return ngettext("%(num)s day", "%(num)s days", days) if days > 0 else ""


def fault_words(error: str | None) -> str:
    """A kept reason in words; an error of the program itself is named as one, beside its own text for engineers."""
    text = error or ""
    if text in SENTENCES:
        return str(SENTENCES[text])
    head, colon, rest = text.partition(": ")
    if head in SENTENCES:
        return f"{SENTENCES[head]}: {rest}"
    # «TypeError: …»: what an exception left behind; our own refusals are sentences.
    if colon and re.fullmatch(r"[A-Z]\w+", head):
        return _("The program failed: %(error)s", error=text)
    return text or "—"


def state_words(state: str) -> str:
    """How a delivery stands."""
    return str(STATES.get(state, state))


def listener_words(listener: str) -> str:
    """For whom an event was."""
    return str(LISTENERS[Listener(listener)]) if listener in set(Listener) else listener
