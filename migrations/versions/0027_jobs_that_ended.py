"""Index the jobs that have ended, so that removing them looks at no others."""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    op.execute(
        "create index if not exists ix_procrastinate_jobs_ended on procrastinate_jobs (id) "
        "where status not in ('todo', 'doing')"
    )


def downgrade() -> None:
    """Remove it again."""
    op.execute("drop index if exists ix_procrastinate_jobs_ended")
