"""What a scanner or a pair of hands may mean: an order's number, a return's reference, a label's number, a QR text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, false, func, or_, select
from sqlalchemy.orm import Session, selectinload

from app.core.tokens import read_ref
from app.orders.contacts.contact_points import number_key
from app.orders.records import OrderRecord
from app.returns.models import Receipt, Return, ReturnLine
from app.returns.states import Decision, GoodsState
from app.tracking.ingest.identity import normalised_number
from app.tracking.records import ShipmentRecord

# Far above any code of ours or of a carrier's: what is longer was pasted by mistake.
LONGEST = 200
SYMBOLOGY = re.compile(r"^\][A-Za-z][0-9A-Za-z]")  # ISO/IEC 15424: many scanners say before the code what kind it is
_COMING = (GoodsState.AWAITING, GoodsState.IN_TRANSIT, GoodsState.PARTLY_RECEIVED)


@dataclass(frozen=True, slots=True)
class Scanned:
    """What was found: returns, the one meant most likely first, and orders for a parcel that nobody announced."""

    text: str
    returns: Sequence[Return]
    orders: Sequence[OrderRecord]


@dataclass(frozen=True, slots=True)
class ExpectedReturn:
    """One announced return as the list of what comes shows it."""

    ref: str
    order_number: str
    goods: str
    units: int
    carrier: str | None
    deadline: date | None
    delivered: bool


def find_for_receiving(session: Session, scanned: str) -> Scanned:
    """Find by a return's reference or QR text, an order's number or reference, or any parcel's tracking number."""
    text = scanned.replace("\0", "").strip()[:LONGEST]
    # Who scans from a customer's telephone may get the address of the return's page: its last part is the reference.
    code = SYMBOLOGY.sub("", text).rstrip("/").rsplit("/", 1)[-1]
    if not code:
        return Scanned(text, [], [])
    returns = session.scalars(_returns(code)).all()
    # Most scans are of a return's own label: only others are worth a second statement.
    orders = session.scalars(_orders(code)).unique().all() if not returns else []
    if not returns and orders:
        ids = [order.id for order in orders]
        returns = session.scalars(_returns_with_rows().where(Return.order_id.in_(ids)).order_by(*_likeliest())).all()
    return Scanned(text, returns, orders)


def coming(session: Session, *, limit: int = 50) -> list[ExpectedReturn]:
    """What is announced and not here in full, the most urgent first: arrived at the door, on its way, promised."""
    # A sum in the row: joined lines would be counted once a parcel, and fetched for nothing.
    units = select(func.sum(ReturnLine.quantity)).where(ReturnLine.return_id == Return.id).scalar_subquery()
    statement = (
        select(
            Return.ref,
            OrderRecord.number,
            Return.goods,
            func.coalesce(units, 0),
            Return.carrier,
            Return.deadline,
            ShipmentRecord.delivered_at.is_not(None),
        )
        .join(OrderRecord, OrderRecord.id == Return.order_id)
        .outerjoin(ShipmentRecord, ShipmentRecord.id == Return.shipment_id)
        .where(Return.decision == Decision.APPROVED, Return.goods.in_(_COMING))
        .order_by(
            # Delivered and not booked waits longest at the door; a date that is not known yet comes last.
            ShipmentRecord.delivered_at.asc().nulls_last(),
            Return.handed_over_at.asc().nulls_last(),
            Return.deadline.asc().nulls_last(),
            Return.id,
        )
        .limit(limit)
    )
    return [ExpectedReturn(*row) for row in session.execute(statement)]


def _returns(code: str) -> Select[Return]:
    number = normalised_number(code)
    parcels = select(ShipmentRecord.id).where(ShipmentRecord.number == number, ShipmentRecord.direction == "return")
    meant: ColumnElement[bool] = or_(
        Return.ref == read_ref(code), Return.label_number == number, Return.shipment_id.in_(parcels)
    )
    return _returns_with_rows().where(meant).order_by(*_likeliest())


def _orders(code: str) -> Select[OrderRecord]:
    """Also by an outbound parcel's number: a parcel may come back with the label on which it left."""
    number = normalised_number(code)
    parcels = select(ShipmentRecord.order_id).where(ShipmentRecord.number == number)
    key = number_key(code)
    meant = or_(
        OrderRecord.ref == read_ref(code),
        OrderRecord.id.in_(parcels),
        OrderRecord.number_key == key if key else false(),
    )
    return select(OrderRecord).where(meant).order_by(OrderRecord.placed_at.desc()).limit(20)


def _likeliest() -> tuple[ColumnElement[bool], ColumnElement[bool], ColumnElement[int]]:
    """Approved and not here yet before all else, then the newest."""
    return (Return.decision != Decision.APPROVED, Return.goods.not_in(_COMING), Return.id.desc())


def _returns_with_rows() -> Select[Return]:
    receipts = selectinload(Return.receipts).selectinload(Receipt.lines)
    return select(Return).options(selectinload(Return.lines), receipts)
