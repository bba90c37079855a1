"""Versions of a brand's settings: who said what, when, and which one is in force."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
ONE = ["brand_key", "kind", "name"]


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "setting_version",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("brand_key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), server_default="", nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", postgresql.JSONB(none_as_null=True)),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("decided_by", sa.String()),
        sa.Column("decided_at", INSTANT),
        sa.Column("note", sa.String(), server_default="", nullable=False),
        sa.Column("restores", sa.Integer()),
        sa.CheckConstraint("state in ('proposed', 'live', 'replaced', 'withdrawn')", name="state"),
        sa.ForeignKeyConstraint(["brand_key"], ["brand.key"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(*ONE, "number"),
    )
    for state in ("live", "proposed"):
        where = sa.text(f"state = '{state}'")
        op.create_index(f"uq_setting_version_{state}", "setting_version", ONE, unique=True, postgresql_where=where)


def downgrade() -> None:
    """Remove it, and with it who changed what; what is in force stays where its room keeps it."""
    op.drop_table("setting_version")
