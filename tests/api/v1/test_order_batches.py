"""New orders of a batch go in together, and each document still gets its own verdict."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, func, select, text
from sqlalchemy.orm import Session

from app.events.models import DomainEvent
from app.orders.models import Order, OrderContact, OrderLine
from app.tracking.models import Shipment

Document = dict[str, Any]
BATCH = "/api/v1/orders/batch"


@pytest.fixture
def statements(engine: Engine) -> Iterator[list[str]]:
    """What is sent to the database meanwhile."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def numbered(document: Document, *numbers: str, **changes: Any) -> list[Document]:
    """The document under each number, each with a parcel of its own."""
    (parcel,) = document["shipments"]
    return [
        document | {"number": number, "shipments": [parcel | {"tracking_number": f"T{number}"}]} | changes
        for number in numbers
    ]


def verdicts(client: FlaskClient, batch: list[Document]) -> list[tuple[str, int]]:
    results = client.post(BATCH, json=batch).json["results"]
    return [(one["number"], one["status"]) for one in results]


def test_what_a_batch_makes_equals_what_single_orders_make(
    api: FlaskClient, session: Session, document: Document
) -> None:
    api.put("/api/v1/orders/one", json=numbered(document, "one")[0])
    assert verdicts(api, numbered(document, "two", "three")) == [("two", 201), ("three", 201)]
    orders = [api.get(f"/api/v1/orders/{number}").json for number in ("one", "two", "three")]
    unlike = {"number", "ref", "created_at", "changed_at"}
    plain = [{name: value for name, value in one.items() if name not in unlike} for one in orders]
    for one in plain:
        assert one["shipments"][0].pop("tracking_number")
        assert one["shipments"][0]["as_sent"].pop("tracking_number")
    assert plain[0] == plain[1]
    assert plain[1] == plain[2]
    for model in (OrderLine, OrderContact, Shipment, DomainEvent):
        ids = select(model.order_id, func.count()).group_by(model.order_id)
        assert len({count for _order, count in session.execute(ids)}) == 1, model


def test_new_held_and_repeated_orders_in_one_batch_have_their_own_verdicts(
    api: FlaskClient, document: Document
) -> None:
    api.put("/api/v1/orders/held", json=document | {"number": "held"})
    batch = [*numbered(document, "held", "new", "new"), *numbered(document, "bad", currency="EURO")]
    assert verdicts(api, batch) == [("held", 200), ("new", 201), ("new", 200), ("bad", 422)]


def test_the_newest_of_two_documents_of_a_new_order_is_kept(api: FlaskClient, document: Document) -> None:
    later = document | {"updated_at": "2027-01-01T00:00:00Z", "status": "cancelled"}
    assert [status for _number, status in verdicts(api, [later, document])] == [201, 200]
    assert api.get(f"/api/v1/orders/{document['number']}").json["status"] == "cancelled"


# The database takes what the checks let by; one that would not is made.
REFUSES_SECOND = """
create function refuse() returns trigger language plpgsql as $$ begin
    if new.number = 'second' then raise exception 'no' using errcode = '22P02'; end if; return new; end $$
"""


def test_one_order_that_cannot_be_stored_does_not_take_the_new_ones_with_it(
    api: FlaskClient, session: Session, document: Document
) -> None:
    session.execute(text(REFUSES_SECOND))
    session.execute(text('create trigger refusing before insert on "order" for each row execute function refuse()'))
    batch = numbered(document, "first", "second", "third")
    assert [status for _number, status in verdicts(api, batch)] == [201, 422, 201]
    assert session.scalar(select(func.count()).select_from(Order)) == 2


def test_a_batch_of_new_orders_takes_few_statements(
    api: FlaskClient, document: Document, statements: list[str]
) -> None:
    verdicts(api, numbered(document, *(str(at) for at in range(20))))
    assert len(statements) <= 40, statements


def test_an_unknown_brand_is_refused_alone(api: FlaskClient, document: Document) -> None:
    batch = [*numbered(document, "good"), *numbered(document, "bad", brand="nobody")]
    assert verdicts(api, batch) == [("good", 201), ("bad", 422)]
