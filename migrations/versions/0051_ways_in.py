"""Ways in for staff: roles of the shop's own, mailed links, passkeys, recovery codes, a provider to sign in with."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def _of_a_member(**how: bool) -> sa.Column[int]:
    return sa.Column(
        "staff_id", sa.BigInteger(), sa.ForeignKey("staff_user.id", ondelete="CASCADE"), nullable=False, **how
    )


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "staff_role",
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False, unique=True),
        sa.Column("permissions", ARRAY(sa.Text()), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
    )
    op.create_table(
        "staff_link",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        _of_a_member(),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False, unique=True),
        sa.Column("issued_by", sa.String(), nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("fault", sa.String(), nullable=True),
        sa.UniqueConstraint("staff_id", "purpose"),
    )
    _make_factors()
    _make_provider()


def _make_factors() -> None:
    op.create_table(
        "staff_passkey",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        _of_a_member(),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False, unique=True),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("handle", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
    )
    op.create_index("ix_staff_passkey_staff_id", "staff_passkey", ["staff_id"])
    op.create_table(
        "staff_recovery_code",
        _of_a_member(primary_key=True),
        sa.Column("code_hash", sa.LargeBinary(), primary_key=True),
        sa.Column("used_at", INSTANT, nullable=True),
    )


def _make_provider() -> None:
    op.create_table(
        "sign_in_provider",
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("domains", ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("claim", sa.String(), server_default="groups", nullable=False),
        sa.Column("trusts_factor", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("local_for", sa.String(), server_default="everyone", nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
    )
    op.create_table(
        "sign_in_role",
        sa.Column("provider", sa.String(), sa.ForeignKey("sign_in_provider.key", ondelete="CASCADE"), primary_key=True),
        sa.Column("value", sa.String(), primary_key=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
    )
    op.create_table(
        "staff_identity",
        sa.Column("issuer", sa.String(), primary_key=True),
        sa.Column("subject", sa.String(), primary_key=True),
        _of_a_member(),
        sa.Column("linked_at", INSTANT, nullable=False),
    )
    op.create_index("ix_staff_identity_staff_id", "staff_identity", ["staff_id"])


def downgrade() -> None:
    """Remove them again; members of the shop's own roles then have none that opens anything."""
    for table in ("staff_identity", "sign_in_role", "sign_in_provider", "staff_recovery_code", "staff_passkey"):
        op.drop_table(table)
    for table in ("staff_link", "staff_role"):
        op.drop_table(table)
