"""Keep refunds for good, know what every received piece is, and when an order was first complete.

Constraints are added without looking at the rows, which is done by the next migration: so no table is held for long.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

CHECKS = (
    ("return", "decision", "decision in ('requested', 'needs_review', 'approved', 'rejected', 'cancelled', 'expired')"),
    ("return", "goods", "goods in ('awaiting', 'in_transit', 'partly_received', 'received', 'inspected', 'sent_back')"),
    ("return_line", "quantity", "quantity > 0"),
    ("receipt_line", "quantity", "quantity > 0"),
    ("refund", "state", "state in ('due', 'paid', 'void')"),
    ("refund", "amount", "amount > 0"),
    ("refund", "paid", "state <> 'paid' or (paid_at is not null and reference is not null)"),
    ("refund", "void", "state <> 'void' or (voided_at is not null and void_reason is not null)"),
)
PARENTS = (("return", "return_id"), ("order", "order_id"))
VOID = (
    ("voided_at", sa.DateTime(timezone=True)),
    ("voided_by", sa.String()),
    ("void_reason", sa.String()),
    ("replaces", sa.String()),
)


def upgrade() -> None:
    """Add the columns and the constraints."""
    op.add_column("order", sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True))
    nothing = sa.text("'[]'")
    op.add_column("return", sa.Column("adjustments", postgresql.JSONB(), server_default=nothing, nullable=False))
    op.add_column("return", sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
    odd = sa.Column("odd", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False)
    op.add_column("receipt", odd)
    op.add_column("receipt_line", sa.Column("order_line_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_receipt_line_order_line_id"),
        "receipt_line",
        "order_line",
        ["order_line_id"],
        ["id"],
        ondelete="CASCADE",
        postgresql_not_valid=True,
    )
    for name, kind in VOID:
        op.add_column("refund", sa.Column(name, kind, nullable=True))
    _parents("RESTRICT", not_valid=True)
    for table, name, condition in CHECKS:
        op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, condition, postgresql_not_valid=True)


def downgrade() -> None:
    """Remove them again. Void refunds go with the word for them: the tables before knew none."""
    for table, name, _condition in reversed(CHECKS):
        op.drop_constraint(op.f(f"ck_{table}_{name}"), table)
    _parents("CASCADE")
    op.execute("delete from refund where state = 'void'")
    for name, _kind in reversed(VOID):
        op.drop_column("refund", name)
    op.drop_constraint(op.f("fk_receipt_line_order_line_id"), "receipt_line")
    op.drop_column("receipt_line", "order_line_id")
    op.drop_column("receipt", "odd")
    op.drop_column("return", "reminded_at")
    op.drop_column("return", "adjustments")
    op.drop_column("order", "completed_at")


def _parents(ondelete: str, *, not_valid: bool = False) -> None:
    """What becomes of refunds when their return or order is deleted."""
    for table, column in PARENTS:
        name = op.f(f"fk_refund_{column}")
        op.drop_constraint(name, "refund")
        options = {"postgresql_not_valid": True} if not_valid else {}
        op.create_foreign_key(name, "refund", table, [column], ["id"], ondelete=ondelete, **options)
