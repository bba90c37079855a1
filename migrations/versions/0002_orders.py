"""Add brands, orders and the customer's way in."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add brands, orders and the customer's way in."""
    op.create_table(
        "brand",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), server_default="es", nullable=False),
        sa.Column("time_zone", sa.String(), server_default="Europe/Madrid", nullable=False),
        sa.Column("help_email", sa.String(), nullable=True),
        sa.Column("help_phone", sa.String(), nullable=True),
        sa.Column("help_url", sa.String(), nullable=True),
        sa.Column("sms_name", sa.String(), server_default="", nullable=False),
        sa.Column("postal_address", sa.String(), server_default="", nullable=False),
        sa.Column(
            "return_address", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("policy", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("is_default", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_brand")),
    )
    op.create_table(
        "guess",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guess")),
    )
    op.create_index("ix_guess_subject", "guess", ["subject", "tried_at"], unique=False)
    op.create_index("ix_guess_tried_at", "guess", ["tried_at"], unique=False)
    op.create_table(
        "guess_tally",
        sa.Column("minute", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tried", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("wrong", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("minute", name=op.f("pk_guess_tally")),
    )
    op.create_table(
        "one_time_code",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("session_hash", sa.LargeBinary(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_code")),
    )
    op.create_index("ix_one_time_code_subject", "one_time_code", ["subject", "sent_at"], unique=False)
    op.create_table(
        "web_session",
        sa.Column("id_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_web_session")),
    )
    op.create_index("ix_web_session_seen", "web_session", ["seen_at"], unique=False)
    op.create_index("ix_web_session_staff", "web_session", ["staff_id"], unique=False)
    op.create_table(
        "order",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("brand_key", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("number_key", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("purchase_order", sa.String(), nullable=True),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("hold", sa.String(), nullable=True),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=True),
        sa.Column("ship_to", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("promise_from", sa.Date(), nullable=True),
        sa.Column("promise_until", sa.Date(), nullable=True),
        sa.Column("totals", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("payments", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("extra", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("document_hash", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("access_epoch", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["brand_key"], ["brand.key"], name=op.f("fk_order_brand_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order")),
        sa.UniqueConstraint("brand_key", "number", name=op.f("uq_order_brand_key_number")),
        sa.UniqueConstraint("ref", name=op.f("uq_order_ref")),
    )
    op.create_index("ix_order_number_key", "order", ["number_key"], unique=False)
    op.create_index("ix_order_placed_at", "order", ["placed_at"], unique=False)
    op.create_index("ix_order_updated", "order", ["changed_at", "id"], unique=False)
    op.create_table(
        "access_link",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_access_link_order_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_access_link_token_hash")),
    )
    op.create_index("ix_access_link_order_id", "access_link", ["order_id"], unique=False)
    op.create_table(
        "order_contact",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), server_default="customer", nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("email_folded", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("phone_e164", sa.String(), nullable=True),
        sa.Column("sms_consent", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_order_contact_order_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_contact")),
        sa.UniqueConstraint("order_id", "position", name=op.f("uq_order_contact_order_id_position")),
    )
    op.create_index("ix_order_contact_email", "order_contact", ["email_folded"], unique=False)
    op.create_index("ix_order_contact_phone", "order_contact", ["phone_e164"], unique=False)
    op.create_table(
        "order_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("line_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("variant", sa.String(), nullable=True),
        sa.Column("category", sa.String(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("discount", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("image_url", sa.String(), nullable=True),
        sa.Column("weight_g", sa.Integer(), nullable=True),
        sa.Column("final_sale", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("personalised", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_order_line_order_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_line")),
        sa.UniqueConstraint("order_id", "line_id", name=op.f("uq_order_line_order_id_line_id")),
    )
    op.create_table(
        "link_browser",
        sa.Column("link_id", sa.BigInteger(), nullable=False),
        sa.Column("browser_hash", sa.LargeBinary(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["link_id"], ["access_link.id"], name=op.f("fk_link_browser_link_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("link_id", "browser_hash", name=op.f("pk_link_browser")),
    )


def downgrade() -> None:
    """Remove them again."""
    op.drop_table("link_browser")
    op.drop_table("order_line")
    op.drop_index("ix_order_contact_phone", table_name="order_contact")
    op.drop_index("ix_order_contact_email", table_name="order_contact")
    op.drop_table("order_contact")
    op.drop_index("ix_access_link_order_id", table_name="access_link")
    op.drop_table("access_link")
    op.drop_index("ix_order_updated", table_name="order")
    op.drop_index("ix_order_placed_at", table_name="order")
    op.drop_index("ix_order_number_key", table_name="order")
    op.drop_table("order")
    op.drop_index("ix_web_session_staff", table_name="web_session")
    op.drop_index("ix_web_session_seen", table_name="web_session")
    op.drop_table("web_session")
    op.drop_index("ix_one_time_code_subject", table_name="one_time_code")
    op.drop_table("one_time_code")
    op.drop_table("guess_tally")
    op.drop_index("ix_guess_tried_at", table_name="guess")
    op.drop_index("ix_guess_subject", table_name="guess")
    op.drop_table("guess")
    op.drop_table("brand")
