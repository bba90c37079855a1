"""What stood beside the box that a reader of messages emptied."""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("suppression", sa.Column("wording", sa.String()))


def downgrade() -> None:
    """Remove it."""
    op.drop_column("suppression", "wording")
