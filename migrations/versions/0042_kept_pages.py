"""Keep answers to forms, and forms of ended sessions, for an hour."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "kept_page",
        sa.Column("secret_hash", sa.LargeBinary, nullable=False),
        sa.Column("browser", sa.LargeBinary, nullable=False),
        sa.Column("client", sa.LargeBinary, nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("sealed", sa.String, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("secret_hash", name="pk_kept_page"),
    )
    op.create_index("ix_kept_page_client", "kept_page", ["client", "made_at"])
    op.create_index("ix_kept_page_made_at", "kept_page", ["made_at"])


def downgrade() -> None:
    """Remove it again."""
    op.drop_table("kept_page")
