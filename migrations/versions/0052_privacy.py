"""Privacy: marks of who was erased, requests and copies, proofs that stay, and marks of restored backups."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

ASKED = sa.text("state = 'asked'")


def _id() -> "sa.Column[int]":
    return sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True)


def _at(name: str, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    """Make the tables, and the moment from which an order tells of nobody."""
    op.add_column("order", _at("erased_at", nullable=True))
    op.create_table(
        "tombstone",
        sa.Column("mark", sa.LargeBinary, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        _at("erased_at"),
    )
    op.create_index("ix_tombstone_erased_at", "tombstone", ["erased_at"])
    op.create_table("restore_mark", _id(), _at("at"), sa.Column("by", sa.String, nullable=False))
    op.create_table(
        "erasure",
        _id(),
        sa.Column("ref", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False, server_default="asked"),
        sa.Column("subject", sa.LargeBinary, nullable=False),
        sa.Column("sealed", sa.String),
        sa.Column("asked_by", sa.String, nullable=False),
        _at("asked_at"),
        _at("due_at"),
        _at("ended_at", nullable=True),
        sa.Column("counts", JSONB, nullable=False, server_default=sa.text("'{}'")),
        sa.Column("staying", JSONB, nullable=False, server_default=sa.text("'{}'")),
        sa.UniqueConstraint("ref", name="uq_erasure_ref"),
        sa.CheckConstraint("state in ('asked', 'done', 'cancelled')", name="ck_erasure_state"),
    )
    op.create_index("ix_erasure_due", "erasure", ["due_at"], postgresql_where=ASKED)
    op.create_index("ix_erasure_subject", "erasure", ["subject"], unique=True, postgresql_where=ASKED)
    op.create_table(
        "retained_row",
        _id(),
        sa.Column("erasure_id", sa.BigInteger, sa.ForeignKey("erasure.id", ondelete="CASCADE")),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("row_id", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("sealed", sa.String, nullable=False),
        _at("kept_at"),
        _at("gone_at"),
    )
    op.create_index("ix_retained_row_gone_at", "retained_row", ["gone_at"])
    op.create_table(
        "personal_copy",
        _id(),
        sa.Column("token_hash", sa.LargeBinary, nullable=False),
        sa.Column("subject", sa.LargeBinary, nullable=False),
        sa.Column("sealed", sa.String),
        sa.Column("made_by", sa.String, nullable=False),
        _at("made_at"),
        _at("fetched_at", nullable=True),
        sa.UniqueConstraint("token_hash", name="uq_personal_copy_token_hash"),
    )
    op.create_index("ix_personal_copy_made_at", "personal_copy", ["made_at"])


def downgrade() -> None:
    """Remove them."""
    for table in ("personal_copy", "retained_row", "erasure", "restore_mark", "tombstone"):
        op.drop_table(table)
    op.drop_column("order", "erased_at")
