"""A draft of a brand as customers would see it: page, mail, text and label; nothing is kept, and nothing is sent."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import SimpleNamespace as Row
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from app.brands.document.document import HouseDocument
from app.brands.document.rows import row_of
from app.brands.facts import currencies_of
from app.brands.files.pictures import MEDIA_TYPES, DrawnPicture
from app.brands.queries import ShopFront
from app.core.clock import utcnow
from app.core.i18n import words
from app.core.i18n.catalogues import language_of
from app.notify.render.mails.facts import Facts, Links, MailItem, MailParcel, Ordered
from app.notify.render.mails.texts import stop_hint, text
from app.notify.render.render import mail
from app.notify.render.words import Tongue, tongue
from app.notify.send.config import MailConfig
from app.notify.send.outgoing import shop_of
from app.returns.labels.papers import recipient_of
from app.returns.labels.ports import Label, LabelWords
from app.tracking.summary.stages import Stage
from app.tracking.summary.trail import TrailStop

NUMBER, REF, PARCEL, RETURN = "1001", "7K2M9QXA", "PR00000000000", "R7K2M9QX"
NEWS = "shipment.shipped"


@dataclass(frozen=True, slots=True)
class DraftText:
    """A text as a phone shows it."""

    sender: str
    words: str


def front_of(key: str, document: HouseDocument, drawn: Mapping[str, DrawnPicture]) -> ShopFront:
    """A draft as pages and messages read a brand; pictures that are not kept yet stand in the page itself."""
    row = row_of(document)
    look = dict(row["facts"]["look"])
    for use, picture in drawn.items():
        look[use] = f"data:{MEDIA_TYPES[use]};base64,{b64encode(picture.content).decode()}"
    columns = {name: value for name, value in row.items() if name not in ("facts", "links_only")}
    return ShopFront(key=key, facts={**row["facts"], "look": look}, **columns)


def order_sample(front: ShopFront, today: date) -> dict[str, Any]:
    """What the page of an order shows."""
    return {
        "number": NUMBER,
        "why": _("It arrives on %(day)s.", day=words.day(today + timedelta(days=1))),
        "stops": [Row(label=stop.label, when=stop.when, state=stop.state) for stop in _stops(today)],
        "title": _("Extra virgin olive oil, early harvest"),
        "price": words.money(2380, (*currencies_of(front), "EUR")[0]),
        "carrier": "Correos Express",
    }


def mail_sample(front: ShopFront, language: str, today: date, *, dark: bool) -> str:
    """The HTML of a mail in one theme: pictures come from here, whatever host the draft names."""
    t, config = _tongue(front, language)
    facts = _facts(front, config, t, today)
    html = mail(NEWS, replace(facts, shop=replace(facts.shop, origin="")), t).html
    # A mail follows its reader's device: here the theme that is to be seen stands in the place of that.
    return html.replace("(prefers-color-scheme: dark)", "all" if dark else "not all")


def text_sample(front: ShopFront, language: str, today: date) -> DraftText:
    """A text, and by whom it comes."""
    t, config = _tongue(front, language)
    facts = _facts(front, config, t, today)
    words_said = text(NEWS, facts, t, hint=stop_hint(t, answerable=config.answerable))
    return DraftText(facts.shop.sms_name, words_said)


def label_lines(front: ShopFront) -> list[tuple[str, tuple[str, ...]]]:
    """Where returns go: from most countries, and from those that have an address of their own."""
    own = [(words.country_name(at), recipient_of(front, at)) for at in front.facts["returns_by_country"]]
    return [(_("From most countries"), recipient_of(front)), *own]


def label_paper(front: ShopFront) -> bytes:
    """The label as a PDF."""
    # It is large, and no other page of the console needs it.
    from app.returns.labels.pdf import label_pdf

    sender = (_("A customer"), _("Street and number"), _("Town"))
    label = Label(RETURN, PARCEL, "", _("Return"), sender, recipient_of(front), NUMBER, RETURN, shop=front.name)
    words_said = LabelWords(
        sender=_("From"),
        recipient=_("To"),
        reference=_("Return %(ref)s", ref=RETURN),
        order=_("Order %(number)s", number=NUMBER),
        deadline="",
        weight="",
        point=(),
        issuer=_("Number issued by %(name)s", name=front.name),
        barcode=_("Bar code of the label number %(number)s", number=PARCEL),
        qr=_("QR code of the return %(ref)s", ref=RETURN),
    )
    return label_pdf(label, words_said, language=language_of(front.locale))


def _tongue(front: ShopFront, language: str) -> tuple[Tongue, MailConfig]:
    installed: MailConfig = current_app.extensions["mail_config"]
    config = installed.of(front)
    return tongue(language, front.time_zone or "UTC", config.languages), config


def _facts(front: ShopFront, config: MailConfig, t: Tongue, today: date) -> Facts:
    items = (MailItem(_("Extra virgin olive oil, early harvest"), 2, "500 ml"),)
    page = f"{config.public_url}/o/{REF}"
    trail, tomorrow = tuple(_stops(today)), today + timedelta(days=1)
    return Facts(
        shop=shop_of(front, config, t.tag),
        links=Links(page, f"{config.public_url}/preferences", ""),
        happened_at=utcnow(),
        ordered=Ordered(NUMBER, REF, "shipped", today, items, stage=Stage.ON_ITS_WAY, trail=trail),
        parcel=MailParcel(
            "in_transit",
            carrier="Correos Express",
            number=PARCEL,
            items=items,
            expected_from=tomorrow,
            expected_until=tomorrow,
            stage=Stage.ON_ITS_WAY,
            trail=trail,
        ),
    )


def _stops(today: date) -> list[TrailStop]:
    yesterday = words.short_day(today - timedelta(days=1))
    return [
        TrailStop(_("Received"), yesterday, "done", Stage.RECEIVED),
        TrailStop(_("Prepared"), yesterday, "done", Stage.PREPARING),
        TrailStop(_("On its way"), words.short_day(today), "now", Stage.ON_ITS_WAY),
        TrailStop(_("Delivered"), None, "next", Stage.DELIVERED),
    ]
