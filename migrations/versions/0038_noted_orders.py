"""An index of the orders whose notes a person should see, for their worklist."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

KINDS = (
    "country_unknown",
    "email_unusable",
    "left_out",
    "line_unknown",
    "more_gone",
    "no_number",
    "paid_below_refunds",
    "paid_unsure",
    "payments_differ",
)


def upgrade() -> None:
    """Make it: it holds only what waits."""
    kinds = " || ".join(f'@ == "{kind}"' for kind in KINDS)
    where = sa.text(f"notes @? '$[*].kind ? ({kinds})'")
    op.create_index("ix_order_noted", "order", ["changed_at", "id"], postgresql_where=where)


def downgrade() -> None:
    """Remove it."""
    op.drop_index("ix_order_noted", "order")
