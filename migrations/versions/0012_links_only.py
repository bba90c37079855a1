"""Let a brand have links sent instead of opening orders to a number and an address."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the setting; every brand goes on as it was."""
    op.add_column("brand", sa.Column("links_only", sa.Boolean(), server_default=sa.text("false"), nullable=False))


def downgrade() -> None:
    """Remove it again."""
    op.drop_column("brand", "links_only")
