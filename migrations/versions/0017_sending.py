"""Let providers rest in a row of their own; count what was sent again in doubt; wait by channel."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

WAITING = sa.text("state = 'created'")


def upgrade() -> None:
    """Add them."""
    op.create_table(
        "provider_rest",
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_probe_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("provider", name=op.f("pk_provider_rest")),
    )
    op.add_column("attempt", sa.Column("absent_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("message", sa.Column("repeats", sa.Integer(), server_default="0", nullable=False))
    op.create_index("ix_message_repeated", "message", ["created_at"], postgresql_where=sa.text("repeats > 0"))
    op.drop_index("ix_message_waiting", table_name="message")
    op.create_index("ix_message_waiting", "message", ["channel", "next_try_at", "id"], postgresql_where=WAITING)


def downgrade() -> None:
    """Remove them again."""
    op.drop_index("ix_message_waiting", table_name="message")
    op.create_index("ix_message_waiting", "message", ["next_try_at", "id"], postgresql_where=WAITING)
    op.drop_index("ix_message_repeated", table_name="message")
    op.drop_column("message", "repeats")
    op.drop_column("attempt", "absent_at")
    op.drop_table("provider_rest")
