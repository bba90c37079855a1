"""The recorder of locks notices what goes against the one order, and nothing else."""

from datetime import datetime

import pytest
from sqlalchemy import Engine, NullPool, create_engine, text
from sqlalchemy.orm import Session, sessionmaker

from app.core.db import transaction
from app.oms.intake import receive_order
from tests.locks import LockOrder
from tests.orders.build import document

FINE = {
    "an order, then its parcel": ('select 1 from "order" where id = 1 for update', "select 1 from shipment for update"),
    "orders by id": ('select id from "order" order by id for no key update',),
    "what is locked already": (
        'select id from "order" order by id for no key update',
        'update "order" set version = version + 1',
    ),
    "what is skipped when it is locked": (
        "select 1 from shipment limit 1 for update",
        'select 1 from "order" order by id for update skip locked',
    ),
    "a row that refers to an order": (
        "select 1 from shipment for update",
        "insert into staff_note (order_id, written_by, written_at, text) values (1, 'a', now(), 'b')",
        "update shipment set version = 2",
    ),
    "given back with its savepoint": (
        "savepoint one",
        "select 1 from shipment for update",
        "rollback to savepoint one",
        'select 1 from "order" where id = 1 for update',
    ),
}
WRONG = {
    "a parcel, then its order": ("select 1 from shipment for update", 'select 1 from "order" where id = 1 for update'),
    "a later order first": (
        'select 1 from "order" where id = 2 for update',
        'select 1 from "order" where id = 1 for update',
    ),
    "a parcel is written, then an order": (
        "update shipment set version = 2",
        'update "order" set version = 2 where id = 1',
    ),
    "many in no order": ('update "order" set version = 2',),
    "in a savepoint": ("select 1 from shipment for update", "savepoint one", 'update "order" set version=2 where id=1'),
}


@pytest.fixture
def two_orders(committed: sessionmaker[Session], now: datetime) -> None:
    with committed() as session, transaction(session):
        for number in ("1001", "1002"):
            receive_order(
                session, document(number=number, shipments=[{"id": "s"}] if number == "1001" else []), now=now
            )


def reversals(engine: Engine, statements: tuple[str, ...]) -> list[str]:
    """What the recorder complains of when these statements make one transaction."""
    recorder, own = LockOrder(), create_engine(engine.url, poolclass=NullPool)
    with recorder.watching(own), own.connect() as connection:
        nested = []
        for statement in statements:
            if statement.startswith("savepoint"):
                nested.append(connection.begin_nested())
            elif statement.startswith("rollback to"):
                nested.pop().rollback()
            else:
                connection.execute(text(statement))
        connection.rollback()
    return recorder.reversals


@pytest.mark.usefixtures("two_orders")
@pytest.mark.parametrize("name", FINE)
def test_what_keeps_the_order_is_let_be(engine: Engine, name: str) -> None:
    assert reversals(engine, FINE[name]) == []


@pytest.mark.usefixtures("two_orders")
@pytest.mark.parametrize("name", WRONG)
def test_what_goes_against_the_order_is_noticed(engine: Engine, name: str) -> None:
    assert len(reversals(engine, WRONG[name])) == 1
