"""The console's search by what a caller says: a name, a part of a number, a company's own number, a link."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from app.oms.intake import receive_order
from app.orders.lookup.links import issue_links
from app.orders.models import Order
from app.orders.search_words import (
    CONTACT_COLUMNS,
    NUMBER_PARTS,
    ORDER_COLUMNS,
    PHONE_TURNED,
    REFERENCES,
    indexed,
    phone_end,
    typed_words,
)
from app.returns.models import Return
from tests.orders.build import document


@pytest.fixture
def order(session: Session, now: datetime) -> Order:
    made = receive_order(
        session,
        document(number="A-10462", purchase_order="PO-5001", customer={
            "id": "c-5002", "name": "Lucía Fernández Ñu", "email": "lucia.fernandez@example.com"},
            payments=[{"id": "pay_3Nf-22", "method": "card", "amount": 3980}],
            refunds=[{"id": "re_7788-QX", "amount": 100}],
            invoices=[{"number": "F-2026/0815", "url": "https://shop.example/f/0815"}]),
        now=now,
    )  # fmt: skip
    session.commit()
    return session.get_one(Order, made.order.id)


@pytest.mark.parametrize(
    "typed",
    ["Lucía Fernández", "lucia fernandez", "FERNANDEZ", "Fernand", "lucia.fern", "lucia@", "fernández lucía",
     "ñu lucía", "10462", "a-104", "PO-5001", "po 5001", "5001", "c-5002",
     "0462", "462", "046", "A-1046", "1046",
     "WEB-10462", "pedido 10462", "pay_3Nf-22", "PAY_3NF", "re_7788-QX", "F-2026/0815"],
)  # fmt: skip
def test_a_part_of_what_a_caller_says_opens_the_order(support: FlaskClient, order: Order, typed: str) -> None:
    answer = support.post("/staff/search", data={"q": typed})
    assert support.get(answer.location).location == f"/staff/orders/{order.ref}"


@pytest.mark.parametrize(
    ("typed", "field"),
    [("Q-11", "Number"), ("ximena", "Name"), ("tacuba", "Name"), ("ximena@", "E-mail"), ("PO-880", "Purchase order"),
     ("c-771", "Customer number"), ("pay_9", "Payment"), ("2233", "Phone"), ("600112233", "Phone")],
)  # fmt: skip
def test_a_list_of_results_says_which_field_matched(
    support: FlaskClient, session: Session, now: datetime, typed: str, field: str
) -> None:
    for number in ("Q-111", "Q-112"):
        receive_order(session, document(number=number, purchase_order="PO-880", customer={
            "id": "c-771", "name": "Ximena Tacuba", "email": "ximena@example.com", "phone": "+34600112233"},
            payments=[{"id": "pay_9", "method": "card", "amount": 3980}]), now=now)  # fmt: skip
    session.commit()
    page = support.get(support.post("/staff/search", data={"q": typed}).location).text
    assert re.findall(r'data-label="Matches">([^<]*)<', page) == [field, field]


@pytest.mark.parametrize("path", ["/o/{ref}", "/o/{ref}?from=mail", "/o/{ref}/preferences", "/o/{ref}#parcel-2"])
def test_a_pasted_link_to_the_customers_page_opens_the_order(support: FlaskClient, order: Order, path: str) -> None:
    for host in ("https://pedidos.example", "http://other.example:8000", "pedidos.example", ""):
        answer = support.post("/staff/search", data={"q": host + path.format(ref=order.ref)})
        assert support.get(answer.location).location == f"/staff/orders/{order.ref}"


@pytest.mark.parametrize("path", ["/staff/orders/{ref}", "/staff/orders/{ref}?show=money"])
def test_a_pasted_link_of_the_console_opens_the_order(support: FlaskClient, order: Order, path: str) -> None:
    answer = support.post("/staff/search", data={"q": "https://pedidos.example" + path.format(ref=order.ref)})
    assert support.get(answer.location).location == f"/staff/orders/{order.ref}"


@pytest.mark.parametrize("path", ["/returns/7K2M9QXA", "/staff/returns/7K2M9QXA", "/staff/warehouse/returns/7K2M9QXA"])
def test_a_pasted_link_of_a_return_opens_the_return(support: FlaskClient, waiting: Return, path: str) -> None:
    answer = support.post("/staff/search", data={"q": f"https://pedidos.example{path}"})
    assert support.get(answer.location).location == "/staff/returns/7K2M9QXA"


def test_a_mailed_link_opens_its_order_and_never_stands_in_an_address(
    support: FlaskClient, session: Session, order: Order
) -> None:
    issue_links(session, [("a-mailed-secret", order.id)], now=datetime.now(UTC))
    session.commit()
    answer = support.post("/staff/search", data={"q": "https://pedidos.example/l/a-mailed-secret?to=o"})
    assert answer.location == "/staff/orders?found=1"
    assert support.get(answer.location).location == f"/staff/orders/{order.ref}"
    other = support.post("/staff/search", data={"q": "https://pedidos.example/l/4-some-other-secret"})
    assert other.location == "/staff/orders?found=1"
    assert "Nothing found" in support.get(other.location).text


def test_many_that_are_meant_are_listed_in_pages_the_newest_first(
    support: FlaskClient, session: Session, now: datetime
) -> None:
    for number in range(21):
        placed = (now - timedelta(days=30) + timedelta(minutes=number)).isoformat()
        receive_order(session, document(number=f"Q-777{number:02}", placed_at=placed), now=now)
    session.commit()
    answer = support.post("/staff/search", data={"q": "777"})
    first = support.get(answer.location).text
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following and len(re.findall(r">Q-777\d\d</a>", first)) == 20
    last = support.get(following[1].replace("&amp;", "&")).text
    assert re.findall(r">(Q-777\d\d)</a>", last) == ["Q-77700"] and 'rel="next"' not in last
    assert "Nothing found" in support.get("/staff/orders?q=777&page=99").text


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


@pytest.mark.parametrize(
    ("table", "columns", "index"),
    [("order", ORDER_COLUMNS, "ix_order_words"), ("order", REFERENCES, "ix_order_references"),
     ("order_contact", CONTACT_COLUMNS, "ix_order_contact_words")],
)  # fmt: skip
def test_the_words_are_looked_up_in_their_index(
    session: Session, table: str, columns: tuple[str, ...], index: str
) -> None:
    # Small tables are read whole: the index is what the planner takes once that is forbidden.
    session.execute(sql("set local enable_seqscan = off"))
    condition = f"{indexed(columns, table)} @@ to_tsquery('simple', 'fern\\:*')"
    plan = session.execute(sql(f'explain select 1 from "{table}" where {condition}'))
    assert index in " ".join(row[0] for row in plan)


@pytest.mark.parametrize(
    ("table", "condition", "index"),
    [("order", f"{NUMBER_PARTS} @> array['046']", "ix_order_number_parts"),
     ("order_contact", f"{PHONE_TURNED} like '3322%'", "ix_order_contact_phone_turned")],
)  # fmt: skip
def test_parts_of_numbers_and_ends_of_phones_are_looked_up_in_their_index(
    session: Session, table: str, condition: str, index: str
) -> None:
    # Of an empty table any index may be read whole: what is left here uses the condition.
    for way in ("seqscan", "indexscan", "indexonlyscan"):
        session.execute(sql(f"set local enable_{way} = off"))
    plan = session.execute(sql(f'explain select 1 from "{table}" where {condition}'))
    assert index in " ".join(row[0] for row in plan)


@pytest.mark.parametrize(
    ("typed", "end"),
    [("2233", "2233"), ("11 22 33", "112233"), ("600-112.233", "600112233"), ("223", ""), ("a2233", ""), ("", ""),
     ("1" * 16, "")],
)  # fmt: skip
def test_four_digits_or_more_may_be_the_end_of_a_phone(typed: str, end: str) -> None:
    assert phone_end(typed) == end
