"""Writing the people of an order: the customer first, then a company's further contacts."""

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.orders.contact_points import email_key, phone_key
from app.orders.document.document import Contact, Customer, OrderDocument
from app.orders.models import OrderContact


def write_contacts(session: Session, order_id: int, document: OrderDocument) -> bool:
    """Bring the order's contacts to what the document says; True when an address that could look it up is gone."""
    held = select(OrderContact.email_folded).where(OrderContact.order_id == order_id)
    before = {email for email in session.scalars(held) if email}
    rows = contact_rows(order_id, document)
    statement = insert(OrderContact)
    told = {name: statement.excluded[name] for name in rows[0] if name not in ("order_id", "position")}
    session.execute(statement.on_conflict_do_update(index_elements=["order_id", "position"], set_=told), rows)
    beyond = OrderContact.position >= len(rows)
    session.execute(delete(OrderContact).where(OrderContact.order_id == order_id, beyond))
    cached = select(OrderContact).where(OrderContact.order_id == order_id)
    session.scalars(cached.execution_options(populate_existing=True)).all()
    return bool(before - {row["email_folded"] for row in rows})


def contact_rows(order_id: int, document: OrderDocument) -> list[dict[str, Any]]:
    """A row for each person of a document, the customer first."""
    country = document.ship_to.country if document.ship_to else None
    people: list[tuple[Customer | Contact, str]] = [(document.customer, "customer")]
    people += [(contact, contact.role or "contact") for contact in document.contacts]
    return [
        {
            "order_id": order_id,
            "position": position,
            "role": role,
            "name": person.name,
            "email": person.email,
            "email_folded": email_key(person.email) if person.email else None,
            "phone": person.phone,
            "phone_e164": phone_key(person.phone, country=country) if person.phone else None,
            "sms_consent": person.sms_consent,
        }
        for position, (person, role) in enumerate(people)
    ]


def reachable(session: Session, order_id: int) -> OrderContact | None:
    """The first person of an order with an e-mail address."""
    mailed = (OrderContact.order_id == order_id, OrderContact.email_folded.is_not(None))
    return session.scalar(select(OrderContact).where(*mailed).order_by(OrderContact.position).limit(1))
