"""Points that an earlier release has imported survive the upgrade, each network under its one spelling."""

import os
import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, text

from app.core.tables.schema import upgrade

BEFORE, AFTER = "0033", "0034"
ROWS = """
insert into drop_off_point (network, external_id, kind, name, line1, postcode, city, city_folded, country, latitude,
    longitude, time_zone, imported_at)
select network, id, 'shop', 'Kiosk', 'Calle 1', '28013', 'Madrid', 'madrid', 'ES', 40.4, -3.7, 'Europe/Madrid', now()
from (values ('La Poste', 'A'), ('la_poste', 'A'), ('LaPoste', 'B'), ('Correos Exprés', 'A'), ('own', 'A'))
    point (network, id)
"""


@pytest.fixture
def upgraded() -> Iterator[Engine]:
    """A database with points of the release before, upgraded."""
    admin = create_engine(os.environ["TEST_DATABASE_URL"], isolation_level="AUTOCOMMIT")
    name = f"test_{uuid.uuid4().hex[:12]}"
    with admin.connect() as connection:
        connection.execute(text(f"create database {name}"))
    url = admin.url.set(database=name).render_as_string(hide_password=False)
    upgrade(url, BEFORE)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(ROWS)
    upgrade(url, AFTER)
    yield engine
    engine.dispose()
    with admin.connect() as connection:
        connection.execute(text(f"drop database {name} with (force)"))
    admin.dispose()


def test_each_network_has_one_name_and_no_point_is_offered_twice(upgraded: Engine) -> None:
    with upgraded.connect() as connection:
        rows = connection.execute(text("select network, external_id from drop_off_point where active order by 1, 2"))
        assert [tuple(row) for row in rows] == [
            ("correos_expres", "A"), ("la_poste", "A"), ("la_poste", "B"), ("own", "A"),
        ]  # fmt: skip
        assert connection.scalar(text("select count(*) from drop_off_point where approximate")) == 0
        assert connection.scalar(text("select location::text from drop_off_point limit 1")) == "(-3.7,40.4)"
