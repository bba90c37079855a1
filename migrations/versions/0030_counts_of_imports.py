"""Keep what came of the lines of a file that an import has read, so that a later run can say it of the whole file."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; imports that are broken off today count from here."""
    op.add_column("import_progress", sa.Column("counts", JSONB, nullable=False, server_default=sa.text("'{}'")))


def downgrade() -> None:
    """Remove it again."""
    op.drop_column("import_progress", "counts")
