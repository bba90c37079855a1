"""What one recipient gets: read and changed behind the link in a message's foot."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.notify.addressing import customer_of
from app.notify.keys import recipient_key
from app.notify.kinds import Channel
from app.notify.links import shown_recipient
from app.notify.models import PreferenceLink
from app.notify.office import Office
from app.notify.suppression import ALL, NEWS, consents, is_suppressed, lift, say_consent, suppress
from app.orders.models import Brand, Order
from app.tokens import digest


@dataclass(frozen=True, slots=True)
class Line:
    """One channel of a recipient: shown in part, on or off; ``blocked`` when the network itself refuses it."""

    channel: str
    shown: str
    on: bool
    blocked: bool


@dataclass(frozen=True, slots=True)
class Preferences:
    """Everything on the page, and the language and shop it is about."""

    lines: tuple[Line, ...]
    locale: str
    shop: str


def find(session: Session, token: str) -> PreferenceLink | None:
    """The link of this token."""
    return session.scalar(select(PreferenceLink).where(PreferenceLink.token_hash == digest(token)))


def show(session: Session, link: PreferenceLink, *, office: Office) -> Preferences:
    """What this recipient gets now."""
    order = session.get(Order, link.order_id) if link.order_id else None
    brand = session.get(Brand, order.brand_key) if order else None
    lines = tuple(_line(session, one) for one in _ways(session, link, office))
    return Preferences(lines, link.locale, brand.name if brand else "")


def change(
    session: Session, link: PreferenceLink, wanted: set[str], *, wording: str, now: datetime, office: Office
) -> None:
    """Switch each channel of this recipient on or off; ``wording`` is what was said beside the switch of texts."""
    for channel, key, _, consent in _ways(session, link, office):
        on = channel in wanted
        if channel == Channel.SMS and on != consent:
            said = {"wording": wording, "locale": link.locale, "source": "preferences"}
            say_consent(session, recipient_hash=key, given=on, **said, now=now)
        if on:
            lift(
                session,
                channel=channel,
                recipient_hash=key,
                purposes=(NEWS, ALL) if channel == Channel.SMS else (NEWS,),
            )
        else:
            suppress(session, channel=channel, recipient_hash=key, purpose=NEWS, source="preferences", now=now)


def unsubscribe(session: Session, link: PreferenceLink, *, now: datetime) -> None:
    """One click: no more news to this address through this channel."""
    suppress(
        session,
        channel=link.channel,
        recipient_hash=link.recipient_hash,
        purpose=NEWS,
        source="one_click",
        now=now,
    )


Way = tuple[str, bytes, str, bool]


def _ways(session: Session, link: PreferenceLink, office: Office) -> list[Way]:
    """The link's own address, and the order's telephone beside its e-mail."""
    person = customer_of(session, link.order_id) if link.order_id else None
    phone = person.phone_e164 if person else None
    key = recipient_key(office.key, Channel.SMS, phone or "")
    said = consents(session, [key, link.recipient_hash])
    by_order = bool(person and person.sms_consent)
    if link.channel == Channel.SMS:
        return [(Channel.SMS, link.recipient_hash, link.recipient_shown, said.get(link.recipient_hash, by_order))]
    found: list[Way] = [(Channel.EMAIL, link.recipient_hash, link.recipient_shown, True)]
    if phone:
        found.append((Channel.SMS, key, shown_recipient(Channel.SMS, phone), said.get(key, by_order)))
    return found


def _line(session: Session, way: Way) -> Line:
    channel, key, shown, consent = way
    off = is_suppressed(session, channel=channel, recipient_hash=key, purpose=NEWS)
    blocked = is_suppressed(session, channel=channel, recipient_hash=key, purpose=ALL)
    return Line(channel, shown, on=consent and not off, blocked=blocked)
