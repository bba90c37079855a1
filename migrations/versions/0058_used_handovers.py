"""Links from the shop's own pages are used once."""

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keep which were used, until they end by themselves."""
    op.create_table(
        "used_handover",
        sa.Column("token_hash", sa.LargeBinary, primary_key=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_used_handover_ends_at", "used_handover", ["ends_at"])


def downgrade() -> None:
    """Forget them."""
    op.drop_table("used_handover")
