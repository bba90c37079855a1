"""Writing what hangs on an order: its lines, which keep their identity, and its people, the customer first."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.brands.records import BrandRecord
from app.orders.contact_points import email_key, phone_country, phone_key
from app.orders.document.document import OrderDocument
from app.orders.document.goods import Line
from app.orders.document.people import Contact, Customer
from app.orders.models import OrderContact, OrderLine


def write_lines(session: Session, order_id: int, lines: Sequence[Line]) -> None:
    """Bring the order's lines to what the document says; a line that it no longer names stays with quantity 0."""
    rows = line_rows(order_id, lines)
    if rows:
        _upsert(session, rows)
    gone = OrderLine.line_id.not_in([line.id for line in lines])
    nothing = {"quantity": 0, "cancelled": 0}
    session.execute(update(OrderLine).where(OrderLine.order_id == order_id, gone).values(nothing))
    # The session may hold the rows as they were before this statement.
    cached = select(OrderLine).where(OrderLine.order_id == order_id).execution_options(populate_existing=True)
    session.scalars(cached).all()


def _upsert(session: Session, rows: list[dict[str, Any]]) -> None:
    statement = insert(OrderLine)
    values = {name: statement.excluded[name] for name in rows[0] if name not in ("order_id", "line_id")}
    session.execute(statement.on_conflict_do_update(index_elements=["order_id", "line_id"], set_=values), rows)


def line_rows(order_id: int, lines: Sequence[Line]) -> list[dict[str, Any]]:
    """A row for each line of a document."""
    return [_line_row(order_id, position, line) for position, line in enumerate(lines)]


def _line_row(order_id: int, position: int, line: Line) -> dict[str, Any]:
    return {
        "order_id": order_id,
        "line_id": line.id,
        "position": position,
        "sku": line.sku or "",
        # What is still sold: pages, parcels and returns count by it.
        "quantity": line.quantity - line.cancelled,
        **line.model_dump(exclude={"id", "sku", "quantity"}),
    }


def write_contacts(session: Session, order_id: int, document: OrderDocument, brand: BrandRecord) -> bool:
    """Bring the order's contacts to what the document says; True when an address that could look it up is gone."""
    addresses = select(OrderContact.email_folded, OrderContact.phone_e164).where(OrderContact.order_id == order_id)
    before = {address for pair in session.execute(addresses) for address in pair if address}
    rows = contact_rows(order_id, document, brand)
    statement = insert(OrderContact)
    values = {name: statement.excluded[name] for name in rows[0] if name not in ("order_id", "position")}
    # Changed and not made anew: what is on its way to a contact names the row.
    session.execute(statement.on_conflict_do_update(index_elements=["order_id", "position"], set_=values), rows)
    beyond = OrderContact.position >= len(rows)
    session.execute(delete(OrderContact).where(OrderContact.order_id == order_id, beyond))
    cached = select(OrderContact).where(OrderContact.order_id == order_id)
    session.scalars(cached.execution_options(populate_existing=True)).all()
    return bool(before - {address for row in rows for address in (row["email_folded"], row["phone_e164"])})


def contact_rows(order_id: int, document: OrderDocument, brand: BrandRecord) -> list[dict[str, Any]]:
    """A row for each person of a document, the customer first."""
    # Without a prefix a number is meant as people dial it where the order goes, else where the shop is.
    goes_to, home = document.ship_to.country if document.ship_to else None, (brand.return_address or {}).get("country")
    country = phone_country(goes_to, home, document.locale or brand.locale)
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
