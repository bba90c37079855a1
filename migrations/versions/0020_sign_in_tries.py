"""Count failed tries to sign in per account and asker, so that strangers cannot lock a member out."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the counts; what strangers did to a member's account before is forgotten."""
    op.create_table(
        "sign_in_tries",
        sa.Column("account", sa.LargeBinary(), nullable=False),
        sa.Column("asker", sa.LargeBinary(), nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("account", "asker", name=op.f("pk_sign_in_tries")),
    )
    op.execute("update staff_user set failures = 0, failed_at = null")


def downgrade() -> None:
    """Remove them again."""
    op.drop_table("sign_in_tries")
