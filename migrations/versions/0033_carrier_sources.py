"""Keep who says whose a parcel is, and numbers without dashes."""

import json
import unicodedata
from collections.abc import Mapping
from datetime import UTC
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


# What a number is compared without, since this release.
DASHES = "[-\u00ad\u2010-\u2015\u2212\u200b-\u200f\ufeff]"


def upgrade() -> None:
    """Add the column; every carrier so far is the shop's word. Numbers lose their dashes, and their scans go along."""
    # With a default that is no expression no row is written anew.
    op.add_column("shipment", sa.Column("carrier_source", sa.String, nullable=False, server_default="shop"))
    op.create_index(
        "ix_shipment_unsure",
        "shipment",
        ["number"],
        postgresql_where=sa.text(
            "number is not null and (carrier is null or carrier_source = 'number') and finished_at is null"
        ),
    )
    bind = op.get_bind()
    bare = sa.text(
        "update shipment set number = nullif(regexp_replace(number, :dashes, '', 'g'), ''),"
        " dirty_at = coalesce(dirty_at, case when finished_at is null then now() end) where number ~ :dashes"
    )
    bind.execute(bare, {"dashes": DASHES})
    dashed = bind.execute(
        sa.text("select * from tracking_event where number ~ :dashes order by id"), {"dashes": DASHES}
    )
    for row in dashed.mappings().all():
        _without_dashes(bind, row)


def _without_dashes(bind: sa.Connection, row: Mapping[str, Any]) -> None:
    number = bind.scalar(sa.text("select regexp_replace(:number, :dashes, '', 'g')"), {**row, "dashes": DASHES})
    facts = {"id": row["id"], "carrier": row["carrier"], "number": number, "identity": _identity(row, number)}
    same = "select 1 from tracking_event where carrier = :carrier and number = :number and identity = :identity"
    # Told with the dash and without: one scan.
    twice = bind.scalar(sa.text(same), facts)
    change = "update tracking_event set number = :number, identity = :identity where id = :id"
    bind.execute(sa.text("delete from tracking_event where id = :id" if twice else change), facts)


def _identity(row: Mapping[str, Any], number: str) -> bytes:
    """As this release tells scans apart; kept here, for later ones may do it in another way."""
    exact = row["occurred_at"] is not None and row["time_quality"] == "offset"
    when = row["occurred_at"].astimezone(UTC).isoformat() if exact else _plain(row["occurred_raw"])
    place = row["place"] or {}
    where = [_plain(place.get(name)) for name in ("city", "region", "postcode", "country")] if place else []
    content = [row["code"] or row["status"], when, *where, _plain(row["description"])]
    parts = ["id", row["event_id"]] if row["event_id"] else ["told", *content]
    return sha256(json.dumps([row["carrier"], number, *parts], separators=(",", ":")).encode()).digest()


def _plain(text: str | None) -> str:
    return " ".join(unicodedata.normalize("NFKC", text or "").casefold().split())


def downgrade() -> None:
    """Remove it again."""
    op.drop_index("ix_shipment_unsure", "shipment")
    op.drop_column("shipment", "carrier_source")
