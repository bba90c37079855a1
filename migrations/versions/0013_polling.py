"""Keep of each shipment when its carrier was last asked, and why there was no answer."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

FAILING = "poll_failures >= 3 and finished_at is null"


def upgrade() -> None:
    """Add the columns, and the index of those that a worklist counts."""
    op.add_column("shipment", sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("shipment", sa.Column("poll_failures", sa.Integer(), server_default="0", nullable=False))
    op.add_column("shipment", sa.Column("poll_failing_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("shipment", sa.Column("poll_error", sa.String(), nullable=True))
    op.create_index("ix_shipment_poll_failing", "shipment", ["carrier"], postgresql_where=sa.text(FAILING))


def downgrade() -> None:
    """Remove them again."""
    op.drop_index("ix_shipment_poll_failing", table_name="shipment")
    for name in ("poll_error", "poll_failing_since", "poll_failures", "asked_at"):
        op.drop_column("shipment", name)
