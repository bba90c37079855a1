"""Why a shop's own text was not used for a message."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, and what counts by it."""
    op.add_column("message", sa.Column("text_fault", sa.String()))
    faults = sa.text("text_fault is not null")
    op.create_index("ix_message_text_fault", "message", ["created_at"], postgresql_where=faults)


def downgrade() -> None:
    """Remove both."""
    op.drop_index("ix_message_text_fault", table_name="message")
    op.drop_column("message", "text_fault")
