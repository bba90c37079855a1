"""Let one refund of the shop's own system be several of ours, which it pays together."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keep the further ones beside the first."""
    column = sa.Column("further_ids", ARRAY(sa.BigInteger), nullable=False, server_default=sa.text("'{}'"))
    op.add_column("refund_elsewhere", column)


def downgrade() -> None:
    """Forget all but the first."""
    op.drop_column("refund_elsewhere", "further_ids")
