"""Indexes of what other systems call an order, its payments, refunds and invoices, and of the ends of numbers."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

REFERENCES = """to_tsvector('simple'::regconfig, regexp_replace(translate(lower(
    coalesce(source_id, '') || ' '
    || coalesce((jsonb_path_query_array(payments, '$[*]."id"'::jsonpath))::text, '') || ' '
    || coalesce((jsonb_path_query_array(refunds, '$[*]."id"'::jsonpath))::text, '') || ' '
    || coalesce((jsonb_path_query_array(invoices, '$[*]."number"'::jsonpath))::text, '')),
    'áàâäãåçéèêëíìîïñóòôöõúùûüýÿ', 'aaaaaaceeeeiiiinooooouuuuyy'), '[^[:alnum:]]+', ' ', 'g'))"""


def upgrade() -> None:
    """Make them."""
    op.create_index("ix_order_references", "order", [sa.text(REFERENCES)], postgresql_using="gin")
    op.create_index("ix_order_number_turned", "order", [sa.text("reverse(number_key) text_pattern_ops")])


def downgrade() -> None:
    """Remove them."""
    op.drop_index("ix_order_number_turned", "order")
    op.drop_index("ix_order_references", "order")
