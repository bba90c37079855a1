"""Where a line's product and an order's invoices are shown, and who took a parcel."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them: a release that knows none of them runs beside this one."""
    op.add_column("order_line", sa.Column("url", sa.String()))
    op.add_column("order", sa.Column("invoices", JSONB(), nullable=False, server_default=sa.text("'[]'")))
    op.add_column("shipment", sa.Column("signed_by", sa.String()))


def downgrade() -> None:
    """Remove them."""
    op.drop_column("shipment", "signed_by")
    op.drop_column("order", "invoices")
    op.drop_column("order_line", "url")
