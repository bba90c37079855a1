"""Keep why a message was not written; keep what a brand leaves out instead of the whole list of what it sends."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# The kinds that a brand could choose from until now; later ones were never refused by anybody.
MAILS = (
    "order.received order.on_hold order.preparing order.cancelled shipment.shipped shipment.out_for_delivery "
    "shipment.ready_for_pickup shipment.delivered shipment.late shipment.estimate_changed shipment.delivery_failed "
    "shipment.returning return.requested return.approved return.rejected return.cancelled return.label_ready "
    "return.on_its_way return.received refund.paid withdrawal.received access.link_requested"
)
TEXTS = (
    "shipment.shipped shipment.out_for_delivery shipment.ready_for_pickup shipment.delivered shipment.late "
    "shipment.delivery_failed"
)
CHANGES = (("mails_off", "email_kinds", MAILS), ("texts_off", "sms_kinds", TEXTS))
COLUMNS = [name for new, old, _ in CHANGES for name in (new, old)]


def upgrade() -> None:
    """Add the table; turn lists of what is sent into lists of what is not."""
    op.create_table(
        "withheld",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["order.id"], name=op.f("fk_withheld_order_id_order"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withheld")),
        sa.UniqueConstraint("event_id", "channel", "reason", name=op.f("uq_withheld_event_id_channel_reason")),
    )
    op.create_index("ix_withheld_order_id", "withheld", ["order_id"])
    brand = sa.table("brand_messages", *(sa.column(name, ARRAY(sa.Text())) for name in COLUMNS))
    for new, old, kinds in CHANGES:
        op.add_column("brand_messages", sa.Column(new, ARRAY(sa.Text()), server_default="{}", nullable=False))
        op.execute(sa.update(brand).where(brand.c[old].is_not(None)).values({new: _others(kinds, brand.c[old])}))
        op.drop_column("brand_messages", old)


def downgrade() -> None:
    """Go back to whole lists, and forget the decisions."""
    brand = sa.table("brand_messages", *(sa.column(name, ARRAY(sa.Text())) for name in COLUMNS))
    for new, old, kinds in CHANGES:
        op.add_column("brand_messages", sa.Column(old, ARRAY(sa.Text()), nullable=True))
        op.execute(sa.update(brand).where(brand.c[new] != []).values({old: _others(kinds, brand.c[new])}))
        op.drop_column("brand_messages", new)
    op.drop_table("withheld")


def _others(kinds: str, named: sa.ColumnElement[list[str]]) -> sa.ColumnElement[list[str]]:
    """The kinds that a list does not name."""
    each = sa.func.unnest(sa.literal(kinds.split(), ARRAY(sa.Text()))).column_valued("kind")
    chosen = sa.select(each).where(each != sa.all_(named)).order_by(each).scalar_subquery()
    return sa.func.array(chosen, type_=ARRAY(sa.Text()))
