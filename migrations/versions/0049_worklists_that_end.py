"""Who takes care of a row of a worklist and until when it rests, what was done to it, and notes below an order."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables; an older release goes on writing notes of orders."""
    op.create_table(
        "work_mark",
        sa.Column("worklist", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("assigned_to", sa.String()),
        sa.Column("snoozed_until", INSTANT),
        sa.Column("snoozed_by", sa.String()),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("worklist", "item"),
    )
    assigned = sa.text("assigned_to is not null")
    op.create_index("ix_work_mark_assigned_to", "work_mark", ["assigned_to", "worklist"], postgresql_where=assigned)
    op.create_table(
        "work_deed",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("press", sa.String(), nullable=False),
        sa.Column("worklist", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("deed", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("before", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("undone_at", INSTANT),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_work_deed_press", "work_deed", ["press"])
    op.create_index("ix_work_deed_at", "work_deed", ["at"])
    op.add_column("staff_note", sa.Column("subject", sa.String()))
    op.alter_column("staff_note", "order_id", nullable=True)
    alone = sa.text("order_id is null")
    op.create_index("ix_staff_note_subject", "staff_note", ["subject", "id"], postgresql_where=alone)


def downgrade() -> None:
    """Remove them, and the notes that belong to no order."""
    op.drop_index("ix_staff_note_subject", "staff_note")
    op.execute("delete from staff_note where order_id is null")
    op.alter_column("staff_note", "order_id", nullable=False)
    op.drop_column("staff_note", "subject")
    op.drop_table("work_deed")
    op.drop_table("work_mark")
