"""Texts for the telephone: the shop first, the news, the link; the fullest wording that fits one segment."""

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from app.core.settings.domains import wire_address
from app.notify.render.gsm7 import SINGLE, foreign, plain, septets, shorten
from app.notify.render.mails.facts import Facts, MailShop
from app.notify.render.words import Tongue

# So that, with an address of 40 characters, the usual values stay within one segment.
SHOP_ROOM = 18


def text(kind: str, facts: Facts, t: Tongue, *, hint: str = "") -> str:
    """One text of one segment whenever the link leaves room; ``hint`` says how to stop and is never left out."""
    wordings = [whole_text(body, facts, hint) for body in TEXTS[kind](facts, t)]
    # Two segments rather than no news, where the address leaves no room even for the barest.
    return next((wording for wording in wordings if septets(wording) <= SINGLE), wordings[-1])


def whole_text(body: str, facts: Facts, hint: str) -> str:
    """A text with what it never goes without: the shop before its news, the link and the way to stop after it."""
    tail = " ".join(filter(None, (facts.links.order, plain(hint))))
    return f"{shop_name(facts.shop)}: {plain(body)} {tail}".rstrip()


def shop_name(shop: MailShop) -> str:
    """The shop as texts name it; by the portal's host where its names have no letters at all."""
    names = (shop.sms_name, shop.name, urlsplit(shop.origin).hostname or "")
    return next(filter(None, (shorten(name, SHOP_ROOM) for name in names)), "")


def stop_hint(t: Tongue, *, answerable: bool) -> str:
    """How to get no more texts; a sender that is a name cannot be answered, there the page behind the link serves."""
    return t._("No more texts: reply STOP") if answerable else ""


def _number(facts: Facts) -> str:
    """The whole number: whoever types it into the finder has to be found."""
    return facts.order().number


def days_of(facts: Facts, t: Tongue) -> str:
    """When the parcel comes, as short as a text wants it; empty while nobody can say."""
    box = facts.box()
    if box.expected_until is None:
        return ""
    if box.expected_from is None or box.expected_from >= box.expected_until:
        return t.short(box.expected_until)
    return f"{t.short(box.expected_from)} - {t.short(box.expected_until)}"


def _shipped(facts: Facts, t: Tongue) -> Sequence[str]:
    number, days = _number(facts), days_of(facts, t)
    with_days = (t._("order %(number)s on its way, arrives %(days)s", number=number, days=days),) if days else ()
    return (*with_days, t._("order %(number)s on its way", number=number))


def _out_for_delivery(facts: Facts, t: Tongue) -> Sequence[str]:
    number, window = _number(facts), facts.box().window
    bare = t._("order %(number)s arrives today", number=number)
    if not window:
        return (bare,)
    return (t._("order %(number)s arrives today, %(hours)s", number=number, hours=t.hours(*window)), bare)


def _ready_for_pickup(facts: Facts, t: Tongue) -> Sequence[str]:
    number, box = _number(facts), facts.box()
    place, until = plain(box.point_name or ""), box.keep_until
    # A name is whole or is left out: half of one is another place.
    wordings = []
    if place and until:
        day = t.short(until)
        wordings.append(t._("order %(number)s at %(place)s until %(day)s", number=number, place=place, day=day))
    if place:
        wordings.append(t._("order %(number)s ready to collect at %(place)s", number=number, place=place))
    wordings.append(t._("order %(number)s ready to collect", number=number))
    return (*wordings, t._("collect order %(number)s", number=number))


def _delivered(facts: Facts, t: Tongue) -> Sequence[str]:
    number, box = _number(facts), facts.box()
    if box.rest:
        nth = {"position": box.position, "total": box.total, "number": number}
        wording = (
            t._("parcel %(position)s of %(total)s collected, order %(number)s", **nth)
            if box.is_collected
            else t._("parcel %(position)s of %(total)s delivered, order %(number)s", **nth)
        )
        return (wording,)
    if box.is_collected:
        return (t._("order %(number)s collected", number=number),)
    return (
        t._("order %(number)s delivered. Not with you? See:", number=number),
        t._("order %(number)s delivered", number=number),
    )


def _late(facts: Facts, t: Tongue) -> Sequence[str]:
    number, days = _number(facts), days_of(facts, t) if facts.box().expected_before else ""
    with_days = (t._("sorry, order %(number)s is late: now %(days)s", number=number, days=days),) if days else ()
    return (*with_days, t._("order %(number)s is late", number=number))


def _delivery_failed(facts: Facts, t: Tongue) -> Sequence[str]:
    number = _number(facts)
    return (
        t._("order %(number)s not delivered. See your options:", number=number),
        t._("order %(number)s not delivered", number=number),
    )


def _link(facts: Facts, t: Tongue) -> Sequence[str]:
    return (t._("your link to order %(number)s", number=_number(facts)), t._("your link"))


def _withdrawal(facts: Facts, t: Tongue) -> Sequence[str]:
    statement = facts.statement
    if statement is None:
        raise ValueError("no statement to confirm")
    when = f"{t.short(statement.stated_at.astimezone(ZoneInfo(t.zone)))} {t.clock(statement.stated_at)}"
    if facts.ordered and not statement.by_reader:
        number, whom = _number(facts), contact(facts.shop)
        return (
            t._(
                "someone withdrew from your order %(number)s. Not you? Contact %(contact)s",
                number=number,
                contact=whom,
            ),
            t._("someone withdrew from order %(number)s", number=number),
        )
    return (
        t._("we received your withdrawal on %(when)s. Reference %(ref)s", when=when, ref=statement.ref),
        t._("your withdrawal of %(when)s, reference %(ref)s", when=when, ref=statement.ref),
    )


def contact(shop: MailShop) -> str:
    """How to reach the shop, in letters that a text can carry."""
    # An address in other letters would be another address.
    email = wire_address(shop.help_email or "") or ""
    return (email if not foreign(email) else "") or shop.help_phone or shop.origin


def _help(facts: Facts, t: Tongue) -> Sequence[str]:
    whom = contact(facts.shop)
    return (
        t._("messages about your order. Help: %(contact)s", contact=whom),
        t._("help: %(contact)s", contact=whom),
    )


TEXTS: dict[str, Callable[[Facts, Tongue], Sequence[str]]] = {
    "shipment.shipped": _shipped,
    "shipment.out_for_delivery": _out_for_delivery,
    "shipment.ready_for_pickup": _ready_for_pickup,
    "shipment.delivered": _delivered,
    "shipment.late": _late,
    "shipment.delivery_failed": _delivery_failed,
    "access.link_requested": _link,
    "withdrawal.received": _withdrawal,
    "text.help": _help,
}
