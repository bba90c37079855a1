"""The values of the sentence that says why a shop's own text was not used, so that each reader has it in their language."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column: without values a sentence stands as it was said, as a release before goes on to write it."""
    op.add_column("message", sa.Column("text_fault_values", postgresql.JSONB(none_as_null=True)))


def downgrade() -> None:
    """Forget the values; what was said with them has only names in their place, and goes."""
    op.execute("update message set text_fault = null where text_fault is not null and text_fault_values is not null")
    op.drop_column("message", "text_fault_values")
