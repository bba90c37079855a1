"""Add the job engine, the inbox and the log of events."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

REMOVE_JOB_ENGINE = """
do $$
declare
    found record;
begin
    for found in select format('drop table if exists %I cascade', tablename) as deed from pg_tables
        where schemaname = current_schema and tablename like 'procrastinate%' loop
        execute found.deed;
    end loop;
    for found in select format('drop function if exists %s cascade', oid::regprocedure) as deed from pg_proc
        where pronamespace = current_schema::regnamespace and proname like 'procrastinate%' loop
        execute found.deed;
    end loop;
    for found in select format('drop type if exists %I cascade', typname) as deed from pg_type
        where typnamespace = current_schema::regnamespace and typname like 'procrastinate%' and typtype in ('e', 'c') loop
        execute found.deed;
    end loop;
end
$$
"""


def upgrade() -> None:
    """Add the job engine, the inbox and the log of events."""
    _add_job_engine()
    op.create_table(
        "domain_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("shipment_id", sa.BigInteger(), nullable=True),
        sa.Column("return_id", sa.BigInteger(), nullable=True),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_domain_event")),
    )
    op.create_index("ix_domain_event_order_id", "domain_event", ["order_id", "id"], unique=False)
    op.create_table(
        "firing",
        sa.Column("job", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fired_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("job", "due_at", name=op.f("pk_firing")),
    )
    op.create_table(
        "inbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("door", sa.String(), nullable=False),
        sa.Column("delivery_key", sa.String(), nullable=False),
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), server_default="new", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("door", "delivery_key", name=op.f("uq_inbox_door_delivery_key")),
    )
    op.create_index(
        "ix_inbox_waiting", "inbox", ["door", "next_try_at"], unique=False, postgresql_where="state = 'new'"
    )
    op.create_table(
        "hearing",
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("listener", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["domain_event.id"], name=op.f("fk_hearing_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("event_id", "listener", name=op.f("pk_hearing")),
    )
    op.create_index("ix_hearing_waiting", "hearing", ["listener", "next_try_at", "event_id"], unique=False)


def downgrade() -> None:
    """Remove them again."""
    op.drop_index("ix_hearing_waiting", table_name="hearing")
    op.drop_table("hearing")
    op.drop_index("ix_inbox_waiting", table_name="inbox", postgresql_where="state = 'new'")
    op.drop_table("inbox")
    op.drop_table("firing")
    op.drop_index("ix_domain_event_order_id", table_name="domain_event")
    op.drop_table("domain_event")
    op.execute(REMOVE_JOB_ENGINE)


def _add_job_engine() -> None:
    """The job engine's own tables, as its installed release ships them: many statements in one text."""
    from app.core.queue import deferrer

    op.get_bind().connection.driver_connection.execute(deferrer.schema_manager.get_schema())
