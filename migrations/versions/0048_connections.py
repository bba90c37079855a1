"""Connections that are set by page: sealed values, the mark of their changes, the last trials; the demo's own orders."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

# Orders that the demo shop brought before its documents said so: its invented customers, under its numbers.
DEMO = """
update "order" set extra = extra || '{"paradero_demo": true}'
where number ~ '^A-[0-9]{5,8}$' and customer_id in ('lucia', 'marcos', 'rocio', 'emma', 'noah', 'ximena')
and exists (select from order_contact where order_id = "order".id and position = 0
            and email_folded = "order".customer_id || '@example.com')
"""


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "connected_value",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("variable", sa.String, nullable=False),
        sa.Column("sealed", sa.String, nullable=False),
        sa.Column("ending", sa.String, nullable=False, server_default=""),
        sa.Column("set_by", sa.String, nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_connected_value_variable", "connected_value", ["variable"])
    op.create_table(
        "connections_mark",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("mark", sa.String, nullable=False),
        sa.CheckConstraint("id = 1", name="one"),
    )
    op.create_table(
        "connection_trial",
        sa.Column("connection", sa.String, primary_key=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tried_by", sa.String, nullable=False),
        sa.Column("good", sa.Boolean),
        sa.Column("code", sa.String),
        sa.Column("facts", JSONB, nullable=False, server_default=sa.text("'{}'")),
    )
    op.execute(DEMO)


def downgrade() -> None:
    """Remove them."""
    op.execute("update \"order\" set extra = extra - 'paradero_demo' where extra ? 'paradero_demo'")
    op.drop_table("connection_trial")
    op.drop_table("connections_mark")
    op.drop_table("connected_value")
