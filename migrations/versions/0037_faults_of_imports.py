"""Keep of an import what it found wrong in the orders that it committed last: a run may be killed before it says so."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keep the lines beside how far the file was read."""
    op.add_column("import_progress", sa.Column("faults", JSONB, nullable=False, server_default=sa.text("'[]'")))


def downgrade() -> None:
    """Forget them."""
    op.drop_column("import_progress", "faults")
