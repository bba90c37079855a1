"""Keep what the shop's own system gave back: refunds and whose they are, returns, units; and what that leaves of promises."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_NONE = sa.text("'[]'")


def upgrade() -> None:
    """Add the tables, and the most that a return may still pay."""
    op.add_column("return", sa.Column("cap", sa.BigInteger))
    op.create_table(
        "refund_elsewhere",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("order_id", sa.BigInteger, nullable=False),
        sa.Column("external_id", sa.String, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.String, nullable=False),
        sa.Column("made_at", _INSTANT),
        sa.Column("reason", sa.String),
        sa.Column("key", sa.String),
        sa.Column("lines", JSONB, nullable=False, server_default=_NONE),
        sa.Column("verdict", sa.String, nullable=False),
        sa.Column("refund_id", sa.BigInteger),
        sa.Column("counted", sa.BigInteger, nullable=False),
        sa.Column("told_at", _INSTANT, nullable=False),
        sa.Column("decided_at", _INSTANT),
        sa.Column("decided_by", sa.String),
        sa.PrimaryKeyConstraint("id", name="pk_refund_elsewhere"),
        sa.UniqueConstraint("order_id", "external_id", name="uq_refund_elsewhere_order_id_external_id"),
        sa.CheckConstraint("verdict in ('ours', 'elsewhere', 'unsure')", name=op.f("ck_refund_elsewhere_verdict")),
        _to_order("refund_elsewhere"),
        sa.ForeignKeyConstraint(
            ["refund_id"], ["refund.id"], ondelete="RESTRICT", name="fk_refund_elsewhere_refund_id_refund"
        ),
    )
    unsure = sa.text("verdict = 'unsure'")
    op.create_index("ix_refund_elsewhere_unsure", "refund_elsewhere", ["told_at"], postgresql_where=unsure)
    op.create_table(
        "return_elsewhere",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("order_id", sa.BigInteger, nullable=False),
        sa.Column("external_id", sa.String, nullable=False),
        sa.Column("stage", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("key", sa.String),
        sa.Column("made_at", _INSTANT),
        sa.Column("lines", JSONB, nullable=False),
        sa.Column("told_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_return_elsewhere"),
        sa.UniqueConstraint("order_id", "external_id", name="uq_return_elsewhere_order_id_external_id"),
        _to_order("return_elsewhere"),
    )
    op.create_table(
        "units_elsewhere",
        sa.Column("order_line_id", sa.BigInteger, nullable=False),
        sa.Column("order_id", sa.BigInteger, nullable=False),
        sa.Column("counted", sa.Integer, nullable=False),
        sa.Column("elsewhere", sa.Integer, nullable=False),
        sa.Column("correction", sa.Integer, nullable=False, server_default="0"),
        sa.Column("corrected_by", sa.String),
        sa.Column("reason", sa.String),
        sa.Column("changed_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("order_line_id", name="pk_units_elsewhere"),
        sa.CheckConstraint("elsewhere between 0 and counted", name=op.f("ck_units_elsewhere_elsewhere")),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_line.id"], ondelete="CASCADE", name="fk_units_elsewhere_order_line_id_order_line"
        ),
        _to_order("units_elsewhere"),
    )
    op.create_index("ix_units_elsewhere_order_id", "units_elsewhere", ["order_id"])


def downgrade() -> None:
    """Remove them again."""
    for table in ("units_elsewhere", "return_elsewhere", "refund_elsewhere"):
        op.drop_table(table)
    op.drop_column("return", "cap")


def _to_order(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_order_id_order"
    return sa.ForeignKeyConstraint(["order_id"], ["order.id"], ondelete="CASCADE", name=name)
