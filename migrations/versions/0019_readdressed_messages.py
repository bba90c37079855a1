"""Remember that a message went to an address that a person at the shop gave."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the mark."""
    op.add_column("message", sa.Column("readdressed", sa.Boolean(), server_default=sa.text("false"), nullable=False))


def downgrade() -> None:
    """Remove it again."""
    op.drop_column("message", "readdressed")
