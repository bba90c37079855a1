"""Writing to the shop about an order: what the form shows, takes and refuses, and what comes of it."""

import re
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.clock import utcnow
from app.orders.models import Order, OrderContact
from app.support.about import About
from app.support.cases import LONGEST, MOST_CASES, MOST_ENTRIES, answer
from app.support.models import SupportCase, SupportEntry
from app.tracking.models import Shipment
from tests.orders.build import GOOD
from tests.returns.stage import LINES, delivered_order, sign_in
from tests.support.writing import form_of, writes

KEY = "k" * 24


@pytest.fixture
def order(session: Session) -> Order:
    return delivered_order(session, now=utcnow())


@pytest.fixture
def customer(client: FlaskClient, order: Order) -> FlaskClient:
    """Someone who looked their order up: tier one."""
    sign_in(client, order, tier=1)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en-GB"
    client.set_cookie("language", "en")
    return client


def cases(session: Session) -> list[SupportCase]:
    session.expire_all()
    return list(session.scalars(select(SupportCase).order_by(SupportCase.id)))


@pytest.mark.parametrize("about", About)
def test_a_link_that_names_what_it_is_about_finds_it_chosen(customer: FlaskClient, order: Order, about: str) -> None:
    page = customer.get(f"/o/{order.ref}/help?about={about}").text
    chosen = [tag for tag in re.findall(r"<input[^>]*>", page) if 'name="about"' in tag and "checked" in tag]
    assert [f'value="{about}"' in tag for tag in chosen] == [True]


@pytest.mark.parametrize(
    "query", ["about=nonsense", "about=", "parcel=9&return=ZZZZZZZZ", "parcel=x", "about=late&parcel=-1"]
)
def test_a_link_that_names_nonsense_opens_the_form_all_the_same(
    customer: FlaskClient, order: Order, query: str
) -> None:
    assert customer.get(f"/o/{order.ref}/help?{query}").status_code == 200


def test_who_only_looked_the_order_up_sees_no_address_of_its_customer(customer: FlaskClient, order: Order) -> None:
    page = unescape(customer.get(f"/o/{order.ref}/help").text)
    person = order.contacts[0]
    assert "m•••@•••.com" in page and "•••" in page
    assert person.email not in page and person.phone_e164 not in page


def test_a_message_becomes_a_case_with_a_reference_and_a_way_on(
    customer: FlaskClient, session: Session, order: Order
) -> None:
    sent = writes(customer, order, about="late", words="Where is it?")
    (case,) = cases(session)
    assert sent.location == f"/o/{order.ref}/help/{case.ref}/sent"
    done = unescape(customer.get(sent.location).text)
    assert case.ref in done and f'href="/o/{order.ref}"' in done and "m•••@•••.com" in done
    entry = session.scalars(select(SupportEntry)).one()
    assert (case.about, case.state, entry.who, entry.words) == ("late", "open", "customer", "Where is it?")
    only = session.scalars(select(Shipment).where(Shipment.order_id == order.id)).one()
    assert case.shipment_id == only.id


def test_the_same_form_sent_twice_is_one_case(customer: FlaskClient, session: Session, order: Order) -> None:
    first, second = (writes(customer, order, form_key=KEY) for _ in range(2))
    assert first.location == second.location
    assert len(cases(session)) == 1


def test_the_parcel_and_the_items_that_were_chosen_stand_in_the_case(client: FlaskClient, session: Session) -> None:
    parcels = [GOOD["shipments"][0] | {"id": f"s{at}", "tracking_number": f"32300076554{at:05}"} for at in (1, 2)]
    order = delivered_order(session, now=utcnow(), number="2002", shipments=parcels, lines=LINES)
    sign_in(client, order, tier=1)
    rows = session.scalars(select(Shipment).where(Shipment.order_id == order.id).order_by(Shipment.position)).all()
    stranger = delivered_order(session, now=utcnow(), number="2003")
    lines = [str(order.lines[1].id), str(stranger.lines[0].id), "x"]
    writes(client, order, parcel="2", line=lines)
    (case,) = cases(session)
    assert case.shipment_id == rows[1].id
    assert case.lines == [order.lines[1].id]


