"""Cases of support with what was written in them, and an index of the collections that are still to be booked."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make them: nothing else changes."""
    op.create_table(
        "support_case",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("brand_key", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("shipment_id", sa.BigInteger()),
        sa.Column("return_id", sa.BigInteger()),
        sa.Column("lines", postgresql.ARRAY(sa.BigInteger()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("answer_by", sa.String(), nullable=False),
        sa.Column("contact", sa.String()),
        sa.Column("form_key", sa.String(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("waits_since", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT),
        sa.Column("assigned_to", sa.String()),
        sa.CheckConstraint("state in ('open', 'answered', 'closed')", name="state"),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["shipment_id"], ["shipment.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["return_id"], ["return.id"], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ref"),
        sa.UniqueConstraint("order_id", "form_key"),
    )
    op.create_index("ix_support_case_order_id", "support_case", ["order_id", "created_at"])
    op.create_index("ix_support_case_changed", "support_case", ["changed_at", "id"])
    waiting = sa.text("state = 'open'")
    op.create_index("ix_support_case_open", "support_case", ["waits_since", "id"], postgresql_where=waiting)
    op.create_table(
        "support_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("by", sa.String()),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("form_key", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT),
        sa.CheckConstraint("who in ('customer', 'staff')", name="who"),
        sa.ForeignKeyConstraint(["case_id"], ["support_case.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id", "form_key"),
    )
    waiting = sa.text(
        "method = 'pickup' and decision = 'approved' and goods = 'awaiting' "
        "and pickup ->> 'booked_at' is null and pickup ->> 'refused_at' is null"
    )
    op.create_index("ix_return_pickup_asked", "return", ["requested_at"], postgresql_where=waiting)


def downgrade() -> None:
    """Remove them, and all that was written."""
    op.drop_index("ix_return_pickup_asked", "return")
    op.drop_table("support_entry")
    op.drop_table("support_case")
