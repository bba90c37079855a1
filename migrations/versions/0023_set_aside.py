"""Keep which rows of worklists people have dealt with; index what the new lists count."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

FAILED = "state in ('failed', 'in_doubt')"


def upgrade() -> None:
    """Add the table, with the odd receipts that were looked at so far, and the indexes."""
    op.create_table(
        "set_aside",
        sa.Column("worklist", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("worklist", "item", name=op.f("pk_set_aside")),
    )
    op.execute(
        "insert into set_aside (worklist, item, by, at) "
        "select 'receipts', split_part(subject, '/', 2), min(actor), min(at) from audit "
        "where action = 'receipt.seen' and subject like 'receipt/%' group by split_part(subject, '/', 2)"
    )
    op.drop_index("ix_receipt_line_odd", table_name="receipt_line")
    op.create_index(
        "ix_receipt_odd", "receipt", ["received_at"], postgresql_where=sa.text("odd <> '{}' and voided_at is null")
    )
    op.drop_index("ix_message_failed", table_name="message")
    op.create_index(
        "ix_message_failed",
        "message",
        ["created_at"],
        postgresql_where=sa.text(f"{FAILED} or (state = 'created' and attempts > 0)"),
    )
    op.create_index(
        "ix_shipment_ended_badly",
        "shipment",
        ["state_since"],
        postgresql_where=sa.text("state in ('lost', 'damaged', 'returned') and direction = 'outbound'"),
    )


def downgrade() -> None:
    """Remove them again."""
    op.drop_index("ix_shipment_ended_badly", table_name="shipment")
    op.drop_index("ix_message_failed", table_name="message")
    op.create_index("ix_message_failed", "message", ["created_at"], postgresql_where=sa.text(FAILED))
    op.drop_index("ix_receipt_odd", table_name="receipt")
    op.create_index(
        "ix_receipt_line_odd",
        "receipt_line",
        ["receipt_id"],
        postgresql_where=sa.text("return_line_id is null or disposition = 'missing'"),
    )
    op.drop_table("set_aside")
