"""Support makes a return for a customer: the same steps, the policy as advice, once a press, written down."""

import re
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.core.clock import utcnow
from app.events.models import DomainEvent
from app.orders.models import Order
from app.returns.models import Return, ReturnDraft
from app.returns.services import request_return
from app.staff.models import StaffNote, StaffRole
from tests.returns.stage import asking, delivered_order
from tests.staff.browsers import audited, browser, member


@pytest.fixture
def order(session: Session) -> Order:
    return delivered_order(session, now=utcnow())


def steps_of(order: Order) -> str:
    return f"/staff/orders/{order.ref}/returns/new"


def choosing(order: Order, number: str = "1", reason: str = "too_small", quantity: int = 1) -> dict[str, str]:
    line = next(line for line in order.lines if line.line_id == number)
    return {f"pick-{line.id}": "1", f"quantity-{line.id}": str(quantity), f"reason-{line.id}": reason}


def to_check(client: FlaskClient, order: Order, items: dict[str, str], **way: str) -> TestResponse:
    """Answer the first two steps."""
    first = client.post(steps_of(order), data=items)
    assert first.location == f"{steps_of(order)}/method", first.text
    second = client.post(first.location, data={"way": "dropoff", **way})
    assert second.location == f"{steps_of(order)}/check", second.text
    return client.get(second.location)


def seen_on(page: TestResponse) -> dict[str, str]:
    seen = re.search(r'name="seen" value="([^"]+)"', page.text)
    assert seen
    return {"seen": seen[1]}


def returns(session: Session) -> list[Return]:
    session.expire_all()
    return list(session.scalars(select(Return).order_by(Return.id)))


def test_what_the_policy_allows_is_made_and_approved(support: FlaskClient, order: Order, session: Session) -> None:
    assert steps_of(order) in support.get(f"/staff/orders/{order.ref}").text
    page = to_check(support, order, choosing(order))
    assert "The policy allows it" in page.text
    assert "19.90" in page.text
    made = support.post(f"{steps_of(order)}/check", data=seen_on(page) | {"note": "called about the size"})
    (one,) = returns(session)
    assert made.location == f"/staff/returns/{one.ref}"
    assert (one.decision, one.initiated_by) == ("approved", "support@shop.example")
    assert audited(session)[-1] == ("support@shop.example", "return.made", one.ref)
    assert session.scalars(select(StaffNote.text)).all() == ["called about the size"]
    events = session.scalars(select(DomainEvent).where(DomainEvent.return_id == one.id)).all()
    assert {"return.requested", "return.approved"} <= {event.kind for event in events}, "the customer hears as usual"
    assert [event.payload["origin"] for event in events if event.kind == "return.requested"] == ["staff"]
    assert "The return is made." in support.get(made.location).text


def test_a_no_is_overridden_with_a_reason_alone(support: FlaskClient, order: Order, session: Session) -> None:
    items = support.get(steps_of(order)).text
    assert "It was sold without return for a change of mind." in items
    page = to_check(support, order, choosing(order, "3", "colour"))
    assert "The policy refuses it" in page.text
    assert "It was sold without return for a change of mind." in page.text
    refused = support.post(f"{steps_of(order)}/check", data=seen_on(page) | {"override": "  "})
    assert (refused.status_code, returns(session)) == (422, [])
    assert "write why you make it all the same" in refused.text
    made = support.post(f"{steps_of(order)}/check", data=seen_on(page) | {"override": "a good customer"})
    (one,) = returns(session)
    assert (made.status_code, one.decision, one.verdict["answer"]) == (303, "approved", "no")
    assert one.decision_reason == "a good customer"


@pytest.mark.parametrize(("override", "decision"), [("", "needs_review"), ("seen the photos", "approved")])
def test_what_the_policy_leaves_to_a_person_waits_or_is_approved_with_a_reason(
    support: FlaskClient, session: Session, override: str, decision: str
) -> None:
    late = delivered_order(session, now=utcnow(), days_ago=33)
    page = to_check(support, late, choosing(late))
    assert "The policy leaves it to a person" in page.text
    assert "Our team reviews late returns." in page.text
    support.post(f"{steps_of(late)}/check", data=seen_on(page) | {"override": override})
    assert [one.decision for one in returns(session)] == [decision]


