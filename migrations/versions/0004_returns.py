"""Add returns, receipts, refunds, withdrawals and drop-off points."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.returns.points.models import PointType

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add returns, receipts, refunds, withdrawals and drop-off points."""
    op.create_table(
        "drop_off_point",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("line1", sa.String(), nullable=False),
        sa.Column("postcode", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("city_folded", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("latitude", sa.Float(precision=53), nullable=False),
        sa.Column("longitude", sa.Float(precision=53), nullable=False),
        sa.Column("location", PointType(), sa.Computed("point(longitude, latitude)", persisted=True), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("opening_hours", sa.String(), nullable=True),
        sa.Column("accepts", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drop_off_point")),
        sa.UniqueConstraint("network", "external_id", name=op.f("uq_drop_off_point_network_external_id")),
    )
    op.create_index("ix_drop_off_point_city", "drop_off_point", ["country", "city_folded"], unique=False)
    op.create_index(
        "ix_drop_off_point_location",
        "drop_off_point",
        ["location"],
        unique=False,
        postgresql_using="gist",
        postgresql_where=sa.text("active"),
    )
    op.create_index("ix_drop_off_point_postcode", "drop_off_point", ["country", "postcode"], unique=False)
    op.create_table(
        "postal_place",
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("postcode", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=True),
        sa.Column("latitude", sa.Float(precision=53), nullable=False),
        sa.Column("longitude", sa.Float(precision=53), nullable=False),
        sa.PrimaryKeyConstraint("country", "postcode", "place", name=op.f("pk_postal_place")),
    )
    op.create_index("ix_postal_place_folded", "postal_place", ["country", "folded"], unique=False)
    op.create_table(
        "return_draft",
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_return_draft_order_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_return_draft")),
    )
    op.create_table(
        "withdrawal",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("form_key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("order_text", sa.String(), nullable=False),
        sa.Column("receipt_to", sa.String(), nullable=False),
        sa.Column("items_text", sa.String(), nullable=True),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("shown", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("matched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("review", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_withdrawal_order_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawal")),
        sa.UniqueConstraint("form_key", name=op.f("uq_withdrawal_form_key")),
        sa.UniqueConstraint("ref", name=op.f("uq_withdrawal_ref")),
    )
    op.create_index("ix_withdrawal_order_id", "withdrawal", ["order_id"], unique=False)
    op.create_index("ix_withdrawal_stated_at", "withdrawal", ["stated_at"], unique=False)
    op.create_index(
        "ix_withdrawal_waiting", "withdrawal", ["id"], unique=False, postgresql_where=sa.text("matched_at is null")
    )
    op.create_table(
        "return",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("goods", sa.String(), server_default="awaiting", nullable=False),
        sa.Column("initiated_by", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("point_id", sa.BigInteger(), nullable=True),
        sa.Column("point", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("pickup", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("shipment_id", sa.BigInteger(), nullable=True),
        sa.Column("carrier", sa.String(), nullable=True),
        sa.Column("label_number", sa.String(), nullable=True),
        sa.Column("deadline", sa.Date(), nullable=True),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("quote", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("verdict", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decision_reason", sa.String(), nullable=True),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("inspected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_return_order_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipment.id"], name=op.f("fk_return_shipment_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return")),
        sa.UniqueConstraint("ref", name=op.f("uq_return_ref")),
    )
    op.create_index("ix_return_changed", "return", ["changed_at", "id"], unique=False)
    op.create_index("ix_return_order_id", "return", ["order_id"], unique=False)
    op.create_index("ix_return_shipment_id", "return", ["shipment_id"], unique=False)
    op.create_table(
        "receipt",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("return_id", sa.BigInteger(), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_by", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["return_id"], ["return.id"], name=op.f("fk_receipt_return_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
        sa.UniqueConstraint("return_id", "idempotency_key", name=op.f("uq_receipt_return_id_idempotency_key")),
    )
    op.create_table(
        "refund",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("return_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("breakdown", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paid_by", sa.String(), nullable=True),
        sa.Column("reference", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_refund_order_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["return_id"], ["return.id"], name=op.f("fk_refund_return_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_refund_idempotency_key")),
    )
    op.create_index("ix_refund_order_id", "refund", ["order_id"], unique=False)
    op.create_index("ix_refund_return_id", "refund", ["return_id"], unique=False)
    op.create_table(
        "return_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("return_id", sa.BigInteger(), nullable=False),
        sa.Column("order_line_id", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("door", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("comment", sa.String(), nullable=True),
        sa.Column("resolution", sa.String(), server_default="refund", nullable=False),
        sa.Column("refund", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_line.id"], name=op.f("fk_return_line_order_line_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["return_id"], ["return.id"], name=op.f("fk_return_line_return_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_line")),
        sa.UniqueConstraint("return_id", "order_line_id", name=op.f("uq_return_line_return_id_order_line_id")),
    )
    op.create_table(
        "receipt_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("receipt_id", sa.BigInteger(), nullable=False),
        sa.Column("return_line_id", sa.BigInteger(), nullable=True),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("grade", sa.String(), nullable=False),
        sa.Column("disposition", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["receipt_id"], ["receipt.id"], name=op.f("fk_receipt_line_receipt_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["return_line_id"], ["return_line.id"], name=op.f("fk_receipt_line_return_line_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt_line")),
    )


def downgrade() -> None:
    """Remove them again."""
    op.drop_table("receipt_line")
    op.drop_table("return_line")
    op.drop_index("ix_refund_return_id", table_name="refund")
    op.drop_index("ix_refund_order_id", table_name="refund")
    op.drop_table("refund")
    op.drop_table("receipt")
    op.drop_index("ix_return_shipment_id", table_name="return")
    op.drop_index("ix_return_order_id", table_name="return")
    op.drop_index("ix_return_changed", table_name="return")
    op.drop_table("return")
    op.drop_index("ix_withdrawal_waiting", table_name="withdrawal", postgresql_where=sa.text("matched_at is null"))
    op.drop_index("ix_withdrawal_stated_at", table_name="withdrawal")
    op.drop_index("ix_withdrawal_order_id", table_name="withdrawal")
    op.drop_table("withdrawal")
    op.drop_table("return_draft")
    op.drop_index("ix_postal_place_folded", table_name="postal_place")
    op.drop_table("postal_place")
    op.drop_index("ix_drop_off_point_postcode", table_name="drop_off_point")
    op.drop_index(
        "ix_drop_off_point_location",
        table_name="drop_off_point",
        postgresql_using="gist",
        postgresql_where=sa.text("active"),
    )
    op.drop_index("ix_drop_off_point_city", table_name="drop_off_point")
    op.drop_table("drop_off_point")
