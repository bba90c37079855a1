"""Where the one-time code of an order may go: the address on file first, its phone where the shop ships."""

from dataclasses import dataclass
from datetime import timedelta

import phonenumbers
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.tokens import keyed_digest
from app.orders.guesses import GuessSubject, Limit
from app.orders.models import Order, OrderContact

PER_BLOCK = (Limit(10, timedelta(minutes=10)),)
PER_HOUR = (Limit(200, timedelta(hours=1)),)


@dataclass(frozen=True, slots=True)
class Recipient:
    """One way to reach a person of an order; ``masked`` is what a page may show of it."""

    channel: str
    to: str
    masked: str
    locale: str
    brand: str


def recipients(session: Session, order_id: int, *, position: int) -> list[Recipient]:
    """The ways to reach the contact at ``position``, e-mail before SMS; empty when there is none on file."""
    columns = (Order.locale, Order.brand_key, Order.ship_to["country"].astext.label("country"))
    contact = (OrderContact.email_folded, OrderContact.phone_e164)
    joined = select(*columns, *contact).join(OrderContact, OrderContact.order_id == Order.id)
    row = session.execute(joined.where(Order.id == order_id, OrderContact.position == position)).one_or_none()
    if row is None:
        return []
    found = []
    if row.email_folded:
        found.append(Recipient("email", row.email_folded, mask_email(row.email_folded), row.locale, row.brand_key))
    if row.phone_e164 and region(row.phone_e164) == row.country:
        found.append(Recipient("sms", row.phone_e164, mask_phone(row.phone_e164), row.locale, row.brand_key))
    return found


def mask_email(email: str) -> str:
    """``maria@example.com`` as ``m•••@•••.com``: enough to know which mailbox to open."""
    local, _, domain = email.rpartition("@")
    return f"{local[:1]}•••@•••.{domain.rpartition('.')[2]}"


def mask_phone(number: str) -> str:
    """The last two digits alone."""
    return f"••• {number[-2:]}"


def region(number: str) -> str | None:
    """The country of a number in E.164."""
    return phonenumbers.region_code_for_number(phonenumbers.parse(number))


def sms_subjects(key: str, number: str) -> list[GuessSubject]:
    """What texts to a number are counted for: its block of ten thousand numbers, and all texts of the hour."""
    block = GuessSubject(keyed_digest(key, f"sms:{number[:-4]}"), PER_BLOCK)
    return [block, GuessSubject(keyed_digest(key, "sms:all"), PER_HOUR)]
