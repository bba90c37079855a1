"""How a text would look: on a real order, or on a made-up one; nothing is sent, and its links open nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.brands.queries import named_brand
from app.core.errors import NotFound
from app.core.i18n.locale import speaking, usual_locale
from app.notify.kinds import KINDS, Channel
from app.notify.models import Message
from app.notify.providers.ports import Outgoing, header
from app.notify.render.gsm7 import SINGLE, segments, septets
from app.notify.render.links import LinkBook
from app.notify.render.mails.facts import Facts
from app.notify.render.reading import read
from app.notify.render.render import mail
from app.notify.render.words import tongue
from app.notify.send.config import MailConfig, without_secrets
from app.notify.send.outgoing import rendered_anyway
from app.notify.texts.documents import scene_of, usual_of
from app.notify.texts.faults import TextMisfit
from app.notify.texts.lint import tidied
from app.notify.texts.own import own_body
from app.notify.texts.shelf import TextKey
from app.notify.texts.trying.samples import sample_facts
from app.notify.texts.usual import dressed
from app.orders.records import OrderRecord
from app.returns.records import RefundRecord, ReturnRecord
from app.support.records import SupportCaseRecord
from app.tracking.records import ShipmentRecord

NUMBER = "a-preview-of-a-text"


@dataclass(frozen=True, slots=True)
class TextPreview:
    """A message as it would leave, without the secrets of its links; ``order`` is empty where it is made up.

    ``misfit`` says why the shop's own text could not be used for this order. ``signs`` and ``segments`` are those of
    what would leave: how much of a text's ``room`` it takes, and how many texts the network would bill.
    """

    outgoing: Outgoing
    order: str
    misfit: TextMisfit | None
    signs: int
    segments: int
    room: int = SINGLE


def _shown(outgoing: Outgoing, order: str = "", misfit: TextMisfit | None = None) -> TextPreview:
    text, html = without_secrets(outgoing.text), without_secrets(outgoing.html)
    bare = replace(outgoing, reference=NUMBER, to="", text=text, html=html, headers={})
    return TextPreview(bare, order, misfit, septets(outgoing.text), segments(outgoing.text))


def preview(
    session: Session,
    brand: str,
    key: TextKey,
    document: Mapping[str, Any] | None,
    *,
    order: str = "",
    config: MailConfig,
    now: datetime,
) -> TextPreview:
    """The message of a kind with this text, or with the portal's (None). Raises BadText, and NotFound.

    ``order`` is the number of a real one of the brand; without it everything is made up.
    """
    scene = scene_of(session, brand, key, config)
    tidy = tidied(usual_of(scene) if document is None else document, scene)
    if order:
        return _of_order(session, _draft(session, brand, key, order, now), key, tidy, config, now)
    zone = named_brand(session, brand).time_zone
    t = tongue(key.language, zone, config.languages)
    with speaking(t.tag):
        facts = dressed(sample_facts(scene.shop, t, now=now), key.kind)
        return _shown(_of_sample(key, tidy, facts, scene.hint, config))


def _of_sample(key: TextKey, document: Mapping[str, Any], facts: Facts, hint: str, config: MailConfig) -> Outgoing:
    t = tongue(key.language, "UTC", config.languages)
    if key.channel == Channel.SMS:
        return Outgoing(NUMBER, Channel.SMS, "", own_body(key.kind, document, facts, t, hint))
    made = mail(key.kind, facts, t, own=document)
    return Outgoing(
        NUMBER,
        Channel.EMAIL,
        "",
        made.text,
        made.subject,
        made.html,
        header(facts.shop.name, 70),
        facts.shop.help_email or "",
        enclosed=made.enclosed,
    )


def _of_order(
    session: Session, draft: Message, key: TextKey, document: Mapping[str, Any], config: MailConfig, now: datetime
) -> TextPreview:
    rows = read(session, [draft])
    rows.own_texts[(draft.brand_key, key.name)] = dict(document)
    # Its book is never written: whoever looks at a preview gets no way into an order.
    outgoing, misfit = rendered_anyway(draft, rows, config, LinkBook(config, now))
    return _shown(outgoing, rows.orders[draft.order_id or 0].number, misfit)


def _draft(session: Session, brand: str, key: TextKey, number: str, now: datetime) -> Message:
    """A message of this kind about an order, as its event would make it. Raises NotFound where there is nothing."""
    named = select(OrderRecord).where(OrderRecord.number == number.strip(), OrderRecord.brand_key == brand)
    order = session.scalars(named.order_by(OrderRecord.id.desc())).first()
    if order is None:
        raise NotFound(f"There is no order {number.strip()[:60]} of this brand.")
    shipment_id = return_id = None
    facts: dict[str, Any] = {}
    if key.kind.startswith("shipment."):
        parcels = select(ShipmentRecord.id).where(
            ShipmentRecord.order_id == order.id, ShipmentRecord.direction == "outbound"
        )
        shipment_id = _newest(session.scalar(parcels.order_by(ShipmentRecord.position).limit(1)), "parcel")
    elif key.kind.startswith(("return.", "refund.")):
        returns = select(ReturnRecord.id).where(ReturnRecord.order_id == order.id)
        return_id = _newest(session.scalar(returns.order_by(ReturnRecord.id.desc()).limit(1)), "return")
    elif key.kind.startswith("case."):
        cases = select(SupportCaseRecord.id).where(SupportCaseRecord.order_id == order.id)
        facts = {"case_id": _newest(session.scalar(cases.order_by(SupportCaseRecord.id.desc()).limit(1)), "case")}
    if key.kind.startswith("refund."):
        refunds = select(RefundRecord.id).where(RefundRecord.return_id == return_id)
        facts = {"refund_id": _newest(session.scalar(refunds.order_by(RefundRecord.id.desc()).limit(1)), "refund")}
    if key.kind == "access.link_requested":
        facts = {"order_ids": [order.id]}
    return Message(
        public_id=NUMBER, kind=key.kind, purpose=KINDS[key.kind].purpose, channel=key.channel, brand_key=brand,
        order_id=order.id, shipment_id=shipment_id, return_id=return_id, facts=facts, recipient="", recipient_hash=b"",
        locale=str(usual_locale(key.language)).replace("_", "-"), created_at=now, happened_at=now, next_try_at=now,
        valid_until=None, readdressed=False,
    )  # fmt: skip


def _newest(row_id: int | None, what: str) -> int:
    if row_id is None:
        raise NotFound(f"This order has no {what} to speak of.")
    return row_id
