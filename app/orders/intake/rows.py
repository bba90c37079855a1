"""The rows that stand below orders, their lines and contacts, as documents tell them: many orders at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.orm import Session

from app.brands.records import BrandRecord
from app.core.tables.bulk import any_of, insert_rows, parameters
from app.orders.contacts.contact_points import email_key, phone_country, phone_key
from app.orders.document.document import OrderDocument
from app.orders.document.goods import Line
from app.orders.document.people import Contact, Customer
from app.orders.intake.identity import BrandDocument
from app.orders.models import OrderContact, OrderLine

# The rows' ids of an order's lines, by the shop's id of the line.
LineIds: TypeAlias = Mapping[str, int]
_NONE: Mapping[int, LineIds] = {}


def lines_of(session: Session, order_ids: Sequence[int]) -> dict[int, LineIds]:
    """The lines that these orders have so far, those without units too."""
    lines: dict[int, dict[str, int]] = defaultdict(dict)
    columns = (OrderLine.order_id, OrderLine.line_id, OrderLine.id)
    for order_id, line_id, id_ in session.execute(select(*columns).where(any_of(OrderLine.order_id, order_ids))):
        lines[order_id][line_id] = id_
    return dict(lines)


def write_lines(session: Session, orders: Mapping[int, BrandDocument], earlier: Mapping[int, LineIds] = _NONE) -> None:
    """Bring the orders' lines to what the documents say; a line that one no longer names stays with quantity 0."""
    rows = [row for order_id, one in orders.items() for row in line_rows(order_id, one.document.lines)]
    if rows:
        session.execute(_upsert(OrderLine, tuple(rows[0]), "line_id"), parameters(OrderLine, rows))
    gone = [
        id_
        for order_id, ids in earlier.items()
        for line, id_ in ids.items()
        if line not in {named.id for named in orders[order_id].document.lines}
    ]
    if gone:
        nothing = {"quantity": 0, "cancelled": 0}
        session.execute(update(OrderLine).where(OrderLine.id.in_(gone)).values(nothing))
    _forget(session, OrderLine, orders)


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


def write_contacts(session: Session, orders: Mapping[int, BrandDocument], *, new: bool = False) -> set[int]:
    """Bring the orders' contacts to what the documents say; gives the orders that could be looked up by what is gone.

    ``new`` orders have none yet.
    """
    before = {} if new else _addresses(session, orders)
    rows = [row for order_id, one in orders.items() for row in contact_rows(order_id, one.document, one.brand)]
    # Changed and not made anew: what is on its way to a contact names the row.
    session.execute(_upsert(OrderContact, tuple(rows[0]), "position"), parameters(OrderContact, rows))
    now_there: dict[int, set[str]] = defaultdict(set)
    count: dict[int, int] = defaultdict(int)
    for row in rows:
        now_there[row["order_id"]] |= {row["email_folded"], row["phone_e164"]}
        count[row["order_id"]] += 1
    beyond = [id_ for (order_id, at), (id_, _) in before.items() if at >= count[order_id]]
    if beyond:
        session.execute(delete(OrderContact).where(OrderContact.id.in_(beyond)))
    _forget(session, OrderContact, orders)
    return {order_id for (order_id, _), (_, addresses) in before.items() if addresses - now_there[order_id]}


def _addresses(session: Session, order_ids: Iterable[int]) -> dict[tuple[int, int], tuple[int, set[str]]]:
    columns = (
        OrderContact.order_id,
        OrderContact.position,
        OrderContact.id,
        OrderContact.email_folded,
        OrderContact.phone_e164,
    )
    rows = session.execute(select(*columns).where(any_of(OrderContact.order_id, order_ids)))
    return {
        (order_id, position): (id_, {address for address in addresses if address})
        for order_id, position, id_, *addresses in rows
    }


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


@cache
def _upsert(model: type[OrderLine | OrderContact], names: tuple[str, ...], place: str) -> Insert:
    statement = insert_rows(model, names)
    values = {name: statement.excluded[name] for name in names if name not in ("order_id", place)}
    return statement.on_conflict_do_update(index_elements=["order_id", place], set_=values)


def _forget(session: Session, model: type[OrderLine | OrderContact], order_ids: Iterable[int]) -> None:
    """The session may hold the rows as they were before they were written past it."""
    ids = frozenset(order_ids)
    for row in list(session.identity_map.values()):
        if isinstance(row, model) and row.order_id in ids:
            session.expire(row)


def reachable(session: Session, order_id: int) -> OrderContact | None:
    """The first person of an order with an e-mail address."""
    mailed = (OrderContact.order_id == order_id, OrderContact.email_folded.is_not(None))
    return session.scalar(select(OrderContact).where(*mailed).order_by(OrderContact.position).limit(1))
