"""A brand's further facts, its own host, its former keys and its pictures; a key that is renamed takes its rows along."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
# Not valid: rows that are there are not looked through under a lock. What is new is checked, and what is renamed follows.
FOLLOWERS = ("message", "support_case")
REMADE = """
do $$ declare fk record; begin
  for fk in select conrelid::regclass as owner, conname, pg_get_constraintdef(oid) as says
      from pg_constraint where confrelid = 'brand'::regclass and contype = 'f' and confupdtype = '{was}' loop
    execute format('alter table %s drop constraint %I', fk.owner, fk.conname);
    execute format('alter table %s add constraint %I %s', fk.owner, fk.conname, {says});
  end loop;
end $$
"""


def upgrade() -> None:
    """Add columns and tables; let foreign keys follow a new key."""
    op.add_column("brand", sa.Column("facts", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False))
    op.add_column("brand", sa.Column("host", sa.String()))
    op.add_column("brand", sa.Column("born_as", sa.String()))
    op.add_column("brand", sa.Column("retired_at", INSTANT))
    op.create_unique_constraint(op.f("uq_brand_host"), "brand", ["host"])
    op.create_table(
        "brand_alias",
        sa.Column("alias", sa.String(), nullable=False),
        sa.Column("brand_key", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["brand_key"], ["brand.key"], name=op.f("fk_brand_alias_brand_key")),
        sa.PrimaryKeyConstraint("alias", name=op.f("pk_brand_alias")),
    )
    op.create_table(
        "brand_file",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("brand_key", sa.String(), nullable=False),
        sa.Column("use", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["brand_key"], ["brand.key"], name=op.f("fk_brand_file_brand_key")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_brand_file")),
        sa.UniqueConstraint("brand_key", "use", "digest", name=op.f("uq_brand_file_brand_key_use_digest")),
    )
    for table in FOLLOWERS:
        op.execute(
            f"alter table {table} add constraint fk_{table}_brand_key "
            "foreign key (brand_key) references brand (key) not valid"
        )
    op.execute(REMADE.format(was="a", says="replace(fk.says, ' NOT VALID', '') || ' on update cascade not valid'"))


def downgrade() -> None:
    """Remove them; a key that was renamed stays as it is called now."""
    op.execute(REMADE.format(was="c", says="replace(fk.says, ' ON UPDATE CASCADE', '')"))
    for table in FOLLOWERS:
        op.drop_constraint(f"fk_{table}_brand_key", table, type_="foreignkey")
    op.drop_table("brand_file")
    op.drop_table("brand_alias")
    op.drop_constraint(op.f("uq_brand_host"), "brand", type_="unique")
    for column in ("retired_at", "born_as", "host", "facts"):
        op.drop_column("brand", column)
