"""Returns that the demo shop already has: one on its way, one received and refunded."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.events.kinds import Listener
from app.events.log import lease
from app.orders.records import OrderRecord
from app.returns.policy.decision import LineRequest, ReturnRequest
from app.returns.policy.policy import Method
from app.returns.queries import read_return
from app.returns.receiving.facts import ReceiptFacts, ReceivedItem
from app.returns.receiving.record import book_receipt
from app.returns.records import RefundRecord, ReturnRecord
from app.returns.refunds.pay import pay_refund
from app.returns.services import handle_events, request_return
from app.sandbox import carrier
from app.tracking.records import ShipmentRecord
from app.tracking.services import fold_dirty, record_events

ON_ITS_WAY, REFUNDED = "A-10438", "A-10431"


def add_returns(session: Session, *, now: datetime) -> None:
    """Make the returns as if their customers and the warehouse had, in the caller's transaction."""
    travelling = _request(session, ON_ITS_WAY, "1", "too_large", now=now - timedelta(days=2))
    travel(session, travelling, ("picked_up", "in_transit"), now=now - timedelta(days=1))
    back = _request(session, REFUNDED, "1", "colour", now=now - timedelta(days=8))
    travel(session, back, ("picked_up", "in_transit", "delivered"), now=now - timedelta(days=5))
    # Returns hear of scans by events, and what they do may touch parcels again: until both are still, as in the worker.
    while fold_dirty(session, now=now) or hear_events(session, now=now):
        pass
    _receive(session, back, now=now - timedelta(days=4))
    for refund in session.scalars(select(RefundRecord).where(RefundRecord.return_id == back.id)):
        paid_at = now - timedelta(days=3)
        pay_refund(session, refund.id, reference="TR-20871", by="support@almazara.example", now=paid_at)


def hear_events(session: Session, *, now: datetime) -> int:
    """Let returns hear of some events; gives how many."""
    return handle_events(session, lease(session, Listener.RETURNS, limit=100, now=now), now=now)


def _request(session: Session, number: str, line: str, reason: str, *, now: datetime) -> ReturnRecord:
    order_id = session.scalars(select(OrderRecord.id).where(OrderRecord.number == number)).one()
    request = ReturnRequest((LineRequest(line, 1, reason),), Method.DROPOFF)
    created = request_return(session, order_id, request, by="customer", now=now)
    return read_return(session, created.ref).return_


def travel(session: Session, return_: ReturnRecord, statuses: tuple[str, ...], *, now: datetime) -> None:
    """Have the carrier scan a return's parcel, nine hours between two scans from ``now`` on."""
    parcel = session.get_one(ShipmentRecord, return_.shipment_id, populate_existing=True)
    for hours, status in enumerate(statuses):
        city = carrier.WAREHOUSE if status == "delivered" else "London"
        step = carrier.NextScan(parcel.carrier or "", parcel.number or "", status, city)
        at = now + timedelta(hours=hours * 9)
        record_events(session, [carrier.scan(step, at)], source=carrier.SOURCE, now=at)


def _receive(session: Session, return_: ReturnRecord, *, now: datetime) -> None:
    items = (ReceivedItem(1, "as_new", "restock", line="1"),)
    receipt = ReceiptFacts(items, received_at=now)
    book_receipt(session, return_.id, receipt, by="warehouse@almazara.example", idempotency_key="demo", now=now)
