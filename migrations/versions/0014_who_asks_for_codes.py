"""Keep who asked for a one-time code, so that no one can use up another's."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it; nobody is known to have asked for the codes of the last day."""
    op.add_column(
        "one_time_code", sa.Column("asked_by", sa.LargeBinary(), server_default=sa.text("''"), nullable=False)
    )
    op.add_column("one_time_code", sa.Column("known", sa.Boolean(), server_default=sa.text("false"), nullable=False))


def downgrade() -> None:
    """Remove it again."""
    op.drop_column("one_time_code", "known")
    op.drop_column("one_time_code", "asked_by")
