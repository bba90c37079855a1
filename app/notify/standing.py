"""What is known of each claimed message at the moment of sending, for the last look."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.notify.composing import state_of
from app.notify.freshness import SendContext
from app.notify.keys import recipient_key
from app.notify.kinds import Channel, Purpose
from app.notify.models import Message
from app.notify.office import Office
from app.notify.outgoing import country_of
from app.notify.reading import MessageRows
from app.notify.routing import text_refused
from app.notify.suppression import ALL, NEWS, consents, suppressed
from app.notify.zones import zones_of
from app.orders.models import OrderContact


@dataclass(frozen=True, slots=True)
class Refusals:
    """Who must not be written to, and who has said yes or no to texts."""

    off: set[tuple[str, bytes, str]]
    said: dict[bytes, bool]


def refusals(session: Session, messages: Sequence[Message]) -> Refusals:
    """What the recipients of these messages have refused or allowed."""
    return Refusals(
        suppressed(session, [(m.channel, m.recipient_hash) for m in messages]),
        consents(session, [m.recipient_hash for m in messages if m.channel == Channel.SMS]),
    )


def standing_of(message: Message, known: MessageRows, found: Refusals, office: Office) -> SendContext:
    """How one message stands now."""
    off, said = found.off, found.said.get(message.recipient_hash)
    order = known.orders.get(message.order_id or 0)
    people = order.contacts if order else []
    texts = message.channel == Channel.SMS
    mine = next((p for p in people if _reaches(p, message, office)), None)
    place = (order.ship_to or {}) if order else {}
    phone = message.recipient if texts else None
    zone = known.brand(message.brand_key).time_zone
    return SendContext(
        kind=message.kind,
        channel=Channel(message.channel),
        purpose=Purpose(message.purpose),
        expires_at=message.valid_until or message.next_try_at.replace(year=9999),
        state=state_of(message, known),
        recipient_is_current=mine is not None or order is None or bool(message.readdressed),
        consent=_consents(said, mine or (people[0] if message.readdressed and people else None)) or not texts,
        suppressed=(message.channel, message.recipient_hash, ALL) in off,
        opted_out=(message.channel, message.recipient_hash, NEWS) in off,
        erased=not message.recipient or (message.order_id is not None and order is None),
        refused=_refused(message, known, office) if texts else None,
        what=message.facts.get("what") or message.facts.get("why"),
        zones=zones_of(place.get("country"), place.get("postcode"), place.get("region"), phone, zone),
    )


def _consents(said: bool | None, person: OrderContact | None) -> bool:
    """Whether texts were agreed to: the newest word about the number decides, then what the person told the shop."""
    return said if said is not None else bool(person and person.sms_consent)


def _reaches(person: OrderContact, message: Message, office: Office) -> bool:
    address = person.phone_e164 if message.channel == Channel.SMS else person.email_folded
    return bool(address) and recipient_key(office.key, message.channel, address or "") == message.recipient_hash


def _refused(message: Message, known: MessageRows, office: Office) -> str | None:
    if office.pretends:
        return None
    wish = known.wishes.get(message.brand_key)
    papers = frozenset(wish.registered_countries if wish else ())
    return text_refused(country_of(message.recipient), office.sms_from, papers)
