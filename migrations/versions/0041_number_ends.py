"""An index of the digits that orders' numbers end with: people leave the prefix off."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make it."""
    op.create_index("ix_order_number_end", "order", [sa.text("substring(number, '[0-9]+$')")])


def downgrade() -> None:
    """Remove it."""
    op.drop_index("ix_order_number_end", "order")
