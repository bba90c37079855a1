"""Cases and collections in the console: the worklists, a case's page, what is done there and kept of it."""

from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.clock import utcnow
from app.orders.models import Order
from app.returns.models import Return
from app.returns.policy.policy import Method
from app.returns.services import cancel, request_return
from app.support.cases import LONGEST, NewCase, open_case
from app.support.models import SupportCase, SupportEntry
from tests.returns.stage import asking, delivered_order
from tests.staff.browsers import audited, browser, member

WORK = "/staff/work/cases"


@pytest.fixture
def order(session: Session) -> Order:
    return delivered_order(session, now=utcnow())


@pytest.fixture
def case(session: Session, order: Order) -> SupportCase:
    made = a_case(session, order, "Where is it?")
    session.commit()
    return made


def a_case(session: Session, order: Order, words: str, *, hours_ago: int = 0, **facts: object) -> SupportCase:
    new = NewCase(
        **{"order_id": order.id, "about": "late", "locale": "es"} | facts, words=words, form_key=words.ljust(20, ".")
    )
    return open_case(session, new, now=utcnow() - timedelta(hours=hours_ago))


def words(session: Session) -> list[str]:
    return list(session.scalars(select(SupportEntry.words).order_by(SupportEntry.id)))


def test_what_waits_longest_stands_first_and_is_marked_after_a_day(
    support: FlaskClient, session: Session, order: Order
) -> None:
    fresh = a_case(session, order, "fresh", hours_ago=1, about="payment")
    old = a_case(session, order, "old", hours_ago=30, about="lost")
    session.commit()
    page = unescape(support.get(WORK).text)
    assert page.index(f"/staff/cases/{old.ref}") < page.index(f"/staff/cases/{fresh.ref}")
    assert "It's lost" in page and "30 hours old" in page and "1 hour old" in page
    assert f'href="/staff/orders/{order.ref}?' in page
    assert page.count('class="day late"') == 1


def test_the_rail_counts_what_waits(support: FlaskClient, case: SupportCase) -> None:
    rail = support.get("/staff/orders").text.partition(f'href="{WORK}"')[2].partition("</a>")[0]
    assert '<span class="count">1</span>' in rail


def test_a_cases_page_shows_who_asked_what_of_which_order_and_masks_the_person(
    support: FlaskClient, session: Session, order: Order
) -> None:
    case = a_case(session, order, "Where is it?", contact="else@example.org", lines=(order.lines[0].id,))
    session.commit()
    page = unescape(support.get(f"/staff/cases/{case.ref}").text)
    for part in ("Where is it?", order.number, order.lines[0].title, "by e-mail to e•••@example.org, which is not"):
        assert part in page
    assert "else@example.org" not in page


def test_an_answer_reaches_the_case_and_leaves_a_row_without_its_words(
    support: FlaskClient, session: Session, case: SupportCase
) -> None:
    data = {"words": "It leaves today.", "form_key": "k" * 24}
    for _ in range(2):
        assert support.post(f"/staff/cases/{case.ref}/answers", data=data).status_code == 303
    assert "The answer is on its way to the customer." in support.get(f"/staff/cases/{case.ref}").text
    session.refresh(case)
    assert (case.state, case.assigned_to) == ("answered", "support@shop.example")
    assert words(session) == ["Where is it?", "It leaves today."]
    assert audited(session) == [("support@shop.example", "case.answered", case.ref)]
    assert case.ref not in support.get(WORK).text


def test_an_answer_may_close_the_case_at_once(support: FlaskClient, session: Session, case: SupportCase) -> None:
    support.post(f"/staff/cases/{case.ref}/answers", data={"words": "Done.", "then": "close"})
    session.refresh(case)
    assert (case.state, case.closed_at is not None) == ("closed", True)
    assert [what for _, what, _ in audited(session)] == ["case.answered", "case.closed"]


@pytest.mark.parametrize("button", ["assignment", "closing", "reopening"])
def test_what_is_typed_stays_when_another_button_is_pressed(
    support: FlaskClient, session: Session, case: SupportCase, button: str
) -> None:
    answer = support.post(f"/staff/cases/{case.ref}/{button}", data={"words": "Half a sen"})
    assert "Half a sen" in support.get(answer.location).text
    assert words(session) == ["Where is it?"]
    support.post(f"/staff/cases/{case.ref}/answers", data={"words": "Half a sentence."})
    assert "Half a sentence." not in support.get(f"/staff/cases/{case.ref}").text.partition("<textarea")[2]


@pytest.mark.parametrize(
    ("typed", "sentence"), [("", "Write what happened"), ("x" * (LONGEST + 1), "Write at most 2,000 characters")]
)
def test_an_answer_that_cannot_be_is_named_and_not_lost(
    support: FlaskClient, session: Session, case: SupportCase, typed: str, sentence: str
) -> None:
    answer = support.post(f"/staff/cases/{case.ref}/answers", data={"words": typed})
    page = unescape(answer.text)
    assert sentence in page and typed in page
    assert words(session) == ["Where is it?"]


