"""Points that an earlier release has imported survive the upgrade, each network under its one spelling."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from tests.upgrades import upgraded_database

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

    def fill(engine: Engine) -> None:
        with engine.begin() as connection:
            connection.exec_driver_sql(ROWS)

    with upgraded_database(BEFORE, AFTER, fill) as engine:
        yield engine


def test_each_network_has_one_name_and_no_point_is_offered_twice(upgraded: Engine) -> None:
    with upgraded.connect() as connection:
        rows = connection.execute(text("select network, external_id from drop_off_point where active order by 1, 2"))
        assert [tuple(row) for row in rows] == [
            ("correos_expres", "A"), ("la_poste", "A"), ("la_poste", "B"), ("own", "A"),
        ]  # fmt: skip
        assert connection.scalar(text("select count(*) from drop_off_point where approximate")) == 0
        assert connection.scalar(text("select location::text from drop_off_point limit 1")) == "(-3.7,40.4)"
