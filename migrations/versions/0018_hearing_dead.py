"""Let an event that a listener could not hear five times be dead, for a person to see."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the time of death, and keep the dead out of the index of those that wait."""
    op.add_column("hearing", sa.Column("dead_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_index("ix_hearing_waiting", table_name="hearing")
    op.create_index(
        "ix_hearing_waiting",
        "hearing",
        ["listener", "next_try_at", "event_id"],
        unique=False,
        postgresql_where=sa.text("dead_at is null"),
    )
    op.create_index(
        "ix_hearing_dead", "hearing", ["dead_at"], unique=False, postgresql_where=sa.text("dead_at is not null")
    )


def downgrade() -> None:
    """Remove it again; what was dead waits."""
    op.drop_index("ix_hearing_dead", table_name="hearing")
    op.drop_index("ix_hearing_waiting", table_name="hearing")
    op.create_index("ix_hearing_waiting", "hearing", ["listener", "next_try_at", "event_id"], unique=False)
    op.drop_column("hearing", "dead_at")
