"""Indexes of what callers say in part: any three signs of an order's number, and the last digits of a phone."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

# What pg_trgm does, which not every PostgreSQL has: every three signs that follow each other.
NUMBER_PARTS = """create function number_parts(number text) returns text[]
  language sql immutable strict parallel safe
  return (select array_agg(distinct substr(number, start, 3)) from generate_series(1, length(number) - 2) as start)"""


def upgrade() -> None:
    """Make the function and both indexes."""
    op.execute(NUMBER_PARTS)
    op.create_index("ix_order_number_parts", "order", [sa.text("number_parts(number_key)")], postgresql_using="gin")
    op.create_index(
        "ix_order_contact_phone_turned",
        "order_contact",
        [sa.literal_column("reverse(phone_e164)").label("turned")],
        postgresql_ops={"turned": "text_pattern_ops"},
    )


def downgrade() -> None:
    """Remove them."""
    op.drop_index("ix_order_contact_phone_turned", "order_contact")
    op.drop_index("ix_order_number_parts", "order")
    op.execute("drop function number_parts(text)")
