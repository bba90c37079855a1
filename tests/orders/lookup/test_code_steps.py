"""The way over a one-time code: sent with the press that needs it, typed as people type it, and where it leads."""

import re
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from app.core.clock import utcnow
from app.orders.lookup import codes
from app.orders.lookup.models import OneTimeCode
from app.orders.models import Order
from tests.orders.build import document
from tests.orders.lookup.test_code_pages import found, posted
from tests.orders.put import put_order

HTMX = {"HX-Request": "true"}


@pytest.fixture
def order(session: Session, now: datetime) -> Order:
    """Order 1001, which is Marisol's."""
    return put_order(session, document(), now=now).order


@pytest.fixture
def key(client: FlaskClient) -> str:
    """The installation's secret."""
    return str(client.application.config["SECRET_KEY"])


def ahead(client: FlaskClient, order: Order, then: str = "/returns/new") -> str:
    """Press «Return something»; gives where it leads."""
    answer = client.post(f"/o/{order.ref}/code/ahead", data={"then": f"/o/{order.ref}{then}"})
    assert answer.status_code == 303
    return str(answer.location)


def test_the_press_that_needs_a_code_sends_it_and_goes_on_afterwards(
    client: FlaskClient, session: Session, order: Order, key: str
) -> None:
    found(client)
    page = f"/o/{order.ref}/code"
    assert ahead(client, order, "/returns/new/method?change=1") == page
    assert "m•••@•••.com" in client.get(page).text
    sent = posted(session, key)
    assert [message["to"] for message in sent] == ["marisol@example.com"]
    answer = client.post(page, data={"code": sent[0]["code"]})
    assert answer.location == f"/o/{order.ref}/returns/new/method?change=1"


def test_a_second_press_sends_no_second_code_until_the_first_is_of_no_use(
    client: FlaskClient, session: Session, order: Order, key: str
) -> None:
    found(client)
    for _press in range(4):
        assert ahead(client, order) == f"/o/{order.ref}/code"
    assert len(posted(session, key)) == 1
    session.execute(update(OneTimeCode).values(expires_at=utcnow()))
    ahead(client, order)
    assert len(posted(session, key)) == 2


def test_where_no_more_codes_are_sent_the_page_says_so(client: FlaskClient, session: Session, order: Order) -> None:
    found(client)
    for _press in range(3):
        ahead(client, order)
        session.execute(update(OneTimeCode).values(expires_at=utcnow()))
    answer = client.post(f"/o/{order.ref}/code/ahead", data={"then": f"/o/{order.ref}/returns/new"})
    assert answer.status_code == 429
    assert 'role="alert"' in answer.text
    assert 'id="send"' in answer.text


def test_who_has_entered_a_code_goes_straight_on(client: FlaskClient, session: Session, order: Order, key: str) -> None:
    found(client)
    ahead(client, order)
    client.post(f"/o/{order.ref}/code", data={"code": posted(session, key)[0]["code"]})
    assert ahead(client, order) == f"/o/{order.ref}/returns/new"
    assert len(posted(session, key)) == 1


def test_where_nobody_can_be_reached_nothing_is_sent_and_the_page_says_so(
    client: FlaskClient, session: Session, order: Order, key: str
) -> None:
    found(client)
    session.execute(text("update order_contact set email_folded = null, phone_e164 = null"))
    assert ahead(client, order) == f"/o/{order.ref}/code"
    assert posted(session, key) == []
    assert 'href="/help"' in client.get(f"/o/{order.ref}/code").text


@pytest.mark.parametrize(
    "then",
    ["", "/staff", "//evil.example/o/", "https://evil.example", "/o/ZZZZZZZZ/returns/new", "\\evil", "/o/{ref}/\\evil",
     "/o/{ref}/\r\nX: y"],
)  # fmt: skip
def test_after_the_code_one_comes_to_pages_of_the_order_alone(
    client: FlaskClient, session: Session, order: Order, key: str, then: str
) -> None:
    found(client)
    client.post(f"/o/{order.ref}/code/ahead", data={"then": then.format(ref=order.ref)})
    answer = client.post(f"/o/{order.ref}/code", data={"code": posted(session, key)[0]["code"]})
    assert answer.location == f"/o/{order.ref}"


@pytest.mark.parametrize(
    ("address", "headers", "then"),
    [
        ("/o/{ref}/returns/new?change=1", {}, "/o/{ref}/returns/new?change=1"),
        ("/o/{ref}/preferences?saved=1&x=a%20b", {}, "/o/{ref}/preferences?saved=1&x=a%20b"),
        ("/o/{ref}/preferences", HTMX | {"HX-Current-URL": "http://localhost/o/{ref}?a=1"}, "/o/{ref}?a=1"),
        ("/o/{ref}/preferences", HTMX | {"HX-Current-URL": "http://evil.example//evil.example"}, "/o/{ref}"),
    ],
)
def test_the_whole_address_that_was_wanted_is_gone_on_to(
    client: FlaskClient, session: Session, order: Order, key: str, address: str, headers: dict[str, str], then: str
) -> None:
    found(client)
    named = {name: value.format(ref=order.ref) for name, value in headers.items()}
    client.get(address.format(ref=order.ref), headers=named)
    client.post(f"/o/{order.ref}/code/sending", data={"channel": "email"})
    answer = client.post(f"/o/{order.ref}/code", data={"code": posted(session, key)[0]["code"]})
    assert answer.location == then.format(ref=order.ref)


@pytest.mark.parametrize("shape", ["{0}{1}", "{0} {1}", "{0}-{1}", " {0}\u00a0{1} ", "{0}\n{1}\n"])
def test_a_code_is_taken_however_it_is_pasted(
    client: FlaskClient, session: Session, order: Order, key: str, shape: str
) -> None:
    found(client)
    ahead(client, order)
    code = posted(session, key)[0]["code"]
    answer = client.post(f"/o/{order.ref}/code", data={"code": shape.format(code[:3], code[3:])})
    assert answer.location == f"/o/{order.ref}/returns/new"


def test_the_fields_of_codes_are_filled_in_by_the_phone_and_bring_its_digits(client: FlaskClient, order: Order) -> None:
    found(client)
    ahead(client, order)
    client.post("/account", data={"email": "marisol@example.com"})
    for page in (f"/o/{order.ref}/code", "/account/code"):
        field = re.search(r'<input[^>]*id="code"[^>]*>', client.get(page).text, re.DOTALL)
        assert field
        for attribute in ('autocomplete="one-time-code"', 'inputmode="numeric"', 'maxlength="12"'):
            assert attribute in field[0], page
        assert "pattern" not in field[0]


def test_a_form_that_a_double_press_sends_twice_opens_both_times_and_later_never_again(
    client: FlaskClient, session: Session, order: Order, key: str
) -> None:
    found(client)
    ahead(client, order)
    before = client.get_cookie("paradero")
    code = posted(session, key)[0]["code"]
    for _press in range(2):
        assert before is not None
        client.set_cookie("paradero", before.value)
        answer = client.post(f"/o/{order.ref}/code", data={"code": code})
        assert answer.location == f"/o/{order.ref}/returns/new"
        assert client.get(f"/o/{order.ref}/code").status_code == 303
    client.set_cookie("paradero", before.value)
    session.execute(update(OneTimeCode).values(used_at=utcnow() - codes.PRESSED_AGAIN))
    assert client.post(f"/o/{order.ref}/code", data={"code": code}).status_code == 422
