"""The audit trail takes rows and gives none back: the database refuses to change, remove or empty them."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the trigger; who owns the table can still take it away, which an anchor shows."""
    op.execute(
        """
        create function audit_is_append_only() returns trigger language plpgsql as $$
        begin
            raise exception 'the audit trail is append-only' using errcode = 'insufficient_privilege';
        end $$
        """
    )
    op.execute(
        """
        create trigger audit_append_only before update or delete or truncate on audit
        for each statement execute function audit_is_append_only()
        """
    )


def downgrade() -> None:
    """Remove it again."""
    op.execute("drop trigger audit_append_only on audit")
    op.execute("drop function audit_is_append_only()")
