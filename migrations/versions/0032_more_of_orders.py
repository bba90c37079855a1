"""Keep all that order documents say: their source, units cancelled and returned, exact amounts, parcels' own words."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_ORDER = (
    lambda: sa.Column("source_system", sa.String),
    lambda: sa.Column("source_id", sa.String),
    lambda: sa.Column("source_url", sa.String),
    lambda: sa.Column("read_at", _INSTANT),
    lambda: sa.Column("removed", sa.Boolean, nullable=False, server_default=sa.false()),
    lambda: sa.Column("status_word", sa.String),
    lambda: sa.Column("hold_until", sa.Date),
    lambda: sa.Column("prices_include_tax", sa.Boolean),
    lambda: sa.Column("payment_status", sa.String),
    lambda: sa.Column("gift", sa.Boolean, nullable=False, server_default=sa.false()),
    lambda: sa.Column("note", sa.String),
    lambda: sa.Column("refunds", JSONB, nullable=False, server_default=sa.text("'[]'")),
    lambda: sa.Column("returns", JSONB, nullable=False, server_default=sa.text("'[]'")),
    lambda: sa.Column("notes", JSONB, nullable=False, server_default=sa.text("'[]'")),
    lambda: sa.Column("paid", sa.BigInteger, nullable=False, server_default="0"),
)
_LINE = (
    lambda: sa.Column("cancelled", sa.Integer, nullable=False, server_default="0"),
    lambda: sa.Column("returned", sa.Integer, nullable=False, server_default="0"),
    lambda: sa.Column("total", sa.BigInteger),
    lambda: sa.Column("origin", sa.String, nullable=False, server_default="order"),
    lambda: sa.Column("for_line", sa.String),
    lambda: sa.Column("kind", sa.String, nullable=False, server_default="goods"),
    lambda: sa.Column("quantity_text", sa.String),
)
_SHIPMENT = (
    lambda: sa.Column("carrier_word", sa.String),
    lambda: sa.Column("tracking_url", sa.String),
    lambda: sa.Column("parcel_group", sa.String),
    lambda: sa.Column("shop_status", sa.String),
    lambda: sa.Column("shop_status_at", _INSTANT),
    lambda: sa.Column("shop_delivered_at", _INSTANT),
    lambda: sa.Column("packed_at", _INSTANT),
    lambda: sa.Column("historic", sa.Boolean, nullable=False, server_default=sa.false()),
    lambda: sa.Column("as_sent", JSONB, nullable=False, server_default=sa.text("'{}'")),
)
_COLUMNS = {"order": _ORDER, "order_line": _LINE, "shipment": _SHIPMENT}


def upgrade() -> None:
    """Add the columns; what was paid is what the totals said, and numbers may come again in another system."""
    for table, columns in _COLUMNS.items():
        for column in columns:
            op.add_column(table, column())
    op.execute("update \"order\" set paid = coalesce((totals->>'paid')::bigint, 0)")
    op.drop_constraint("uq_order_brand_key_number", "order", type_="unique")
    op.create_index(
        "ix_order_number", "order", ["brand_key", "number"], unique=True, postgresql_where=sa.text("source_id is null")
    )
    op.create_index(
        "ix_order_source",
        "order",
        ["source_system", "source_id"],
        unique=True,
        postgresql_where=sa.text("source_id is not null"),
    )


def downgrade() -> None:
    """Remove them again; impossible once two systems have used one number."""
    op.drop_index("ix_order_source", "order")
    op.drop_index("ix_order_number", "order")
    op.create_unique_constraint("uq_order_brand_key_number", "order", ["brand_key", "number"])
    for table, columns in _COLUMNS.items():
        for column in reversed(columns):
            op.drop_column(table, column().name)
