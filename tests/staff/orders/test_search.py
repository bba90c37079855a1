"""The console's search by what a caller says: a name, a part of a number, a company's own number, a link."""

import re
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from app.oms.intake import receive_order
from app.orders.models import Order
from app.orders.search_words import CONTACT_COLUMNS, ORDER_COLUMNS, indexed, typed_words
from tests.orders.build import document


@pytest.fixture
def order(session: Session, now: datetime) -> Order:
    made = receive_order(
        session,
        document(number="A-10462", purchase_order="PO-5001", customer={
            "id": "c-5002", "name": "Lucía Fernández Ñu", "email": "lucia.fernandez@example.com"}),
        now=now,
    )  # fmt: skip
    session.commit()
    return session.get_one(Order, made.order.id)


@pytest.mark.parametrize(
    "typed",
    ["Lucía Fernández", "lucia fernandez", "FERNANDEZ", "Fernand", "lucia.fern", "lucia@", "fernández lucía",
     "ñu lucía", "10462", "a-104", "PO-5001", "po 5001", "5001", "c-5002"],
)  # fmt: skip
def test_a_part_of_what_a_caller_says_opens_the_order(support: FlaskClient, order: Order, typed: str) -> None:
    answer = support.post("/staff/search", data={"q": typed})
    assert support.get(answer.location).location == f"/staff/orders/{order.ref}"


@pytest.mark.parametrize("path", ["/o/{ref}", "/o/{ref}?from=mail", "/o/{ref}/preferences", "/o/{ref}#parcel-2"])
def test_a_pasted_link_to_the_customers_page_opens_the_order(support: FlaskClient, order: Order, path: str) -> None:
    typed = "https://pedidos.example" + path.format(ref=order.ref)
    answer = support.post("/staff/search", data={"q": typed})
    assert support.get(answer.location).location == f"/staff/orders/{order.ref}"


@pytest.mark.parametrize("typed", ["Lucía Fernández", "fernandez", "lucia@example.com"])
def test_a_name_never_becomes_part_of_an_address(support: FlaskClient, order: Order, typed: str) -> None:
    assert support.post("/staff/search", data={"q": typed}).location == "/staff/orders?found=1"


@pytest.mark.parametrize("typed", ["lu", "a", "--", "'", "lucia & ) | !", "\\", "x" * 254, "%", "(((", "':*"])
def test_odd_or_short_words_are_no_error(support: FlaskClient, order: Order, typed: str) -> None:
    answer = support.post("/staff/search", data={"q": typed})
    assert support.get(answer.location).status_code in (200, 303)


def test_what_names_one_order_exactly_does_not_list_others(
    session: Session, support: FlaskClient, order: Order
) -> None:
    receive_order(session, document(number="A-10462-B"), now=order.placed_at)
    session.commit()
    answer = support.post("/staff/search", data={"q": "A-10462"})
    assert support.get(answer.location).location == f"/staff/orders/{order.ref}"


@given(st.text(max_size=60))
def test_whatever_is_typed_becomes_words_that_the_database_reads(typed: str) -> None:
    words = typed_words(typed)
    assert words == "" or re.fullmatch(r"'[^\W_]+':\*( & '[^\W_]+':\*)*", words)


@pytest.mark.parametrize(("table", "columns"), [("order", ORDER_COLUMNS), ("order_contact", CONTACT_COLUMNS)])
def test_the_words_are_looked_up_in_their_index(session: Session, table: str, columns: tuple[str, ...]) -> None:
    # Small tables are read whole: the index is what the planner takes once that is forbidden.
    session.execute(sql("set local enable_seqscan = off"))
    condition = f"{indexed(columns, table)} @@ to_tsquery('simple', 'fern\\:*')"
    plan = session.execute(sql(f'explain select 1 from "{table}" where {condition}'))
    assert f"ix_{table}_words" in " ".join(row[0] for row in plan)
