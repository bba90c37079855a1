"""Index the rejected goods that wait to be sent back."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

WAITING = "decision = 'rejected' and goods in ('partly_received', 'received', 'inspected')"


def upgrade() -> None:
    """Add the index."""
    op.create_index("ix_return_rejected_here", "return", ["received_at"], postgresql_where=sa.text(WAITING))


def downgrade() -> None:
    """Remove it again."""
    op.drop_index("ix_return_rejected_here", table_name="return")
