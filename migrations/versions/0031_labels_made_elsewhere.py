"""Keep which labels somebody else is to make, and the files of those that were made."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; labels of our own need no row."""
    op.create_table(
        "return_label",
        sa.Column("shipment_id", sa.BigInteger, nullable=False),
        sa.Column("return_id", sa.BigInteger, nullable=False),
        sa.Column("maker", sa.String, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True)),
        sa.Column("pdf", sa.LargeBinary),
        sa.Column("zpl", sa.LargeBinary),
        sa.PrimaryKeyConstraint("shipment_id", name="pk_return_label"),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipment.id"], ondelete="CASCADE", name="fk_return_label_shipment_id_shipment"
        ),
        sa.ForeignKeyConstraint(
            ["return_id"], ["return.id"], ondelete="CASCADE", name="fk_return_label_return_id_return"
        ),
    )
    op.create_index("ix_return_label_return_id", "return_label", ["return_id"])
    op.create_index("ix_return_label_due", "return_label", ["next_try_at"], postgresql_where=sa.text("made_at is null"))


def downgrade() -> None:
    """Remove it again."""
    op.drop_table("return_label")
