"""From what a mail says to what leaves: subject, HTML from MJML compiled once, plain text with the same facts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

import mrml
from jinja2 import Environment, StrictUndefined, Template

from app.brands.look import SIGN
from app.core.drawing import with_colours
from app.core.settings import ROOT
from app.notify.kinds import KINDS, Purpose
from app.notify.providers.ports import Enclosed, header
from app.notify.render.codes import drawn_code
from app.notify.render.mails.book import MAILS
from app.notify.render.mails.facts import Facts, Links, MailItem, MailShop
from app.notify.render.mails.mail import MailContent, MailSlip
from app.notify.render.words import Tongue
from app.notify.texts.language import BadText, clean, read_text, written
from app.notify.texts.language import fill as fill_in
from app.notify.texts.own import own_content
from app.returns.withdrawal.law import law_words

FOLDER = ROOT / "app" / "templates" / "email"
# More of them push button and foot out of sight; the order's page has them all.
SHOWN_ITEMS = 8


@dataclass(frozen=True, slots=True)
class Foot:
    """Why this came, how to change it, where the shop is."""

    lines: tuple[str, ...]
    links: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Mail:
    """A rendered mail."""

    subject: str
    text: str
    html: str
    enclosed: tuple[Enclosed, ...] = ()


def mail(
    kind: str,
    facts: Facts,
    t: Tongue,
    *,
    own: Mapping[str, Any] | None = None,
    note: str = "",
    pictures: Mapping[str, str] = MappingProxyType({}),
) -> Mail:
    """The e-mail of a kind, with the shop's own sentence; KeyError when there is no mail for it.

    ``own`` is the shop's own text of it, which raises BadText where it cannot be used for these facts. ``pictures`` are
    addresses on this host by those that orders name.
    """
    content = MAILS[kind](facts, t)
    content = content if own is None else own_content(content, kind, own, facts, t)
    news = content.unasked or KINDS[kind].purpose is Purpose.NEWS
    end = inside_foot(facts.shop, t) if content.inside else foot(facts.shop, facts.links, t, news=news)
    return render_content(content, facts.shop, end, t, note="" if content.inside else note, pictures=pictures)


def render_content(
    content: MailContent,
    shop: MailShop,
    end: Foot,
    t: Tongue,
    *,
    note: str = "",
    pictures: Mapping[str, str] = MappingProxyType({}),
) -> Mail:
    """What a mail says, in its two forms."""
    shown, left = content.items[:SHOWN_ITEMS], len(content.items) - SHOWN_ITEMS
    enclosed = (drawn_code(content.slip.code),) if content.slip and content.slip.scanned else ()
    values = {
        "content": content,
        "shop": shop,
        "t": t,
        "note": note,
        "shown": shown,
        "more": t.ngettext("and %(num)s more item", "and %(num)s more items", left) if left > 0 else "",
        "foot": end,
        "slip": content.slip,
        "drawn": enclosed[0].cid if enclosed else None,
        "code_title": (content.slip.code_title if content.slip else "") or t._("Your code"),
        "directions": t._("Directions"),
        "qr_words": t._("QR code: %(code)s", code=content.slip.code) if content.slip else "",
        "pictures": pictures,
        "illustrated": any(item.picture in pictures for item in shown),
        "look": shop.look,
        "sign": shop.origin + (shop.look.logo or SIGN),
    }
    return Mail(header(content.subject, 150), _plain_text(values), _markup().render(values), enclosed)


def foot(shop: MailShop, links: Links, t: Tongue, *, news: bool) -> Foot:
    """The foot of a mail, the same in both forms."""
    why = (
        t._("You get this e-mail because you ordered from %(shop)s.", shop=shop.name)
        if news
        else t._("You get this e-mail because you asked for it or it confirms something you did.")
    )
    help_line = t._("Questions? Reply to this e-mail.") if shop.answered_at else ""
    imprint = ", ".join(filter(None, (shop.name, *shop.legal_lines, shop.postal_address)))
    foot_links = [(t._("Choose which messages you get"), links.preferences)] if links.preferences else []
    # Wherever there is the right, since its way has to be easy to find at any time (directive 2011/83/EU, 11a).
    if links.withdraw:
        foot_links.append((t._(law_words(links.law).link), links.withdraw))
    if shop.imprint:
        foot_links.append((t._("Legal notice"), shop.imprint))
    return Foot(tuple(filter(None, (why, help_line, imprint))), tuple(foot_links))


def inside_foot(shop: MailShop, t: Tongue) -> Foot:
    """The foot of a mail to the shop's own people: why it came, and no link that is a customer's."""
    return Foot((t._("You get this e-mail because this is the help address of %(shop)s.", shop=shop.name),), ())


def _plain_text(values: dict[str, Any]) -> str:
    content: MailContent = values["content"]
    end: Foot = values["foot"]
    items = [_item(item, values["t"]) for item in values["shown"]]
    mark = {"done": "[x]", "next": "[ ]"}
    sections = (
        [content.headline],
        [line for line in content.lead if line],
        [f"{mark.get(stop.state, '[>]')} {stop.label} ({stop.spoken})" for stop in content.trail],
        [f"{content.button[0]}:", content.button[1]] if content.button else [],
        [f"{label}: {url}" for label, url in content.links],
        [values["note"]] if values["note"] else [],
        _slip_lines(content.slip, values) if content.slip else [],
        [f"{term}: {value}" for term, value in content.facts],
        [content.items_title, *items, *filter(None, [values["more"]])] if items else [],
        [line for line in content.after if line],
        # RFC 3676: what follows this line is a signature, which programs leave out of their answers.
        ["-- ", *end.lines, *(f"{label}: {url}" for label, url in end.links)],
    )
    return "\n\n".join("\n".join(section) for section in sections if section) + "\n"


def _slip_lines(slip: MailSlip, values: dict[str, Any]) -> list[str]:
    return [
        *([f"{values['code_title']}: {slip.code}"] if slip.code else []),
        *([f"{slip.when[0]}: {slip.when[1]}"] if slip.when else []),
        *slip.place,
        *([f"{values['directions']}: {slip.directions}"] if slip.directions else []),
    ]


def _item(item: MailItem, t: Tongue) -> str:
    return f"- {t.amount(item.quantity, item.measure)} × {item.title}" + (f" ({item.variant})" if item.variant else "")


# Compiled once: the form is the same for every mail, the values come later.
@cache
def _markup() -> Template:
    source = (FOLDER / "mail.mjml").read_text(encoding="utf-8")
    source = _coloured(re.sub(r"\{#.*?#\}", "", source, flags=re.DOTALL).strip())
    styles = mrml.memory_loader({"mail.css": _coloured((FOLDER / "mail.css").read_text(encoding="utf-8"))})
    # No fonts: the usual ones would be fetched from a third party by whoever opens the mail.
    look = mrml.RenderOptions(disable_comments=False, fonts={})
    html = mrml.to_html(source, mrml.ParserOptions(include_loader=styles), look).content
    return Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True).from_string(html)


def _coloured(source: str) -> str:
    """With the portal's colours in it, and a place for each that is the brand's own."""
    own = re.sub(
        r"var\(--((?:on-)?accent(?:-dark)?)\)", lambda name: f"{{{{ look.{name[1].replace('-', '_')} }}}}", source
    )
    return with_colours(own)


NAMES = dict.fromkeys(("shop", "number", "carrier"), True)
LONGEST = 500


class BadShopText(ValueError):
    """The text cannot be used; the message says why, for the person who wrote it."""


def check(source: str) -> str:
    """A sentence of mails as it may be kept: words, ``{{ shop }}``, ``{{ number }}`` and ``{{ carrier }}``."""
    if len(source) > LONGEST:
        raise BadShopText(f"It has more than {LONGEST} signs.")
    try:
        return written(read_text(clean(source, lines=False), NAMES))
    except BadText as error:
        raise BadShopText(str(error)) from error


def fill(source: str, values: Mapping[str, str]) -> str:
    """The text with its names filled in; an unusable one is left out rather than shown."""
    try:
        return fill_in(check(source), values, NAMES)
    except (BadShopText, BadText):
        return ""
