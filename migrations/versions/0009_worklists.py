"""Add the indexes of the staff's worklists."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# (name, table, columns, what waits)
INDEXES = (
    ("ix_shipment_late", "shipment", ["late_since"], "late_since is not null and finished_at is null"),
    (
        "ix_shipment_trouble",
        "shipment",
        ["state", "state_since"],
        "finished_at is null and state in ('delivery_failed', 'return_to_sender')",
    ),
    (
        "ix_shipment_doubtful",
        "shipment",
        ["id"],
        "not released and flags && '{too_soon,wrong_country,contested_number}'::text[] and finished_at is null",
    ),
    ("ix_order_status", "order", ["status", "placed_at", "id"], None),
    ("ix_return_undecided", "return", ["requested_at"], "decision in ('requested', 'needs_review')"),
    ("ix_return_label_number", "return", ["label_number"], "label_number is not null"),
    ("ix_refund_due", "refund", ["due_on"], "state = 'due'"),
    ("ix_receipt_line_odd", "receipt_line", ["receipt_id"], "return_line_id is null or disposition = 'missing'"),
    ("ix_withdrawal_review", "withdrawal", ["stated_at"], "review"),
    ("ix_message_failed", "message", ["created_at"], "state in ('failed', 'in_doubt')"),
    ("ix_message_resent_from", "message", ["resent_from"], "resent_from is not null"),
    ("ix_inbound_text_unseen", "inbound_text", ["received_at"], "seen_at is null"),
    ("ix_tracking_event_unknown", "tracking_event", ["received_at"], "status = 'unknown'"),
    ("ix_inbox_dead", "inbox", ["id"], "state = 'dead'"),
)


def upgrade() -> None:
    """Add them."""
    for name, table, columns, waiting in INDEXES:
        where = sa.text(waiting) if waiting else None
        op.create_index(name, table, columns, unique=False, if_not_exists=True, postgresql_where=where)


def downgrade() -> None:
    """Remove them again."""
    for name, table, _columns, _waiting in INDEXES:
        op.drop_index(name, table_name=table, if_exists=True)
