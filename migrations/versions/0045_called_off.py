"""Booked collections that are not needed any more, as the worklist counts them."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

CALLED_OFF = "pickup ->> 'called_off_at' is not null and pickup ->> 'cancelled_at' is null"


def upgrade() -> None:
    """Make the index."""
    op.create_index("ix_return_pickup_called_off", "return", ["requested_at"], postgresql_where=sa.text(CALLED_OFF))


def downgrade() -> None:
    """Remove it."""
    op.drop_index("ix_return_pickup_called_off", table_name="return")
