"""Keep when a carrier that pushes scans for a term is told of a parcel again."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; parcels on their way are told of at the next turn."""
    op.add_column("shipment", sa.Column("alerts_due_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    """Remove it again."""
    op.drop_column("shipment", "alerts_due_at")
