"""Take points that nobody says where they lie, and spell each network one way."""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A point may stand in the middle of its postcode, or nowhere yet; names of networks lose capitals and signs."""
    op.alter_column("drop_off_point", "latitude", nullable=True)
    op.alter_column("drop_off_point", "longitude", nullable=True)
    op.alter_column("drop_off_point", "location", nullable=True)
    op.add_column("drop_off_point", sa.Column("approximate", sa.Boolean, nullable=False, server_default="false"))
    connection = op.get_bind()
    for name in connection.scalars(sa.text("select distinct network from drop_off_point")).all():
        if (spelled := _spelled(name)) != name and spelled:
            _rename(connection, name, spelled)


def downgrade() -> None:
    """Remove points without coordinates of their own; the names stay."""
    op.execute("delete from drop_off_point where approximate")
    op.drop_column("drop_off_point", "approximate")
    for name in ("location", "longitude", "latitude"):
        op.alter_column("drop_off_point", name, nullable=False)


def _rename(connection: sa.Connection, old: str, new: str) -> None:
    """A point that is there under both names is kept under the new one; the other is no longer offered."""
    names = {"old": old, "new": new}
    twice = """
        update drop_off_point point set active = false where network = :old and exists (
            select from drop_off_point other where other.network = :new and other.external_id = point.external_id)
    """
    renamed = """
        update drop_off_point point set network = :new where network = :old and not exists (
            select from drop_off_point other where other.network = :new and other.external_id = point.external_id)
    """
    connection.execute(sa.text(twice), names)
    connection.execute(sa.text(renamed), names)


def _spelled(name: str) -> str:
    plain = unicodedata.normalize("NFKD", re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", " ", name).casefold())
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    spelled = re.sub(r"[\W_]+", " ", letters).strip().replace(" ", "_")
    return {"laposte": "la_poste"}.get(spelled, spelled)
