"""Support decides on returns and books refunds, each action once, with its reason and its row."""

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.audit.models import AuditRow
from app.brands.models import Brand
from app.events.models import DomainEvent
from app.orders.models import Order
from app.returns.models import Refund, Return, ReturnLine
from tests.returns.announced import a_return
from tests.returns.stage import delivered_order
from tests.staff.browsers import audited, browser, member

PAGE = "/staff/returns/7K2M9QXA"


@pytest.fixture
def refund(session: Session, waiting: Return, now: datetime) -> Refund:
    """39.80 that are due in three days."""
    waiting.decision, waiting.goods = "approved", "inspected"
    made = Refund(
        return_id=waiting.id,
        order_id=waiting.order_id,
        idempotency_key="k",
        state="due",
        amount=3980,
        currency="EUR",
        breakdown=waiting.quote,
        due_on=(datetime.now(now.tzinfo) + timedelta(days=3)).date(),
        created_at=now,
    )
    session.add(made)
    session.commit()
    return made


def test_the_page_gives_every_reason_of_the_policy(support: FlaskClient, waiting: Return) -> None:
    text = support.get(PAGE).text
    assert "The policy leaves it to a person" in text
    assert "The return period ended on Friday 20 November" in text
    assert "39.80" in text
    assert "7K2M9QXA" in support.get("/staff/returns?show=undecided").text
    assert "7K2M9QXA" not in support.get("/staff/returns?show=closed").text


def test_approving_asks_first_and_is_written_down(support: FlaskClient, session: Session, waiting: Return) -> None:
    assert "Approve the return" in support.get(f"{PAGE}/approval").text
    assert session.get_one(Return, waiting.id).decision == "needs_review"
    assert support.post(f"{PAGE}/approval").location == PAGE
    session.expire_all()
    assert (waiting.decision, waiting.decided_by) == ("approved", "support@shop.example")
    assert audited(session)[-1] == ("support@shop.example", "return.approved", "7K2M9QXA")
    assert support.get(f"{PAGE}/approval").location == PAGE


@pytest.mark.parametrize("goods", ["in_transit", "partly_received", "received", "inspected"])
def test_no_label_is_promised_for_a_parcel_that_has_left(
    support: FlaskClient, session: Session, waiting: Return, goods: str
) -> None:
    assert "The customer gets a label" in support.get(f"{PAGE}/approval").text
    waiting.goods = goods
    session.commit()
    page = support.get(f"{PAGE}/approval").text
    assert "There is no new label" in page and "The customer gets a label" not in page


def test_against_the_policy_a_reason_is_needed(support: FlaskClient, session: Session, waiting: Return) -> None:
    waiting.verdict = {"answer": "no", "findings": []}
    session.commit()
    assert support.post(f"{PAGE}/approval").status_code == 422
    assert support.post(f"{PAGE}/approval", data={"reason": "A regular"}).status_code == 303


def test_rejecting_needs_a_reason_and_tells_the_customer(
    support: FlaskClient, session: Session, waiting: Return
) -> None:
    assert support.post(f"{PAGE}/rejection", data={"reason": " "}).status_code == 422
    assert support.post(f"{PAGE}/rejection", data={"reason": "Worn"}).status_code == 303
    session.expire_all()
    assert (waiting.decision, waiting.decision_reason) == ("rejected", "Worn")
    assert "return.rejected" in session.scalars(select(DomainEvent.kind)).all()
    text = support.get(f"/staff/orders/{session.get_one(Order, waiting.order_id).ref}").text
    assert text.count("Rejected a return") == 1
    assert "Return rejected" not in text


def test_what_came_too_late_is_said(support: FlaskClient, session: Session, waiting: Return) -> None:
    waiting.decision = "cancelled"
    session.commit()
    answer = support.post(f"{PAGE}/rejection", data={"reason": "x"})
    assert answer.status_code == 409
    assert "no longer possible" in answer.text
    assert audited(session) == []


def test_a_refund_is_booked_once_with_its_reference(
    support: FlaskClient, session: Session, waiting: Return, refund: Refund
) -> None:
    path = f"{PAGE}/refunds/{refund.id}/payment"
    assert path in support.get(PAGE).text
    assert "days left" in support.get("/staff/work/refunds").text
    assert support.post(path, data={"reference": ""}).status_code == 422
    assert support.post(path, data={"reference": "TR-1"}).status_code == 303
    assert support.post(path, data={"reference": "TR-2"}).status_code == 409
    session.expire_all()
    assert (refund.state, refund.reference, refund.paid_by) == ("paid", "TR-1", "support@shop.example")
    row = session.scalars(select(AuditRow)).one()
    assert row.detail == {"amount": 3980, "currency": "EUR"}
    assert "TR-1" in support.get(PAGE).text


