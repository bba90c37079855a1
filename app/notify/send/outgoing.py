"""From a message's row to what is handed to a sender: links made, text rendered, headers set."""

from datetime import timedelta

import phonenumbers

from app.core.tokens import digest
from app.notify.kinds import KINDS, Channel, Purpose
from app.notify.models import Message
from app.notify.providers.ports import Outgoing, header
from app.notify.records import AnyMessage
from app.notify.render.facts import facts_of, zone_of_message
from app.notify.render.links import LinkBook
from app.notify.render.mails.facts import Facts, Links
from app.notify.render.mails.texts import stop_hint, text
from app.notify.render.reading import MessageRows
from app.notify.render.render import fill, mail
from app.notify.render.words import Tongue, tongue
from app.notify.send.config import Office, without_secrets

# A receipt of a withdrawal opens nothing: it may go to whoever stated it.
LINKED = frozenset(KINDS) - {"withdrawal.received"}


def outgoing_of(message: Message, known: MessageRows, office: Office, book: LinkBook) -> Outgoing:
    """Render one message that is about to leave; what is said is kept in its row, without the secrets of its links."""
    made = rendered(message, known, office, book)
    message.subject, message.text = made.subject or None, without_secrets(made.text)
    message.body_hash = digest(made.text)
    return made


def rendered(message: AnyMessage, known: MessageRows, office: Office, book: LinkBook) -> Outgoing:
    """A message as today's facts make it; nothing is kept of it."""
    facts = facts_of(message, known, office, _links(message, known, office, book))
    t = tongue(message.locale, zone_of_message(message, known), office.languages)
    return (_text if message.channel == Channel.SMS else _mail)(message, facts, known, office, t)


def _mail(message: AnyMessage, facts: Facts, known: MessageRows, office: Office, t: Tongue) -> Outgoing:
    wish = known.wishes.get(message.brand_key)
    number = facts.ordered.number if facts.ordered else ""
    carrier = (facts.parcel.carrier if facts.parcel else None) or ""
    note = fill(
        (wish.notes if wish else {}).get(t.language, ""),
        {"shop": facts.shop.name, "number": number, "carrier": carrier},
    )
    made = mail(message.kind, facts, t, note=note)
    return Outgoing(
        reference=message.public_id,
        channel=Channel.EMAIL,
        to=message.recipient,
        subject=made.subject,
        text=made.text,
        html=made.html,
        from_name=header(facts.shop.name, 70),
        reply_to=facts.shop.help_email or "",
        headers=_headers(message, facts, office),
    )


def _text(message: AnyMessage, facts: Facts, known: MessageRows, office: Office, t: Tongue) -> Outgoing:
    left = (message.valid_until - message.created_at) if message.valid_until else timedelta(hours=10)
    return Outgoing(
        reference=message.public_id,
        channel=Channel.SMS,
        to=message.recipient,
        text=text(message.kind, facts, t, hint=stop_hint(t, answerable=office.answerable)),
        valid_seconds=int(left.total_seconds()),
    )


def _headers(message: AnyMessage, facts: Facts, office: Office) -> dict[str, str]:
    """One thread an order, no answer from machines, and one click to stop the news."""
    headers = {
        "Message-ID": f"<{message.public_id}@{office.host}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if facts.ordered:
        headers["References"] = f"<order-{facts.ordered.ref}@{office.host}>"
    if message.purpose == Purpose.NEWS and facts.links.preferences:
        headers["List-Unsubscribe"] = f"<{facts.links.preferences}/unsubscribe>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _links(message: AnyMessage, known: MessageRows, office: Office, book: LinkBook) -> Links:
    asked = [known.orders[i] for i in message.facts.get("order_ids", ()) if i in known.orders]
    orders = tuple((order.number, book.order(order.id)) for order in asked)
    linked = message.order_id if message.kind in LINKED else None
    own = orders[0][1] if orders else _own(message, linked, known, office, book)
    preferences = book.preferences(message) if message.order_id else ""
    return Links(own, preferences, f"{office.public_url}/withdraw", orders)


def _own(message: AnyMessage, linked: int | None, known: MessageRows, office: Office, book: LinkBook) -> str:
    """The way to the order: a link that opens it, or its page, which asks who comes, for an address on no file."""
    if linked is None:
        return ""
    if message.readdressed:
        return f"{office.public_url}/o/{known.orders[linked].ref}"
    return book.order(linked)


def country_of(number: str) -> str | None:
    """The country of a number in E.164."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number, None))
    except phonenumbers.NumberParseException:
        return None
