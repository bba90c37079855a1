"""Records: what one room lets others read of its tables is typed, frozen, and as the row is now."""

import ast
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.brands.models import Brand
from app.brands.records import BrandRecord
from app.orders.models import Order
from app.orders.records import OrderRecord
from tests.house.code.source import Source, app
from tests.orders.build import document
from tests.orders.put import put_order


def test_a_record_takes_no_value_and_is_never_made(session: Session) -> None:
    brand = session.scalars(select(BrandRecord)).one()
    with pytest.raises(AttributeError, match="ask its services"):
        brand.name = "Otra"  # type: ignore[assignment]
    with pytest.raises(TypeError, match="never made"):
        BrandRecord()


def test_a_record_holds_what_is_named_and_nothing_else(session: Session, now: datetime) -> None:
    put_order(session, document(), now=now)
    order = session.scalars(select(OrderRecord)).one()
    assert order.number == "1001"
    assert not hasattr(order, "document_hash")


def test_a_record_in_hand_says_what_its_room_has_changed_since(session: Session) -> None:
    record = session.scalars(select(BrandRecord)).one()
    session.get_one(Brand, record.key).name = "Otra"
    assert session.scalars(select(BrandRecord)).one() is record
    assert record.name == "Otra"


def test_what_hangs_on_a_record_is_read_anew_with_it(session: Session, now: datetime) -> None:
    order_id = put_order(session, document(), now=now).order.id
    record = session.get_one(OrderRecord, order_id, populate_existing=True)
    assert [line.quantity for line in record.lines] == [2]
    session.get_one(Order, order_id).all_lines[0].quantity = 1
    session.flush()
    again = session.get_one(OrderRecord, order_id, populate_existing=True)
    assert [line.quantity for line in again.lines] == [1]


def remembered(source: Source) -> list[str]:
    """Where a record is asked for by its key and may come out of the session's memory, as it once was."""
    return [
        file.at(call)
        for file in source
        for call in file.calls
        if getattr(call.func, "attr", "") in ("get", "get_one")
        and call.args
        and isinstance(call.args[0], ast.Name)
        and call.args[0].id.endswith("Record")
        and not any(word.arg == "populate_existing" for word in call.keywords)
    ]


def test_no_record_comes_out_of_the_sessions_memory() -> None:
    assert remembered(app()) == []
    forgetful = app().planted({"app/orders/queries.py": "+def f(session):\n    return session.get(OrderRecord, 1)"})
    assert len(remembered(forgetful)) == 1
