"""Add the default brand: it always exists, and the shop renames it."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the default brand."""
    op.execute("insert into brand (key, name, is_default) values ('demo', 'Paradero', true) on conflict do nothing")


def downgrade() -> None:
    """Remove it."""
    op.execute("delete from brand where key = 'demo'")
