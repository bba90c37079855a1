"""Partial indexes for the worklists: each holds only what waits, so that counting and listing scan no large table."""

from sqlalchemy import Index, text

from app.events.models import InboxRow
from app.notify.models import InboundText, Message
from app.orders.models import Order
from app.returns.models import Receipt, Refund, Return, Withdrawal
from app.tracking.models import Shipment, TrackingEvent

__all__ = ["INDEXES"]

INDEXES = (
    Index(
        "ix_shipment_late",
        Shipment.late_since,
        postgresql_where=text("late_since is not null and finished_at is null"),
    ),
    Index(
        "ix_shipment_trouble",
        Shipment.state,
        Shipment.state_since,
        postgresql_where=text("finished_at is null and state in ('delivery_failed', 'return_to_sender')"),
    ),
    Index(
        "ix_shipment_ended_badly",
        Shipment.state_since,
        postgresql_where=text("state in ('lost', 'damaged', 'returned') and direction = 'outbound'"),
    ),
    Index(
        "ix_shipment_doubtful",
        Shipment.id,
        postgresql_where=text(
            "not released and flags && '{too_soon,wrong_country,contested_number}'::text[] and finished_at is null"
        ),
    ),
    Index(
        "ix_shipment_poll_failing",
        Shipment.carrier,
        postgresql_where=text("poll_failures >= 3 and finished_at is null"),
    ),
    Index("ix_order_status", Order.status, Order.placed_at, Order.id),
    Index(
        "ix_return_undecided",
        Return.requested_at,
        postgresql_where=text("decision in ('requested', 'needs_review')"),
    ),
    Index(
        "ix_return_rejected_here",
        Return.received_at,
        postgresql_where=text("decision = 'rejected' and goods in ('partly_received', 'received', 'inspected')"),
    ),
    Index("ix_return_label_number", Return.label_number, postgresql_where=text("label_number is not null")),
    Index("ix_refund_due", Refund.due_on, postgresql_where=text("state = 'due'")),
    Index("ix_receipt_odd", Receipt.received_at, postgresql_where=text("odd <> '{}' and voided_at is null")),
    Index("ix_withdrawal_review", Withdrawal.stated_at, postgresql_where=text("review")),
    Index(
        "ix_message_failed",
        Message.created_at,
        postgresql_where=text("state in ('failed', 'in_doubt') or (state = 'created' and attempts > 0)"),
    ),
    Index("ix_message_resent_from", Message.resent_from, postgresql_where=text("resent_from is not null")),
    Index("ix_inbound_text_unseen", InboundText.received_at, postgresql_where=text("seen_at is null")),
    Index("ix_tracking_event_unknown", TrackingEvent.received_at, postgresql_where=text("status = 'unknown'")),
    Index("ix_inbox_dead", InboxRow.id, postgresql_where=text("state = 'dead'")),
)