FAULTS = {
    "nothing written": ({"words": "  \r\n "}, "words", "Write what happened, or what you need."),
    "too much": ({"words": "x" * (LONGEST + 1)}, "words", "Write at most 2,000 characters. These are 2,001."),
    "nothing chosen": ({"about": ""}, "about", "Choose what it is about."),
    "about nonsense": ({"about": "weather"}, "about", "Choose what it is about."),
    "no way to answer": ({"answer_by": "pigeon"}, "answer_by", "Choose how you'd like us to reply."),
    "no address": (
        {"answer_by": "other", "other_email": "ana at home"}, "other_email",
        "Enter an e-mail address, such as name@example.com.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_at_its_control_and_nothing_typed_is_lost(
    customer: FlaskClient, session: Session, order: Order, fault: str
) -> None:
    changes, field, words = FAULTS[fault]
    answered = writes(customer, order, **{"words": "Where is it?", **changes})
    assert answered.status_code == 422
    page = unescape(answered.text)
    assert f'<a href="#{field}">{words}</a>' in page
    assert f'id="{field}-fault"' in page
    assert field == "words" or "Where is it?" in page
    assert cases(session) == []


def test_as_much_as_may_be_written_is_taken_whatever_ends_its_lines(
    customer: FlaskClient, session: Session, order: Order
) -> None:
    text = ("x" * 99 + "\n") * 20
    writes(customer, order, words=text.replace("\n", "\r\n"))
    assert session.scalars(select(SupportEntry.words)).one() == text.strip()


def test_more_than_five_cases_an_hour_wait_and_keep_what_was_typed(
    customer: FlaskClient, session: Session, order: Order
) -> None:
    for at in range(MOST_CASES):
        writes(customer, order, words=f"number {at}")
    page = unescape(writes(customer, order, words="one more").text)
    assert "We've had many messages about this order in the last hour. You can write again " in page
    assert "one more" in page
    session.execute(update(SupportCase).values(created_at=SupportCase.created_at - timedelta(hours=1)))
    session.commit()
    assert "/sent" in writes(customer, order, words="one more").location
    assert len(cases(session)) == MOST_CASES + 1


def test_who_has_no_address_on_file_is_told_what_is_true_alone(
    customer: FlaskClient, session: Session, order: Order
) -> None:
    session.execute(update(OrderContact).values(email=None, email_folded=None))
    session.commit()
    form = form_of(customer.get(f"/o/{order.ref}/help").text)
    assert form["answer_by"] == "phone"
    done = unescape(customer.get(writes(customer, order, answer_by="phone").location).text)
    assert "You asked us to call you on ••• " in done
    assert "receipt" not in done and "please note the reference" in done


def test_the_words_are_for_who_wrote_them_here_or_proved_who_they_are(
    customer: FlaskClient, session: Session, order: Order
) -> None:
    writes(customer, order, words="My account is ES91 2100")
    (case,) = cases(session)
    path = f"/o/{order.ref}/help/{case.ref}"
    assert "ES91 2100" in customer.get(path).text
    with customer.session_transaction() as browser:
        browser.pop("cases")
    page = customer.get(path).text
    assert "ES91 2100" not in page and f"{path}/open" in page
    assert f"/o/{order.ref}/code" in customer.get(f"{path}/open").location
    sign_in(customer, order, tier=2)
    assert customer.get(f"{path}/open").location == path
    assert "ES91 2100" in customer.get(path).text


def test_an_answer_is_read_on_the_cases_page_and_noted_as_seen(
    customer: FlaskClient, session: Session, order: Order
) -> None:
    writes(customer, order)
    (case,) = cases(session)
    answer(session, case.id, "It leaves today.", by="eva@shop.example", form_key=KEY, now=utcnow())
    session.commit()
    page = unescape(customer.get(f"/o/{order.ref}/help/{case.ref}").text)
    assert "It leaves today." in page and "Answered" in page
    assert "eva@shop.example" not in page, "the shop answers, not a member of its staff"
    assert session.scalars(select(SupportEntry.seen_at).where(SupportEntry.who == "staff")).one() is not None


def test_more_can_be_written_and_opens_the_case_again(customer: FlaskClient, session: Session, order: Order) -> None:
    writes(customer, order)
    (case,) = cases(session)
    path = f"/o/{order.ref}/help/{case.ref}"
    empty = customer.post(f"{path}/entries", data={"words": " ", "form_key": KEY})
    assert 'href="#words"' in empty.text
    for _ in range(2):
        assert customer.post(f"{path}/entries", data={"words": "Any news?", "form_key": KEY}).location == path
    assert session.scalars(select(SupportEntry.words).order_by(SupportEntry.id)).all() == ["Where is it?", "Any news?"]
    for at in range(MOST_ENTRIES):
        refused = customer.post(f"{path}/entries", data={"words": f"more {at}", "form_key": f"{at:024}"})
    assert "You can write again" in refused.text


def test_the_orders_page_lists_its_cases_and_shows_no_words(
    customer: FlaskClient, session: Session, order: Order
) -> None:
    assert "Your messages to us" not in customer.get(f"/o/{order.ref}").text
    writes(customer, order, about="not_here", words="Nothing in the letterbox")
    (case,) = cases(session)
    page = unescape(customer.get(f"/o/{order.ref}").text)
    assert f"/o/{order.ref}/help/{case.ref}" in page and "Waiting for us" in page
    assert "Nothing in the letterbox" not in page
    assert case.ref in customer.get(f"/o/{order.ref}/help").text, "the form leads to what is open already"


def test_a_case_of_one_order_is_no_case_of_another(customer: FlaskClient, session: Session, order: Order) -> None:
    writes(customer, order)
    (case,) = cases(session)
    other = delivered_order(session, now=utcnow(), number="2002")
    sign_in(customer, other)
    for path in ("", "/sent", "/open"):
        assert customer.get(f"/o/{other.ref}/help/{case.ref}{path}").status_code == 404
    assert customer.post(f"/o/{other.ref}/help/{case.ref}/entries", data={"words": "x"}).status_code == 404


def test_cases_go_with_their_order(customer: FlaskClient, session: Session, order: Order) -> None:
    writes(customer, order)
    session.delete(session.get_one(Order, order.id))
    session.commit()
    assert cases(session) == []
    assert session.scalars(select(SupportEntry)).all() == []
