"""Who made keys and webhooks, how test deliveries went, what carriers' words mean to a shop, and how jobs went."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
ADDED = {
    "api_key": (("made_by", sa.String()), ("used_from", sa.String()), ("ends_at", INSTANT)),
    "webhook_subscription": (("made_by", sa.String()),),
    "webhook_delivery": (("answer", sa.String()),),
    "tracking_event": (("explained_by", sa.BigInteger()),),
    "drop_off_point": (("made_by", sa.String()),),
}


def upgrade() -> None:
    """Make columns and tables; a test delivery belongs to no event."""
    for table, columns in ADDED.items():
        for name, kind in columns:
            op.add_column(table, sa.Column(name, kind))
    op.alter_column("webhook_delivery", "event_id", nullable=True)
    op.create_index(
        "ix_tracking_event_explained_by", "tracking_event", ["explained_by"],
        postgresql_where=sa.text("explained_by is not null"),
    )  # fmt: skip
    _explanations()
    _jobs()
    _trials()
    _imports()


def _explanations() -> None:
    op.create_table(
        "word_meaning",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("carrier", sa.String(), nullable=False),
        sa.Column("code", sa.String()),
        sa.Column("words", sa.String()),
        sa.Column("state", sa.String()),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("scans", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("done_at", INSTANT),
    )
    op.create_index("ix_word_meaning_carrier", "word_meaning", ["carrier", "id"])


def _jobs() -> None:
    op.create_table(
        "job_run",
        sa.Column("task", sa.String(), primary_key=True),
        sa.Column("done_at", INSTANT, nullable=False),
        sa.Column("took_ms", sa.Integer(), nullable=False),
    )
    op.create_table(
        "job_failure",
        sa.Column("job_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("failed_at", INSTANT, nullable=False),
    )
    op.create_index("ix_job_failure_task", "job_failure", ["task", "failed_at"])


def _trials() -> None:
    op.create_table(
        "carrier_trial",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("carrier", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("done_at", INSTANT),
        sa.Column("outcome", JSONB(), nullable=False, server_default=sa.text("'{}'")),
    )


def _imports() -> None:
    op.create_table(
        "point_import",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("whole", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("checked_at", INSTANT),
        sa.Column("wanted_at", INSTANT),
        sa.Column("done_at", INSTANT),
        sa.Column("lines", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("outcome", JSONB(), nullable=False, server_default=sa.text("'{}'")),
    )


def downgrade() -> None:
    """Remove them, and the test deliveries."""
    for table in ("point_import", "carrier_trial", "job_failure", "job_run", "word_meaning"):
        op.drop_table(table)
    op.drop_index("ix_tracking_event_explained_by", table_name="tracking_event")
    op.execute("delete from webhook_delivery where event_id is null")
    op.alter_column("webhook_delivery", "event_id", nullable=False)
    for table, columns in ADDED.items():
        for name, _kind in columns:
            op.drop_column(table, name)
