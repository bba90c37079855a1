"""Numbers that earlier releases kept with their dashes: brought to one form by the migration, their scans with them."""

import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, NullPool, create_engine, text

from app.core.tables import schema
from app.tracking.ingest.identity import identity, normalised_number
from tests.tracking.documents import PLACED, event

BEFORE = "0032"
DASHED, PLAIN = "CX-0000012345-ES", "CX0000012345ES"


@pytest.fixture
def earlier(engine: Engine) -> Iterator[Engine]:
    """A database as the release before left it, with the same server."""
    admin = create_engine(engine.url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    name = f"test_{uuid.uuid4().hex[:12]}"
    with admin.connect() as connection:
        connection.execute(text(f"create database {name}"))
    made = create_engine(engine.url.set(database=name), poolclass=NullPool)
    schema.upgrade(made.url.render_as_string(hide_password=False), BEFORE)
    yield made
    made.dispose()
    with admin.connect() as connection:
        connection.execute(text(f"drop database {name} with (force)"))


def keep(engine: Engine, *, number: str, digest: bytes) -> None:
    """A scan as it was kept: its digest is of the number as it was compared then."""
    scan = event("in_transit", PLACED, number=number)
    with engine.begin() as connection:
        connection.execute(
            text(
                "insert into tracking_event (carrier, number, identity, status, description, occurred_raw, occurred_at,"
                " zone, time_quality, place, sources, received_at) values (:carrier, :number, :identity, 'in_transit',"
                ' :description, :raw, :at, :zone, \'offset\', \'{"city": "Madrid", "country": "ES"}\', \'{api}\', :at)'
            ),
            {
                "carrier": scan.carrier,
                "number": number,
                "identity": digest,
                "description": scan.description,
                "raw": scan.occurred_raw,
                "at": PLACED,
                "zone": scan.zone,
            },
        )


def test_numbers_lose_their_dashes_and_a_scan_told_both_ways_is_one(earlier: Engine) -> None:
    today = identity(event("in_transit", PLACED, number=DASHED))
    keep(earlier, number=DASHED, digest=b"as it was told apart before")
    keep(earlier, number=PLAIN, digest=today)
    keep(earlier, number="OTHER\u20111", digest=b"another")
    schema.upgrade(earlier.url.render_as_string(hide_password=False))
    with earlier.connect() as connection:
        scans = connection.execute(text("select number, identity from tracking_event order by number")).all()
    assert [(row.number, bytes(row.identity)) for row in scans] == [
        (PLAIN, today),
        ("OTHER1", identity(event("in_transit", PLACED, number="OTHER1"))),
    ]
    assert normalised_number(DASHED) == PLAIN


def test_a_parcel_of_old_is_the_one_that_todays_scans_mean(earlier: Engine) -> None:
    with earlier.begin() as connection:
        # Its order is of no concern here: the migration looks at parcels alone.
        connection.execute(text("set local session_replication_role = replica"))
        connection.execute(
            text(
                "insert into shipment (order_id, external_id, position, carrier, number, created_at)"
                " values (1, 's1', 0, 'seur', :number, :at)"
            ),
            {"number": DASHED, "at": PLACED},
        )
    schema.upgrade(earlier.url.render_as_string(hide_password=False))
    with earlier.connect() as connection:
        row = connection.execute(text("select number, carrier_source, dirty_at from shipment")).one()
    # It is folded anew: scans may have waited under the number without dashes.
    assert (row.number, row.carrier_source, row.dirty_at is not None) == (PLAIN, "shop", True)
