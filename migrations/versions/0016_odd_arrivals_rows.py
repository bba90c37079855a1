"""Bring the rows in line with what the migration before added, then have the database hold it.

Returns whose goods came although they had been cancelled or had expired were dead ends: they go to a person, or are
paid as the program before would have paid them.
"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ROWS = (
    "update receipt_line set order_line_id = return_line.order_line_id from return_line "
    "where return_line.id = receipt_line.return_line_id",
    "update \"return\" set decision = 'approved' where decision = 'expired' and goods <> 'awaiting'",
    "update \"return\" set decision = 'needs_review' where decision = 'cancelled' and goods <> 'awaiting'",
)
HELD = (
    ("receipt_line", "fk_receipt_line_order_line_id"),
    ("refund", "fk_refund_return_id"),
    ("refund", "fk_refund_order_id"),
    ("return", "ck_return_decision"),
    ("return", "ck_return_goods"),
    ("return_line", "ck_return_line_quantity"),
    ("receipt_line", "ck_receipt_line_quantity"),
    ("refund", "ck_refund_state"),
    ("refund", "ck_refund_amount"),
    ("refund", "ck_refund_paid"),
    ("refund", "ck_refund_void"),
)


def upgrade() -> None:
    """Fill, move, validate."""
    for statement in ROWS:
        op.execute(statement)
    for table, name in HELD:
        op.execute(f'alter table "{table}" validate constraint {name}')


def downgrade() -> None:
    """What was filled goes with its columns."""
