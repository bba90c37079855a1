"""Partial indexes for the worklists: each holds only what waits, so that counting and listing scan no large table."""

from sqlalchemy import Index, text

from app.events.records import InboxRecord
from app.notify.records import InboundTextRecord, MessageRecord
from app.orders.records import OrderRecord
from app.returns.records import ReceiptRecord, RefundRecord, ReturnRecord, WithdrawalRecord
from app.tracking.records import ShipmentRecord, TrackingEventRecord

__all__ = ["INDEXES"]

INDEXES = (
    Index(
        "ix_shipment_late",
        ShipmentRecord.late_since,
        postgresql_where=text("late_since is not null and finished_at is null"),
    ),
    Index(
        "ix_shipment_trouble",
        ShipmentRecord.state,
        ShipmentRecord.state_since,
        postgresql_where=text("finished_at is null and state in ('delivery_failed', 'return_to_sender')"),
    ),
    Index(
        "ix_shipment_ended_badly",
        ShipmentRecord.state_since,
        postgresql_where=text("state in ('lost', 'damaged', 'returned') and direction = 'outbound'"),
    ),
    Index(
        "ix_shipment_doubtful",
        ShipmentRecord.id,
        postgresql_where=text(
            "not released and flags && '{too_soon,wrong_country,contested_number}'::text[] and finished_at is null"
        ),
    ),
    Index(
        "ix_shipment_poll_failing",
        ShipmentRecord.carrier,
        postgresql_where=text("poll_failures >= 3 and finished_at is null"),
    ),
    Index("ix_order_status", OrderRecord.status, OrderRecord.placed_at, OrderRecord.id),
    Index(
        "ix_return_undecided",
        ReturnRecord.requested_at,
        postgresql_where=text("decision in ('requested', 'needs_review')"),
    ),
    Index(
        "ix_return_rejected_here",
        ReturnRecord.received_at,
        postgresql_where=text("decision = 'rejected' and goods in ('partly_received', 'received', 'inspected')"),
    ),
    Index("ix_return_label_number", ReturnRecord.label_number, postgresql_where=text("label_number is not null")),
    Index("ix_refund_due", RefundRecord.due_on, postgresql_where=text("state = 'due'")),
    Index("ix_receipt_odd", ReceiptRecord.received_at, postgresql_where=text("odd <> '{}' and voided_at is null")),
    Index("ix_withdrawal_review", WithdrawalRecord.stated_at, postgresql_where=text("review")),
    Index(
        "ix_message_failed",
        MessageRecord.created_at,
        postgresql_where=text("state in ('failed', 'in_doubt') or (state = 'created' and attempts > 0)"),
    ),
    Index("ix_message_resent_from", MessageRecord.resent_from, postgresql_where=text("resent_from is not null")),
    Index("ix_inbound_text_unseen", InboundTextRecord.received_at, postgresql_where=text("seen_at is null")),
    Index("ix_tracking_event_unknown", TrackingEventRecord.received_at, postgresql_where=text("status = 'unknown'")),
    Index("ix_inbox_dead", InboxRecord.id, postgresql_where=text("state = 'dead'")),
)
