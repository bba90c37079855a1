"""What staff type into the search, found: orders by number, name, e-mail, phone or parcel; returns."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from app.orders.contacts.contact_points import email_key, pasted_contact, phone_key, reference
from app.orders.lookup.links import order_of_link
from app.orders.queries import by_id
from app.orders.records import OrderRecord
from app.orders.search import search, search_parts
from app.returns.records import ReturnRecord
from app.tracking.ingest.identity import normalised_number
from app.tracking.records import ShipmentRecord

# A page of results; a text that means more than some pages is a poor search.
MOST = 20
MOST_PAGES = 25
# Pages of an order or a return, the customer's and the console's; a mailed link names neither and is looked up.
_HOST = r"(?:https?://)?[^/\s]*"
PAGE = re.compile(_HOST + r"/(?:o|returns|staff/orders|staff/returns|staff/warehouse/returns)/([^/?#\s]+)\S*")
MAILED = re.compile(_HOST + r"/l/([^/?#\s]+)\S*")


@dataclass(frozen=True, slots=True)
class SearchHits:
    """What a text may mean: a page of orders, ``more`` where there is another, and returns."""

    orders: Sequence[OrderRecord]
    returns: Sequence[ReturnRecord]
    more: bool = False


def find(session: Session, text: str, *, now: datetime, page: int = 1) -> SearchHits:
    """Everything that a text may mean, the newest first, a page of it."""
    if secret := MAILED.fullmatch(text.strip()):
        order_id = order_of_link(session, secret[1], purpose="view", now=now)
        return SearchHits([by_id(session, order_id)] if order_id else [], [])
    typed = _last_part(text.strip())
    if not typed:
        return SearchHits([], [])
    upto = MOST * min(max(page, 1), MOST_PAGES)
    orders = {order.id: order for order in search(session, typed, limit=upto + 1)}
    orders |= {order.id: order for order in _by_parcel(session, typed)}
    returns = _returns(session, typed)
    # What names something exactly is meant; only else is a text taken for a part of a name or a number.
    if not orders and not returns:
        orders = {order.id: order for order in search_parts(session, typed, limit=upto + 1)}
    newest = sorted(orders.values(), key=lambda order: (order.placed_at, order.id), reverse=True)
    return SearchHits(newest[upto - MOST : upto], returns if page < 2 else [], len(newest) > upto)


def _last_part(text: str) -> str:
    """Of a pasted link to a page of the portal its reference; any other text as it is."""
    link = PAGE.fullmatch(text)
    return link[1] if link else text


def is_personal(text: str) -> bool:
    """Whether a text is an address, a phone number, a name or a mailed link, which stay out of the page's address."""
    # Order numbers, references and tracking numbers have figures; names have none.
    if not any(sign.isdigit() for sign in text) or "/l/" in text:
        return True
    # A number without its country is tried as a Spanish one: it costs nothing if it is none.
    contact = pasted_contact(text)
    return email_key(contact) is not None or phone_key(contact, country="ES") is not None


def _by_parcel(session: Session, text: str) -> Sequence[OrderRecord]:
    number = normalised_number(text)
    parcels = select(ShipmentRecord.order_id).where(
        ShipmentRecord.number == number, ShipmentRecord.direction == "outbound"
    )
    statement = (
        select(OrderRecord).where(OrderRecord.id.in_(parcels)).order_by(OrderRecord.placed_at.desc()).limit(MOST)
    )
    return session.scalars(statement).all() if number else []


def _returns(session: Session, text: str) -> Sequence[ReturnRecord]:
    number = normalised_number(text)
    parcels = select(ShipmentRecord.id).where(ShipmentRecord.number == number, ShipmentRecord.direction == "return")
    # Each by its own index: «or» over two tables would read every return.
    meant = union(
        select(ReturnRecord.id).where(ReturnRecord.ref == reference(text)),
        select(ReturnRecord.id).where(ReturnRecord.label_number == number),
        select(ReturnRecord.id).where(ReturnRecord.shipment_id.in_(parcels)),
    )
    statement = select(ReturnRecord).where(ReturnRecord.id.in_(meant)).order_by(ReturnRecord.id.desc())
    return session.scalars(statement.limit(MOST)).all()
