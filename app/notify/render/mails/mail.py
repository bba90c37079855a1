"""What a mail says before it takes a form: news, facts, one button; HTML and plain text are both made from it."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.notify.render.mails.facts import MailItem, MailShop
from app.notify.render.words import Tongue
from app.tracking.summary.trail import TrailStop


@dataclass(frozen=True, slots=True)
class MailStop:
    """One stop of the trail; ``state`` is done, now, next or problem, ``spoken`` says it in words."""

    label: str
    state: str
    spoken: str


@dataclass(frozen=True, slots=True)
class MailSlip:
    """What a customer takes along or waits for, like a ticket: the code, the day, the place.

    ``code`` is shown large under ``code_title``: what one shows, types or says where the parcel goes or comes from;
    ``scanned``: drawn as well, for the scanner there. ``when`` is a day and what it is for. ``place`` says where, a
    line each: the name first, then the address, then hours; ``directions`` is the address of a map that leads there.
    """

    code: str = ""
    code_title: str = ""
    scanned: bool = False
    when: tuple[str, str] | None = None
    place: tuple[str, ...] = ()
    directions: str = ""


@dataclass(frozen=True, slots=True)
class MailContent:
    """What one e-mail says, in reading order; ``unasked``: whoever reads it has done nothing that it answers.

    ``inside``: it is for the shop's own people.
    ``slip`` is what one takes along, apart from the rest.
    """

    subject: str
    preheader: str
    headline: str
    lead: tuple[str, ...]
    facts: tuple[tuple[str, str], ...] = ()
    trail: tuple[MailStop, ...] = ()
    items: tuple[MailItem, ...] = ()
    items_title: str = ""
    button: tuple[str, str] | None = None
    links: tuple[tuple[str, str], ...] = ()
    after: tuple[str, ...] = ()
    unasked: bool = False
    inside: bool = False
    slip: MailSlip | None = None


def stops(
    t: Tongue, labels: tuple[str, ...], now: int, *, problem: bool = False, ended: bool = False
) -> tuple[MailStop, ...]:
    """The trail with the stop at ``now`` marked; what comes after it is not yet reached."""
    spoken = _spoken(t)
    here = "problem" if problem else "done" if ended else "now"
    states = ("done" if i < now else here if i == now else "next" for i in range(len(labels)))
    return tuple(MailStop(label, state, spoken[state]) for label, state in zip(labels, states, strict=True))


def page_stops(t: Tongue, trail: Iterable[TrailStop]) -> tuple[MailStop, ...]:
    """The trail of the order's page: the same stops under the same names."""
    spoken = _spoken(t)
    return tuple(MailStop(stop.label, stop.state, spoken[stop.state]) for stop in trail)


def _spoken(t: Tongue) -> dict[str, str]:
    return {"done": t._("done"), "now": t._("now"), "next": t._("still to come"), "problem": t._("problem")}


def rows(*pairs: tuple[str, str | None]) -> tuple[tuple[str, str], ...]:
    """The pairs that have a value."""
    return tuple((term, value) for term, value in pairs if value)


def reach(shop: MailShop, t: Tongue) -> str:
    """How to get an answer from a person; only ways that the shop has."""
    # A mail is answered by mail: the telephone only where there is no address.
    if shop.help_email:
        return t._("Write to us at %(address)s.", address=shop.help_email)
    if shop.help_phone:
        return t._("Call us: %(number)s.", number=shop.help_phone)
    return t._("Your order page says how to reach us.")
