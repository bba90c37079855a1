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
from app.notify.send.config import MailConfig, without_secrets

# A receipt of a withdrawal opens nothing: it may go to whoever stated it.
LINKED = frozenset(KINDS) - {"withdrawal.received"}


def outgoing_of(message: Message, rows: MessageRows, config: MailConfig, book: LinkBook) -> Outgoing:
    """Render one message that is about to leave; what is said is kept in its row, without the secrets of its links."""
    outgoing = rendered(message, rows, config, book)
    message.subject, message.text = outgoing.subject or None, without_secrets(outgoing.text)
    message.body_hash = digest(outgoing.text)
    return outgoing


def rendered(message: AnyMessage, rows: MessageRows, config: MailConfig, book: LinkBook) -> Outgoing:
    """A message as today's facts make it; nothing is kept of it."""
    facts = facts_of(message, rows, config, _links(message, rows, config, book))
    t = tongue(message.locale, zone_of_message(message, rows), config.languages)
    return (_text if message.channel == Channel.SMS else _mail)(message, facts, rows, config, t)


def _mail(message: AnyMessage, facts: Facts, rows: MessageRows, config: MailConfig, t: Tongue) -> Outgoing:
    wish = rows.wishes.get(message.brand_key)
    number = facts.ordered.number if facts.ordered else ""
    carrier = (facts.parcel.carrier if facts.parcel else None) or ""
    note = fill(
        (wish.notes if wish else {}).get(t.language, ""),
        {"shop": facts.shop.name, "number": number, "carrier": carrier},
    )
    content = mail(message.kind, facts, t, note=note)
    return Outgoing(
        reference=message.public_id,
        channel=Channel.EMAIL,
        to=message.recipient,
        subject=content.subject,
        text=content.text,
        html=content.html,
        from_name=header(facts.shop.name, 70),
        reply_to=facts.shop.help_email or "",
        headers=_headers(message, facts, config),
    )


def _text(message: AnyMessage, facts: Facts, rows: MessageRows, config: MailConfig, t: Tongue) -> Outgoing:
    # Twilio's own end where a message has none (ValidityPeriod, 36,000 s).
    left = (message.valid_until - message.created_at) if message.valid_until else timedelta(hours=10)
    return Outgoing(
        reference=message.public_id,
        channel=Channel.SMS,
        to=message.recipient,
        text=text(message.kind, facts, t, hint=stop_hint(t, answerable=config.answerable)),
        valid_seconds=int(left.total_seconds()),
    )


def _headers(message: AnyMessage, facts: Facts, config: MailConfig) -> dict[str, str]:
    """One thread an order, no answer from machines, and one click to stop the news."""
    # RFC 3834 for the answering machines of most programs; the third is Exchange's own way.
    headers = {
        "Message-ID": f"<{message.public_id}@{config.host}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    # No mail has this id: it is the thread's root, the same for all mails of an order.
    if facts.ordered:
        headers["References"] = f"<order-{facts.ordered.ref}@{config.host}>"
    # RFC 8058: both headers, or mail programs offer no button.
    if message.purpose == Purpose.NEWS and facts.links.preferences:
        headers["List-Unsubscribe"] = f"<{facts.links.preferences}/unsubscribe>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _links(message: AnyMessage, rows: MessageRows, config: MailConfig, book: LinkBook) -> Links:
    requested = [rows.orders[i] for i in message.facts.get("order_ids", ()) if i in rows.orders]
    orders = tuple((order.number, book.order(order.id)) for order in requested)
    linked = message.order_id if message.kind in LINKED else None
    own = orders[0][1] if orders else _own(message, linked, rows, config, book)
    preferences = book.preferences(message) if message.order_id else ""
    return Links(own, preferences, f"{config.public_url}/withdraw", orders)


def _own(message: AnyMessage, linked: int | None, rows: MessageRows, config: MailConfig, book: LinkBook) -> str:
    """The way to the order: a link that opens it, or its page, which asks who comes, for an address on no file."""
    if linked is None:
        return ""
    if message.readdressed:
        return f"{config.public_url}/o/{rows.orders[linked].ref}"
    return book.order(linked)


def country_of(number: str) -> str | None:
    """The country of a number in E.164."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number, None))
    except phonenumbers.NumberParseException:
        return None
