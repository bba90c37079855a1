"""Whom events concern: the customer of the order, or whoever a link or a receipt is for; and what they want."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.brands.queries import speaking_brand
from app.events.records import DomainEventRecord
from app.notify.kinds import KINDS, SMS_BY_DEFAULT, Channel
from app.notify.models import BrandMessages
from app.notify.plan.triggers import ContactPoints, Wishes
from app.notify.preferences.suppression import ALL, NEWS, consents, recipient_key, suppressed
from app.notify.send.config import MailConfig
from app.notify.send.outgoing import country_of
from app.notify.send.route import text_refused
from app.orders.records import OrderContactRecord, OrderRecord
from app.returns.records import WithdrawalRecord
from app.returns.withdrawal.statement import reach

Keys = tuple[bytes, bytes]


@dataclass(frozen=True, slots=True)
class MessageRecipient:
    """One person, the language they are spoken to in, and the order and brand in whose name.

    What is for them leaves at ``not_before`` at the earliest.
    """

    contact: ContactPoints
    order_id: int | None
    locale: str
    brand_key: str
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class People:
    """The orders of a batch of events with their people, and what these have refused or allowed."""

    orders: dict[int, OrderRecord]
    brands: dict[str, BrandMessages]
    off: set[tuple[str, bytes, str]]
    consents: dict[bytes, bool]


def people_of(session: Session, events: Sequence[DomainEventRecord], config: MailConfig) -> People:
    """Everyone whom these events may concern, in four statements."""
    ids = {event.order_id for event in events if event.order_id}
    chosen = select(OrderRecord).where(OrderRecord.id.in_(ids)).options(selectinload(OrderRecord.contacts))
    orders = {order.id: order for order in session.scalars(chosen)} if ids else {}
    every = [keys_of(person, config) for order in orders.values() for person in order.contacts]
    pairs = [(Channel.EMAIL.value, email) for email, _ in every] + [(Channel.SMS.value, sms) for _, sms in every]
    return People(
        orders,
        {brand.brand_key: brand for brand in session.scalars(select(BrandMessages))},
        suppressed(session, pairs),
        consents(session, [sms for _, sms in every]),
    )


def addresses_of(
    session: Session, event: DomainEventRecord, people: People, config: MailConfig
) -> list[MessageRecipient]:
    """Everyone to be told of an event; empty when the order is gone or nobody can be reached."""
    if event.kind == "withdrawal.received":
        return _of_withdrawal(session, event, people, config)
    order = people.orders.get(event.order_id or 0)
    if order is None:
        return []
    if event.kind == "access.link_requested":
        requester = next((person for person in order.contacts if person.id == event.payload.get("contact_id")), None)
        return [_of_order(order, requester, people, config)] if requester else []
    return [_of_order(order, next(iter(order.contacts), None), people, config)]


def wishes_of(recipient: MessageRecipient, people: People, config: MailConfig) -> Wishes:
    """What the brand sends, less what this person does not want."""
    brand, off = people.brands.get(recipient.brand_key), people.off
    email, sms = _keys(recipient.contact.email, recipient.contact.phone, config)
    return Wishes(
        email_kinds=mails_of(brand),
        sms_kinds=frozenset() if config.sends_no_texts else texts_of(brand),
        email_news=not {(Channel.EMAIL, email, ALL), (Channel.EMAIL, email, NEWS)} & off,
        sms_news=not {(Channel.SMS, sms, ALL), (Channel.SMS, sms, NEWS)} & off,
        texts=not config.sends_no_texts,
    )


def mails_of(brand: BrandMessages | None) -> frozenset[str]:
    """The kinds that a brand sends by mail: all but those it says no to."""
    return frozenset(KINDS) - frozenset(brand.mails_off if brand else ())


def texts_of(brand: BrandMessages | None) -> frozenset[str]:
    """The kinds that a brand sends as texts: the usual ones but those it says no to."""
    return SMS_BY_DEFAULT - frozenset(brand.texts_off if brand else ())


def customer_of(session: Session, order_id: int) -> OrderContactRecord | None:
    """The customer of an order, who is its first contact."""
    contacts = select(OrderContactRecord).where(OrderContactRecord.order_id == order_id)
    return session.scalar(contacts.order_by(OrderContactRecord.position).limit(1))


def default_brand(session: Session) -> str:
    """The brand that speaks when no order is known."""
    brand = speaking_brand(session)
    return brand.key if brand else "demo"


def may_text(session: Session, number: str, config: MailConfig) -> bool:
    """Whether a text may go to the country of a number, in the name of the default brand."""
    wish = session.get(BrandMessages, default_brand(session))
    registered = frozenset(wish.registered_countries if wish else ())
    return text_refused(country_of(number), config.sms_from, registered) is None


def keys_of(person: OrderContactRecord, config: MailConfig) -> Keys:
    """What stands for a person's e-mail address and telephone."""
    return _keys(person.email_folded, person.phone_e164, config)


def _of_order(
    order: OrderRecord, person: OrderContactRecord | None, people: People, config: MailConfig
) -> MessageRecipient:
    if person is None:
        return MessageRecipient(ContactPoints(), order.id, order.locale, order.brand_key)
    keys = keys_of(person, config)
    consent = people.consents.get(keys[1], person.sms_consent)
    contact = replace(_contact(person.email_folded, person.phone_e164, config), sms_consent=consent)
    return MessageRecipient(contact, order.id, order.locale, order.brand_key)


def _of_withdrawal(
    session: Session, event: DomainEventRecord, people: People, config: MailConfig
) -> list[MessageRecipient]:
    """The address that was stated, and the one on file when it is another: nobody withdraws behind a back.

    A mail to an address that no order has must not tell whether there is an order: it belongs to none.
    """
    withdrawal = session.get(WithdrawalRecord, event.payload.get("withdrawal_id") or 0)
    if withdrawal is None:
        return []
    order = people.orders.get(withdrawal.order_id or 0)
    own = order if withdrawal.own else None
    brand = own.brand_key if own else default_brand(session)
    contact = _contact(*reach(withdrawal.receipt_to), config)
    recipients = [MessageRecipient(contact, own.id if own else None, withdrawal.locale, brand, withdrawal.receipt_at)]
    if order is not None:
        on_file = _of_order(order, next(iter(order.contacts), None), people, config)
        there = on_file.contact.email or on_file.contact.phone
        if there and there != (contact.email or contact.phone):
            recipients.append(replace(on_file, not_before=withdrawal.notice_at))
    return recipients


def _contact(email: str | None, phone: str | None, config: MailConfig) -> ContactPoints:
    keys = _keys(email, phone, config)
    # Half of the hash, 128 bits: it tells people apart in a message's key, and keeps addresses out of it.
    return ContactPoints(email, phone, email_key=keys[0].hex()[:32], phone_key=keys[1].hex()[:32])


def _keys(email: str | None, phone: str | None, config: MailConfig) -> Keys:
    # An address that is lacking has a key as well: nobody has ever refused it.
    return (
        recipient_key(config.key, Channel.EMAIL, email or ""),
        recipient_key(config.key, Channel.SMS, phone or ""),
    )
