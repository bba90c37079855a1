"""What people say of the checklist, who is how far in the training, and an index of the demo's orders."""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def _at(name: str, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    """Make the tables and the index."""
    op.create_table(
        "setup_mark",
        sa.Column("step", sa.String, primary_key=True),
        sa.Column("by", sa.String, nullable=False),
        _at("at"),
    )
    op.create_table(
        "training_turn",
        sa.Column("staff_id", sa.BigInteger, sa.ForeignKey("staff_user.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("exercise", sa.String, primary_key=True),
        sa.Column("order_number", sa.String),
        _at("begun_at"),
        _at("done_at", nullable=True),
    )
    op.create_index("ix_order_demo", "order", ["id"], postgresql_where=sa.text("(extra ->> 'paradero_demo') = 'true'"))


def downgrade() -> None:
    """Remove them."""
    op.drop_index("ix_order_demo", "order")
    op.drop_table("training_turn")
    op.drop_table("setup_mark")
