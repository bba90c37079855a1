"""Know a password that somebody else made for a member; keep why a row of a worklist was set aside."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both; who is a member already keeps the password that works."""
    op.add_column("staff_user", sa.Column("handed_over", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("set_aside", sa.Column("reason", sa.String(), nullable=True))


def downgrade() -> None:
    """Remove them again."""
    op.drop_column("set_aside", "reason")
    op.drop_column("staff_user", "handed_over")
