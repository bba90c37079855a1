"""What staff type into the search, found: orders by number, reference, e-mail, phone or tracking number; returns."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.orders.contact_points import email_key, phone_key, reference
from app.orders.models import Order
from app.orders.queries import search
from app.returns.models import Return
from app.tracking.ingest.identity import normalised_number
from app.tracking.models import Shipment

MOST = 20


@dataclass(frozen=True, slots=True)
class SearchHits:
    """What a text may mean."""

    orders: Sequence[Order]
    returns: Sequence[Return]


def find(session: Session, text: str) -> SearchHits:
    """Everything that a text may mean, the newest first."""
    typed = text.strip()
    if not typed:
        return SearchHits([], [])
    orders = {order.id: order for order in search(session, typed, limit=MOST)}
    orders |= {order.id: order for order in _by_parcel(session, typed)}
    newest = sorted(orders.values(), key=lambda order: order.placed_at, reverse=True)
    return SearchHits(newest[:MOST], _returns(session, typed))


def is_personal(text: str) -> bool:
    """Whether a text is an address or a phone number, which stay out of the page's address."""
    return email_key(text) is not None or phone_key(text, country="ES") is not None


def _by_parcel(session: Session, text: str) -> Sequence[Order]:
    number = normalised_number(text)
    parcels = select(Shipment.order_id).where(Shipment.number == number, Shipment.direction == "outbound")
    statement = select(Order).where(Order.id.in_(parcels)).order_by(Order.placed_at.desc()).limit(MOST)
    return session.scalars(statement).all() if number else []


def _returns(session: Session, text: str) -> Sequence[Return]:
    number = normalised_number(text)
    parcels = select(Shipment.id).where(Shipment.number == number, Shipment.direction == "return")
    meant = or_(Return.ref == reference(text), Return.label_number == number, Return.shipment_id.in_(parcels))
    return session.scalars(select(Return).where(meant).order_by(Return.id.desc()).limit(MOST)).all()