def test_closed_and_opened_again_it_waits_once_more(support: FlaskClient, session: Session, case: SupportCase) -> None:
    support.post(f"/staff/cases/{case.ref}/closing")
    assert case.ref not in support.get(WORK).text
    support.post(f"/staff/cases/{case.ref}/reopening")
    assert case.ref in support.get(WORK).text
    assert [what for _, what, _ in audited(session)] == ["case.closed", "case.reopened"]


def test_the_orders_page_lists_its_cases_and_the_timeline_leads_to_them(
    support: FlaskClient, order: Order, case: SupportCase
) -> None:
    page = unescape(support.get(f"/staff/orders/{order.ref}").text)
    assert page.count(f'href="/staff/cases/{case.ref}"') == 2
    assert "Case opened" in page


@pytest.mark.parametrize("role", ["warehouse", "marketing"])
def test_other_roles_read_no_case(app: Flask, session: Session, case: SupportCase, role: str) -> None:
    client = browser(app, member(session, utcnow(), role))
    for path in (f"/staff/cases/{case.ref}", WORK, "/staff/work/collections"):
        assert client.get(path).status_code == 403


@pytest.fixture
def return_(session: Session, order: Order) -> Return:
    wish = asking(("1", 1, "too_small"), method=Method.PICKUP, pickup_on=utcnow().date() + timedelta(days=3))
    made = request_return(session, order.id, wish, by="customer", now=utcnow())
    session.commit()
    return made


def test_a_collection_stands_on_its_worklist_until_it_is_booked(
    support: FlaskClient, session: Session, return_: Return
) -> None:
    page = unescape(support.get("/staff/work/collections").text)
    assert return_.ref in page and "Marisol Q." in page and "28013 Madrid" in page
    assert "Calle del Olmo" not in page
    assert all(f'<th scope="col">{head}</th>' in page for head in ("Return", "Order", "Day")) and "It is booked" in page
    form = support.get(f"/staff/returns/{return_.ref}/collection/booking").text
    on = (return_.pickup or {})["on"]
    assert f'<option value="{on}"' in form and "Calle del Olmo" not in form
    data = {"on": on, "note": "Between 9 and 14 h"}
    for _ in range(2):
        assert support.post(f"/staff/returns/{return_.ref}/collection/booking", data=data).status_code == 303
    assert return_.ref not in support.get("/staff/work/collections").text
    assert audited(session) == [("support@shop.example", "return.pickup_booked", return_.ref)]


def test_the_address_is_shown_once_it_was_revealed(support: FlaskClient, order: Order, return_: Return) -> None:
    support.post(f"/staff/orders/{order.ref}/reveal", data={"reason": "To book a collection"})
    assert "Calle del Olmo 7" in support.get(f"/staff/returns/{return_.ref}/collection/booking").text


@pytest.mark.parametrize("on", ["", "2020-01-01", "tomorrow"])
def test_a_day_that_is_not_offered_is_not_booked(support: FlaskClient, return_: Return, on: str) -> None:
    answer = support.post(f"/staff/returns/{return_.ref}/collection/booking", data={"on": on})
    assert answer.status_code == 422 and "Choose a day." in answer.text


def test_a_collection_that_cannot_be_needs_a_reason_and_leaves_the_list(
    support: FlaskClient, session: Session, return_: Return
) -> None:
    path = f"/staff/returns/{return_.ref}/collection/refusal"
    assert support.post(path, data={"reason": ""}).status_code == 422
    assert support.post(path, data={"reason": "No driver goes there."}).status_code == 303
    assert return_.ref not in support.get("/staff/work/collections").text
    assert audited(session) == [("support@shop.example", "return.pickup_refused", return_.ref)]


def test_what_waits_for_nobody_any_more_is_booked_by_nobody(
    support: FlaskClient, session: Session, return_: Return
) -> None:
    session.execute(update(Return).values(decision="cancelled"))
    session.commit()
    on = (return_.pickup or {})["on"]
    answer = support.post(f"/staff/returns/{return_.ref}/collection/booking", data={"on": on})
    assert answer.status_code == 409 and "no longer possible" in answer.text


def test_a_booked_collection_that_nobody_needs_stands_on_its_worklist_until_the_carrier_knows(
    support: FlaskClient, session: Session, order: Order, return_: Return
) -> None:
    on = (return_.pickup or {})["on"]
    support.post(f"/staff/returns/{return_.ref}/collection/booking", data={"on": on, "note": "AB123"})
    path = f"/staff/returns/{return_.ref}/collection/cancelled"
    assert support.post(path).status_code == 409
    assert return_.ref not in support.get("/staff/work/collections-to-cancel").text
    cancel(session, return_.id, by="customer", now=utcnow())
    session.commit()
    assert return_.ref in support.get("/staff/work/collections-to-cancel").text
    assert path in support.get(f"/staff/orders/{order.ref}").text
    assert "AB123" in support.get(path).text
    for _ in range(2):
        assert support.post(path).status_code == 303
    assert return_.ref not in support.get("/staff/work/collections-to-cancel").text
    assert path not in support.get(f"/staff/orders/{order.ref}").text
    assert audited(session)[1:] == [("support@shop.example", "return.pickup_cancelled", return_.ref)]
