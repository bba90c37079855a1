"""Keep what a job of the clock could not do, with the reason, for another try or a person."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "stumble",
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("item_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("dead_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("aside", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("task", "item_id", name=op.f("pk_stumble")),
    )
    op.create_index(
        "ix_stumble_dead",
        "stumble",
        ["dead_at"],
        unique=False,
        postgresql_where=sa.text("dead_at is not null and not aside"),
    )


def downgrade() -> None:
    """Remove it again."""
    op.drop_table("stumble")
