"""Add the cache of product pictures."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the cache of product pictures."""
    op.create_table(
        "picture",
        sa.Column("url_hash", sa.LargeBinary(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("wanted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("url_hash", name=op.f("pk_picture")),
    )
    op.create_index(
        "ix_picture_due", "picture", ["next_try_at"], unique=False, postgresql_where=sa.text("content is null")
    )


def downgrade() -> None:
    """Remove it again."""
    op.drop_table("picture")
