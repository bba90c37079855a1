"""Indexes of the words by which staff look for an order: its numbers, its customer's name and address."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

ORDER = """to_tsvector('simple'::regconfig, regexp_replace(translate(lower(
    coalesce(number, '') || ' ' || coalesce(purchase_order, '') || ' ' || coalesce(customer_id, '') || ' '
    || coalesce(ship_to ->> 'name', '') || ' ' || coalesce(ship_to ->> 'company', '')),
    'áàâäãåçéèêëíìîïñóòôöõúùûüýÿ', 'aaaaaaceeeeiiiinooooouuuuyy'), '[^[:alnum:]]+', ' ', 'g'))"""
CONTACT = """to_tsvector('simple'::regconfig, regexp_replace(translate(lower(
    coalesce(name, '') || ' ' || coalesce(email, '')),
    'áàâäãåçéèêëíìîïñóòôöõúùûüýÿ', 'aaaaaaceeeeiiiinooooouuuuyy'), '[^[:alnum:]]+', ' ', 'g'))"""


def upgrade() -> None:
    """Make them."""
    op.create_index("ix_order_words", "order", [sa.text(ORDER)], postgresql_using="gin")
    op.create_index("ix_order_contact_words", "order_contact", [sa.text(CONTACT)], postgresql_using="gin")


def downgrade() -> None:
    """Remove them."""
    op.drop_index("ix_order_contact_words", "order_contact")
    op.drop_index("ix_order_words", "order")