def test_a_double_press_makes_one_return(support: FlaskClient, order: Order, session: Session) -> None:
    page = to_check(support, order, choosing(order))
    with support.session_transaction() as browser_session:
        begun = dict(browser_session)
    first = support.post(f"{steps_of(order)}/check", data=seen_on(page))
    assert support.post(f"{steps_of(order)}/check", data=seen_on(page)).location == first.location
    with support.session_transaction() as browser_session:  # as a press that overlaps the first finds its session
        browser_session["returns_for"] = begun["returns_for"]
    assert support.post(f"{steps_of(order)}/check", data=seen_on(page)).location == first.location
    assert len(returns(session)) == 1
    assert [what for _who, what, _of in audited(session)] == ["return.made"]


def test_what_changed_since_it_was_seen_is_shown_again(support: FlaskClient, order: Order, session: Session) -> None:
    page = to_check(support, order, choosing(order))
    request_return(session, order.id, asking(("1", 1, "too_small")), by="customer", now=utcnow())
    session.commit()
    answer = support.post(f"{steps_of(order)}/check", data=seen_on(page))
    assert (answer.status_code, "Something has changed since" in answer.text) == (409, True)
    assert len(returns(session)) == 1


def test_units_that_are_not_there_cannot_be_chosen(support: FlaskClient, order: Order, session: Session) -> None:
    for items in (choosing(order, quantity=3), choosing(order, reason="nonsense"), choosing(order, reason="other"), {}):
        answer = support.post(steps_of(order), data=items)
        assert (answer.status_code, "There is a problem" in answer.text) == (422, True), items
    assert support.get(f"{steps_of(order)}/check").location == steps_of(order)
    assert support.get(f"{steps_of(order)}/method").location == steps_of(order)


def test_a_collection_has_its_day(support: FlaskClient, order: Order, session: Session) -> None:
    support.post(steps_of(order), data=choosing(order))
    way = f"{steps_of(order)}/method"
    page = support.get(way).text
    assert "Olmo" not in page, "the street is masked until it is revealed"
    assert support.post(way, data={"way": "pickup"}).status_code == 422
    day = re.search(r'<option value="(20\d\d-\d\d-\d\d)"', page)
    assert day
    check = support.get(support.post(way, data={"way": "pickup", "pickup_on": day[1]}).location)
    support.post(f"{steps_of(order)}/check", data=seen_on(check))
    (one,) = returns(session)
    assert (one.method, one.pickup and one.pickup["on"]) == ("pickup", day[1])


def test_what_the_customer_had_begun_stays_theirs(support: FlaskClient, order: Order, session: Session) -> None:
    draft = {"lines": {"2": {"quantity": 1}}}
    session.add(ReturnDraft(order_id=order.id, data=draft, changed_at=utcnow()))
    session.commit()
    page = to_check(support, order, choosing(order))
    assert "Taza" not in page.text
    support.post(f"{steps_of(order)}/check", data=seen_on(page))
    session.expire_all()
    assert session.get_one(ReturnDraft, order.id).data == draft


def test_code_and_label_are_there_for_the_counter_and_for_print(
    support: FlaskClient, order: Order, session: Session
) -> None:
    page = to_check(support, order, choosing(order))
    where = support.post(f"{steps_of(order)}/check", data=seen_on(page)).location
    assert "Label and code" in support.get(where).text
    assert "Calle del Olmo" not in support.get(where).text
    for refused in ({"size": "a4"}, {"reason": "no printer"}, {"size": "a3", "reason": "no printer"}):
        assert support.post(f"{where}/label", data=refused).status_code == 422
    assert support.post(f"{where}/label", data={"size": "a4", "reason": "no printer"}).data.startswith(b"%PDF")
    assert audited(session)[-1][1] == "personal.revealed"
    (one,) = returns(session)
    look = f"/staff/orders/{order.ref}/as-customer?return={one.ref}"
    shown = support.get(support.post(look, data={"as": "code", "reason": "reads it out"}).location).text
    assert 'src="data:image/svg+xml,' in shown
    one.goods = "inspected"
    session.commit()
    assert support.get(f"{where}/label").status_code == 404


def test_who_has_nothing_to_do_with_returns_makes_none(
    app: Flask, session: Session, order: Order, now: datetime
) -> None:
    session.add(StaffRole(key="desk", name="Desk", permissions=["orders"], created_at=now))
    session.flush()
    clerk = browser(app, member(session, now, "desk"))
    assert steps_of(order) not in clerk.get(f"/staff/orders/{order.ref}").text
    assert clerk.get(steps_of(order)).status_code == 403
