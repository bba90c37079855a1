"""Whom an event concerns: the customer of the order, or whoever a link or a receipt is for; and what they want."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.events.models import DomainEvent
from app.notify.keys import recipient_key
from app.notify.kinds import KINDS, SMS_BY_DEFAULT, Channel
from app.notify.models import BrandMessages
from app.notify.office import Office
from app.notify.suppression import ALL, NEWS, consents, suppressed
from app.notify.triggers import Contact, Wishes
from app.orders.contact_points import email_key, phone_key
from app.orders.models import Brand, Order, OrderContact
from app.returns.models import Withdrawal


@dataclass(frozen=True, slots=True)
class Address:
    """One person, the language they are spoken to in, and the order and brand in whose name."""

    contact: Contact
    order_id: int | None
    locale: str
    brand_key: str


def addresses_of(session: Session, event: DomainEvent, office: Office) -> list[Address]:
    """Everyone to be told of an event; empty when the order is gone or nobody can be reached."""
    if event.kind == "withdrawal.received":
        return _of_withdrawal(session, event, office)
    order = session.get(Order, event.order_id) if event.order_id else None
    if order is None:
        return []
    if event.kind == "access.link_requested":
        asked = session.get(OrderContact, event.payload.get("contact_id") or 0)
        return [_of_order(session, order, asked, office)] if asked else []
    return [_of_order(session, order, customer_of(session, order.id), office)]


def customer_of(session: Session, order_id: int) -> OrderContact | None:
    """The customer of an order, who is its first contact."""
    mine = select(OrderContact).where(OrderContact.order_id == order_id)
    return session.scalar(mine.order_by(OrderContact.position).limit(1))


def wishes_of(session: Session, address: Address, office: Office) -> Wishes:
    """What the brand sends, less what this person does not want."""
    brand = session.get(BrandMessages, address.brand_key)
    email, sms = _keys(office, address.contact.email, address.contact.phone)
    off = suppressed(session, [(Channel.EMAIL, email), (Channel.SMS, sms)])
    return Wishes(
        email_kinds=frozenset(KINDS if brand is None or brand.email_kinds is None else brand.email_kinds),
        sms_kinds=SMS_BY_DEFAULT if brand is None or brand.sms_kinds is None else frozenset(brand.sms_kinds),
        email_news=not {(Channel.EMAIL, email, ALL), (Channel.EMAIL, email, NEWS)} & off,
        sms_news=not {(Channel.SMS, sms, ALL), (Channel.SMS, sms, NEWS)} & off,
    )


def _of_order(session: Session, order: Order, person: OrderContact | None, office: Office) -> Address:
    if person is None:
        return Address(Contact(), order.id, order.locale, order.brand_key)
    email, sms = _keys(office, person.email_folded, person.phone_e164)
    said = consents(session, [sms]).get(sms)
    contact = Contact(
        email=person.email_folded,
        phone=person.phone_e164,
        sms_consent=person.sms_consent if said is None else said,
        email_key=email.hex()[:32],
        phone_key=sms.hex()[:32],
    )
    return Address(contact, order.id, order.locale, order.brand_key)


def _of_withdrawal(session: Session, event: DomainEvent, office: Office) -> list[Address]:
    """The address that was stated, and the one on file when it is another: nobody withdraws behind a back."""
    said = session.get(Withdrawal, event.payload.get("withdrawal_id") or 0)
    if said is None:
        return []
    order = session.get(Order, said.order_id) if said.order_id else None
    brand_key = order.brand_key if order else default_brand(session)
    email, phone = email_key(said.receipt_to), phone_key(said.receipt_to, country=None)
    keys = _keys(office, email, phone)
    contact = Contact(email, phone, sms_consent=True, email_key=keys[0].hex()[:32], phone_key=keys[1].hex()[:32])
    found = [Address(contact, said.order_id, said.locale, brand_key)]
    if order is not None:
        on_file = _of_order(session, order, customer_of(session, order.id), office)
        if on_file.contact.email and on_file.contact.email != email:
            found.append(on_file)
    return found


def default_brand(session: Session) -> str:
    """The brand that speaks when no order is known."""
    return session.scalar(select(Brand.key).order_by(Brand.is_default.desc(), Brand.key).limit(1)) or "demo"


def _keys(office: Office, email: str | None, phone: str | None) -> tuple[bytes, bytes]:
    return (
        recipient_key(office.key, Channel.EMAIL, email or ""),
        recipient_key(office.key, Channel.SMS, phone or ""),
    )
