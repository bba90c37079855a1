"""What pages read of returns."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session, selectinload

from app.orders.records import OrderLineRecord, OrderRecord
from app.returns.records import ReturnRecord, WithdrawalRecord
from app.returns.refunds.reckoning import standing_refunds
from app.returns.states import GoodsState
from app.returns.status.stops import Journey
from app.tracking.records import ShipmentRecord


@dataclass(frozen=True, slots=True)
class ReturnView:
    """A return with its order, lines by id, parcel and journey."""

    return_: ReturnRecord
    order: OrderRecord
    lines: dict[int, OrderLineRecord]
    parcel: ShipmentRecord | None
    journey: Journey


def order_ref_of(session: Session, ref: str) -> str | None:
    """The reference of the order that a return belongs to; None for what is no reference at all, too."""
    # Answered without asking: among other signs a NUL byte would make PostgreSQL refuse the statement.
    if not (ref.isascii() and ref.isalnum()):
        return None
    return session.scalar(
        select(OrderRecord.ref)
        .join(ReturnRecord, ReturnRecord.order_id == OrderRecord.id)
        .where(ReturnRecord.ref == ref)
    )


def read_return(session: Session, ref: str) -> ReturnView:
    """Everything the status page shows. Raises NoResultFound for an unknown reference."""
    # Selected table by table: one join would multiply lines by refunds.
    with_rows = (selectinload(ReturnRecord.lines), selectinload(ReturnRecord.refunds))
    return_ = session.scalars(select(ReturnRecord).where(ReturnRecord.ref == ref).options(*with_rows)).one()
    its_order = select(OrderRecord).where(OrderRecord.id == return_.order_id)
    order = session.scalars(its_order.options(selectinload(OrderRecord.brand))).one()
    parcel = session.get(ShipmentRecord, return_.shipment_id, populate_existing=True) if return_.shipment_id else None
    lines = session.scalars(select(OrderLineRecord).where(OrderLineRecord.order_id == order.id))
    return ReturnView(return_, order, {line.id: line for line in lines}, parcel, journey_of(return_, parcel))


def returns_of(session: Session, order_id: int) -> list[ReturnRecord]:
    """The order's returns, newest first, with lines and money."""
    statement = (
        select(ReturnRecord)
        .where(ReturnRecord.order_id == order_id)
        .order_by(ReturnRecord.requested_at.desc(), ReturnRecord.id.desc())
    )
    return list(
        session.scalars(statement.options(selectinload(ReturnRecord.lines), selectinload(ReturnRecord.refunds)))
    )


def refunded_at(return_: ReturnRecord) -> datetime | None:
    """When the last of the money was paid; None while some is open, more may fall due or none is known."""
    if return_.goods == GoodsState.PARTLY_RECEIVED:
        return None
    moments = [refund.paid_at for refund in standing_refunds(return_.refunds)]
    paid_at = [moment for moment in moments if moment is not None]
    return max(paid_at) if paid_at and len(paid_at) == len(moments) else None


def returns_for(session: Session, withdrawal_ids: Collection[int]) -> dict[int, list[str]]:
    """The references of the returns that were made for statements of withdrawal, by statement."""
    mine = (
        select(WithdrawalRecord.id, ReturnRecord.ref)
        .join(ReturnRecord, ReturnRecord.order_id == WithdrawalRecord.order_id)
        .where(WithdrawalRecord.id.in_(withdrawal_ids))
        .where(ReturnRecord.verdict["withdrawal"].astext == cast(WithdrawalRecord.id, Text))
        .order_by(ReturnRecord.id)
    )
    refs: dict[int, list[str]] = {}
    for withdrawal_id, ref in session.execute(mine):
        refs.setdefault(withdrawal_id, []).append(ref)
    return refs


def views_of(session: Session, returns: Sequence[ReturnRecord], orders: Mapping[int, OrderRecord]) -> list[ReturnView]:
    """Some returns, each with its order and its parcel, which are read in one statement."""
    shipments = [return_.shipment_id for return_ in returns if return_.shipment_id]
    of_returns = select(ShipmentRecord).where(ShipmentRecord.id.in_(shipments))
    parcels = {parcel.id: parcel for parcel in session.scalars(of_returns)} if shipments else {}
    return [view_of(one, orders[one.order_id], parcels.get(one.shipment_id or 0)) for one in returns]


def view_of(return_: ReturnRecord, order: OrderRecord, parcel: ShipmentRecord | None) -> ReturnView:
    """A return of which all is read."""
    lines = {line.id: line for line in order.all_lines}
    return ReturnView(return_, order, lines, parcel, journey_of(return_, parcel))


def journey_of(return_: ReturnRecord, parcel: ShipmentRecord | None) -> Journey:
    """The moments that are known of a return; nobody asked for what came without notice."""
    return Journey(
        None if return_.method == "unannounced" else return_.requested_at,
        return_.handed_over_at,
        parcel.state if parcel else None,
        parcel.state_since if parcel else None,
        parcel.delivered_at if parcel else None,
        return_.received_at,
        refunded_at(return_),
    )
