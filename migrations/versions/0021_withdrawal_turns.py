"""Let the receipts of withdrawals leave in their turn, and say which were stated with an address of the order."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it; receipts that were to leave before are not held back."""
    op.add_column("withdrawal", sa.Column("own", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("withdrawal", sa.Column("client", sa.LargeBinary(), nullable=True))
    for name in ("receipt_at", "notice_at"):
        op.add_column("withdrawal", sa.Column(name, sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Remove it again."""
    for name in ("notice_at", "receipt_at", "client", "own"):
        op.drop_column("withdrawal", name)
