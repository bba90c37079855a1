"""Keep who says whose a parcel is, and which parcels hold their contents together."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; every carrier so far is the shop's word."""
    # With a default that is no expression no row is written anew.
    op.add_column("shipment", sa.Column("carrier_source", sa.String, nullable=False, server_default="shop"))
    op.add_column("shipment", sa.Column("contents_group", sa.String))
    op.create_index(
        "ix_shipment_unsure",
        "shipment",
        ["number"],
        postgresql_where=sa.text(
            "number is not null and (carrier is null or carrier_source = 'number') and finished_at is null"
        ),
    )


def downgrade() -> None:
    """Remove it again."""
    op.drop_index("ix_shipment_unsure", "shipment")
    op.drop_column("shipment", "contents_group")
    op.drop_column("shipment", "carrier_source")
