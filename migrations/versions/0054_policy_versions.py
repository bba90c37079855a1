"""Policies that are in force become first versions; reasons for returns stand with their brand."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

# In force since the brand's first order, as far as anybody can tell: older orders go by it too.
FIRST_VERSIONS = """
insert into setting_version (brand_key, kind, number, document, state, made_by, made_at)
select key, 'policy', 1, policy, 'live', 'system',
       coalesce(least(now(), (select min(placed_at) from "order" where brand_key = brand.key)), now())
from brand
where policy <> '{}'
  and not exists (select from setting_version where brand_key = brand.key and kind = 'policy')
"""


def upgrade() -> None:
    """Add the column and keep what holds."""
    op.add_column("brand", sa.Column("reasons", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False))
    op.execute(FIRST_VERSIONS)


def downgrade() -> None:
    """Remove the column; versions of policies say nothing to an older release and may stay."""
    op.drop_column("brand", "reasons")