def test_a_large_refund_needs_two_people(
    app: Flask, support: FlaskClient, session: Session, waiting: Return, refund: Refund, now: datetime
) -> None:
    session.execute(update(Brand).values(policy={"second_person_above": 1000}))
    session.commit()
    pay, agree = (f"{PAGE}/refunds/{refund.id}/{action}" for action in ("payment", "approval"))
    assert agree in support.get(PAGE).text
    assert "Another person" in support.post(pay, data={"reference": "TR-1"}).text
    assert support.post(agree).status_code == 303
    alone = support.post(pay, data={"reference": "TR-1"})
    assert (alone.status_code, "You approved this refund (1 of 2)" in alone.text) == (409, True)
    other = browser(app, member(session, now, "support", "ines"))
    assert other.post(pay, data={"reference": "TR-1"}).status_code == 303
    assert [row[:2] for row in audited(session)] == [
        ("support@shop.example", "refund.approved"),
        ("ines@shop.example", "refund.paid"),
    ]


def test_a_refund_of_another_return_is_not_there(support: FlaskClient, waiting: Return) -> None:
    assert support.post(f"{PAGE}/refunds/99999/payment", data={"reference": "x"}).status_code == 404


def test_a_press_that_is_sent_twice_is_written_down_once(
    support: FlaskClient, session: Session, waiting: Return, refund: Refund
) -> None:
    money = f"{PAGE}/refunds/{refund.id}"
    for path, data in ((f"{money}/approval", {}), (f"{money}/payment", {"reference": "TR-1"})):
        assert [support.post(path, data=data).status_code for _ in range(2)] == [303, 303], path
    assert [row[1] for row in audited(session)] == ["refund.approved", "refund.paid"]


@pytest.mark.parametrize(
    ("page", "action"),
    [("approval", "return.approved"), ("rejection", "return.rejected"), ("cancellation", "return.cancelled")],
)
def test_so_is_a_decision(support: FlaskClient, session: Session, waiting: Return, page: str, action: str) -> None:
    assert [support.post(f"{PAGE}/{page}", data={"reason": "Worn"}).status_code for _ in range(2)] == [303, 303]
    assert [row[1] for row in audited(session)] == [action]


def test_the_list_says_what_comes_back_and_leads_to_the_order(
    support: FlaskClient, session: Session, waiting: Return
) -> None:
    page = support.get("/staff/returns").text
    line = session.get_one(Order, waiting.order_id).lines[0]
    assert f"2 × {line.title}" in page
    assert f'href="/staff/orders/{session.get_one(Order, waiting.order_id).ref}"' in page


def test_of_several_things_the_list_names_the_first_and_counts_the_others(
    support: FlaskClient, session: Session, now: datetime
) -> None:
    order = delivered_order(session, now=now)
    made = a_return(session, order, now)
    for line in order.lines[1:]:
        made.lines.append(
            ReturnLine(order_line_id=line.id, quantity=1, group="changed_mind", reason="too_small", refund=0)
        )
    session.commit()
    assert "2 × Camiseta and 2 more" in support.get("/staff/returns").text


@pytest.mark.parametrize(
    ("show", "words", "href"), [("here", "All returns", "/staff/returns"), ("", "All orders", "/staff/orders")]
)
def test_an_empty_list_of_returns_leads_on(support: FlaskClient, show: str, words: str, href: str) -> None:
    page = support.get(f"/staff/returns?show={show}").text
    assert re.search(rf'href="{href}"[^>]*>\s*{words}', page)


def test_a_withdrawal_is_never_offered_nor_taken_for_a_rejection(
    support: FlaskClient, session: Session, waiting: Return
) -> None:
    waiting.initiated_by = "withdrawal"
    session.commit()
    page = support.get(PAGE).text
    assert f"{PAGE}/approval" in page and f"{PAGE}/rejection" not in page
    assert "A withdrawal is a right and can't be rejected." in page
    assert "/rejection" not in support.get(f"/staff/orders/{session.get_one(Order, waiting.order_id).ref}").text
    assert support.get(f"{PAGE}/rejection").location == PAGE
    assert support.post(f"{PAGE}/rejection", data={"reason": "Too late"}).status_code == 409
    session.expire_all()
    assert waiting.decision == "needs_review"
