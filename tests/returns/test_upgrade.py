"""A shop's database with rows in it survives the upgrade, and what stood at a dead end stands no more."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from tests.upgrades import upgraded_database

BEFORE, AFTER = "0014", "0016"
ROWS = """
insert into brand (key, name, is_default) values ('upgraded', 'Almazara', false);
insert into "order" (id, ref, brand_key, number, number_key, channel, kind, placed_at, updated_at, status, currency,
    locale, totals, payments, created_at, changed_at)
  overriding system value values (1, 'AAAAAAAA', 'upgraded', '1', '1', 'web', 'b2c', now(), now(), 'completed', 'EUR',
    'es', '{"paid": 3980}', '[]', now(), now());
insert into order_line (id, order_id, line_id, position, sku, title, quantity, unit_price)
  overriding system value values (1, 1, '1', 0, '', 'Camiseta', 2, 1990);
insert into "return" (id, ref, order_id, decision, goods, initiated_by, method, currency, quote, verdict, requested_at,
    changed_at)
  overriding system value
  select id, 'R' || id, 1, decision, goods, 'customer', 'dropoff', 'EUR', '{"total": 1990, "parts": []}', '{}', now(),
    now()
  from (values (1, 'expired', 'inspected'), (2, 'cancelled', 'inspected'), (3, 'expired', 'awaiting'),
    (4, 'rejected', 'inspected'), (5, 'approved', 'in_transit')) told (id, decision, goods);
insert into return_line (id, return_id, order_line_id, quantity, door, reason, refund)
  overriding system value values (1, 1, 1, 1, 'changed_mind', 'better_price', 1990);
insert into receipt (id, return_id, idempotency_key, received_at, received_by)
  overriding system value values (1, 1, 'a', now(), 'wh');
insert into receipt_line (receipt_id, return_line_id, description, quantity, grade, disposition)
  values (1, 1, null, 1, 'as_new', 'restock'), (1, null, 'Gafas', 1, 'worn', 'discard');
insert into refund (return_id, order_id, idempotency_key, state, amount, currency, breakdown, due_on, created_at)
  values (1, 1, 'R1-1', 'due', 1990, 'EUR', '{}', now(), now());
"""


@pytest.fixture(scope="module")
def upgraded() -> Iterator[Engine]:
    """A database as the program before left it, with rows, and then upgraded."""

    def fill(engine: Engine) -> None:
        with engine.begin() as connection:
            for statement in ROWS.split(";\n"):
                if statement.strip():
                    connection.exec_driver_sql(statement)

    with upgraded_database(BEFORE, AFTER, fill) as engine:
        yield engine


def test_old_rows_survive_and_dead_ends_are_opened(upgraded: Engine) -> None:
    with upgraded.connect() as connection:
        decisions = connection.execute(text('select id, decision from "return" order by id')).all()
        assert [tuple(row) for row in decisions] == [
            (1, "approved"), (2, "needs_review"), (3, "expired"), (4, "rejected"), (5, "approved"),
        ]  # fmt: skip
        pieces = connection.execute(text("select order_line_id, description from receipt_line order by id")).all()
        assert [tuple(row) for row in pieces] == [(1, None), (None, "Gafas")]
        assert connection.scalar(text('select completed_at from "order"')) is None
        assert connection.scalar(text("select state from refund")) == "due"


@pytest.mark.parametrize(
    "wrong",
    [
        "update refund set state = 'gone'",
        "update refund set amount = 0",
        "update refund set state = 'paid'",
        "update refund set state = 'void', voided_at = now()",
        "update \"return\" set decision = 'perhaps'",
        "update \"return\" set goods = 'somewhere'",
        "update return_line set quantity = 0",
        "update receipt_line set quantity = 0",
        'delete from "return" where id = 1',
        'delete from "order"',
    ],
)
def test_the_database_itself_refuses_what_can_not_be(upgraded: Engine, wrong: str) -> None:
    with pytest.raises(IntegrityError), upgraded.begin() as connection:
        connection.execute(text(wrong))
