"""The money of a return in the console: the next step of each odd arrival, another amount, no refund, more pieces."""

from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.models import AuditRow
from app.core.clock import utcnow
from app.events.models import DomainEvent
from app.orders.models import Order
from app.returns import services
from app.returns.models import Refund, Return
from app.returns.refunds.reckoning import settled
from tests.returns.stage import delivered_order
from tests.returns.story import asked, beside, booked, missing, money, some, unasked


@pytest.fixture
def order(session: Session) -> Order:
    """Two shirts of 19.90, a mug and a scarf; another order's paid return stands beside."""
    beside(session, now=utcnow())
    return delivered_order(session, now=utcnow())


@pytest.fixture
def due(session: Session, order: Order) -> Return:
    """Both shirts are here, and 39.80 is due."""
    return_ = asked(session, order, now=utcnow())
    booked(session, return_, some("1", 2), now=utcnow())
    session.commit()
    return return_


def page(client: FlaskClient, return_: Return) -> str:
    return client.get(f"/staff/returns/{return_.ref}").text


def address(return_: Return, rest: str) -> str:
    return f"/staff/returns/{return_.ref}/{rest}"


def events(session: Session, return_: Return) -> list[str]:
    mine = select(DomainEvent.kind).where(DomainEvent.return_id == return_.id).order_by(DomainEvent.id)
    return list(session.scalars(mine))


def test_a_refund_is_paid_with_another_amount_and_a_reason(support: FlaskClient, session: Session, due: Return) -> None:
    [refund] = due.refunds
    path = address(due, f"refunds/{refund.id}/amount")
    assert f'href="{path}"' in page(support, due)
    assert "39.80" in support.get(path).text
    assert support.post(path, data={"amount": "30,00", "reason": "Worn at the collar"}).status_code == 303
    session.expire_all()
    assert money(due) == [("void", 3980), ("due", 3000)]
    assert "refund.changed" in events(session, due)
    text = page(support, due)
    assert "€30.00" in text and "Worn at the collar" in text and "Void" in text
    row = session.scalars(select(AuditRow).where(AuditRow.action == "refund.changed")).one()
    assert (row.detail["amount"], row.subject, "Worn" in str(row.detail)) == (3000, due.ref, False)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Write an amount"), ("x", "Write an amount"), ("-1", "Write an amount"), ("1.999", "Write an amount"),
        ("65.76", "Between €0.00, which is paid already, and €65.75, which is left of the order."),
    ],
)  # fmt: skip
def test_no_amount_outside_what_was_paid_is_taken(
    support: FlaskClient, session: Session, due: Return, typed: str, words: str
) -> None:
    path = address(due, "amount")
    answer = support.post(path, data={"amount": typed, "reason": "why"})
    assert (answer.status_code, words in answer.text) == (422, True)
    assert f'value="{typed}"' in answer.text or not typed
    session.expire_all()
    assert money(due) == [("due", 3980)]


def test_an_amount_needs_a_reason(support: FlaskClient, session: Session, due: Return) -> None:
    answer = support.post(address(due, "amount"), data={"amount": "10", "reason": " "})
    assert answer.status_code == 422 and "Write something here." in answer.text and 'value="10"' in answer.text
    assert settled(due) == 3980


def test_the_same_form_sent_twice_is_one_action(support: FlaskClient, session: Session, due: Return) -> None:
    sent = {"amount": "10", "reason": "Agreed", "seen": due.changed_at.isoformat()}
    answers = [support.post(address(due, "amount"), data=sent).status_code for _ in range(2)]
    assert answers == [303, 409]
    session.expire_all()
    assert money(due) == [("void", 3980), ("due", 1000)]
    assert len(due.adjustments) == 1


def test_a_refund_is_made_void_with_a_reason(support: FlaskClient, session: Session, due: Return) -> None:
    [refund] = due.refunds
    path = address(due, f"refunds/{refund.id}/void")
    assert support.post(path, data={"reason": ""}).status_code == 422
    assert support.post(path, data={"reason": "Paid in the shop"}).status_code == 303
    session.expire_all()
    assert money(due) == [("void", 3980)]
    text = page(support, due)
    assert "Paid in the shop" in text and "Nothing is due for what came." in text
    assert support.get(path).location == f"/staff/returns/{due.ref}", "void already: nothing to ask"
    assert support.get(address(due, "refunds/999999/void")).status_code == 404


def test_another_returns_refund_is_not_at_this_ones_address(
    support: FlaskClient, session: Session, due: Return
) -> None:
    other = session.scalars(select(Refund).where(Refund.return_id != due.id)).one()
    for rest in ("amount", "void", "payment", "approval"):
        assert support.post(address(due, f"refunds/{other.id}/{rest}"), data={"amount": "1"}).status_code == 404


def test_pieces_that_came_beside_are_added_and_priced(support: FlaskClient, session: Session, order: Order) -> None:
    return_ = asked(session, order, ("1", 1, "colour"), now=utcnow())
    booked(session, return_, some("1", 2), now=utcnow())
    session.commit()
    path = address(return_, "lines")
    form = support.get(path).text
    assert 'name="units-1"' in form and "at most 1 unit" in form
    for wrong, words in (
        ({"reason": "both"}, "Say how many"), ({"units-1": "1"}, "Write something here."),
        ({"units-1": "2", "reason": "both"}, "more than was sold"), ({"units-1": "x", "reason": "b"}, "Say how many"),
    ):  # fmt: skip
        answer = support.post(path, data=wrong)
        assert (answer.status_code, words in answer.text) == (422, True), wrong
    late = support.post(path, data={"units-1": "1", "reason": "Both came", "seen": "2026-01-01T00:00:00+00:00"})
    assert (late.status_code, "no longer possible" in late.text) == (409, True)
    seen = {"seen": return_.changed_at.isoformat()}
    assert support.post(path, data={"units-1": "1", "reason": "Both came"} | seen).status_code == 303
    assert support.post(path, data={"units-1": "1", "reason": "Both came"} | seen).status_code in (409, 422)
    session.expire_all()
    assert sum(line.quantity for line in return_.lines) == 2
    assert settled(return_) == 3980


def test_rejected_goods_go_back_by_a_action(support: FlaskClient, session: Session, order: Order) -> None:
    return_ = unasked(session, order, some("1", 1), now=utcnow())
    services.reject(session, return_.id, by="eva", reason="Worn", now=utcnow())
    session.commit()
    text = page(support, return_)
    assert "Next: send the items back to the customer." in text
    path = address(return_, "sending-back")
    assert f'href="{path}"' in text
    assert support.get(path).status_code == 200
    assert support.post(path).status_code == 303
    session.expire_all()
    assert return_.goods == "sent_back" and "Nothing is left to do." in page(support, return_)
    assert support.get(path).location == f"/staff/returns/{return_.ref}"


def test_each_odd_arrival_says_what_is_odd_and_what_is_next(
    support: FlaskClient, session: Session, order: Order
) -> None:
    now = utcnow()
    empty = asked(session, order, ("1", 1, "colour"), now=now)
    booked(session, empty, missing("1", 1), now=now)
    stranger = unasked(session, order, some("2", 1), now=now)
    cancelled = asked(session, order, ("1", 1, "colour"), now=now)
    services.cancel(session, cancelled.id, by="customer", now=now)
    booked(session, cancelled, some("1", 1), some(None, description="A blue mug"), now=now)
    session.commit()
    for return_, odd in (
        (empty, "Nothing of what was announced is inside"),
        (stranger, "Nobody approved this return"),
        (cancelled, "Something that was not announced."),
    ):
        text = page(support, return_)
        assert odd in text and "Next: decide on it." in text, odd
        assert address(return_, "approval") in text and address(return_, "rejection") in text
        assert address(return_, "amount") in text
    assert {row.ref for row in (empty, stranger, cancelled)} <= set(
        session.scalars(select(Return.ref).where(Return.decision == "needs_review"))
    )
    lists = support.get("/staff/work/undecided").text
    assert all(return_.ref in lists for return_ in (empty, stranger, cancelled))


@pytest.mark.parametrize(
    ("items", "headline"),
    [
        ([some("1", 2)], "All of it is here."),
        ([some("1", 1)], "1 unit is still to come."),
        ([missing("1", 2)], "Nothing of what was announced is here."),
        ([some("1", 1), missing("1", 1)], "1 announced unit is not here."),
        ([some("1", 2), some(None, description="Blue mug")], "All of it is here, and more than was announced."),
    ],
)
def test_all_of_it_is_here_only_when_it_is(
    support: FlaskClient,
    session: Session,
    order: Order,
    items: list,
    headline: str,  # type: ignore[type-arg]
) -> None:
    return_ = asked(session, order, now=utcnow())
    row = booked(session, return_, *items, now=utcnow())
    session.commit()
    text = support.get(f"/staff/warehouse/returns/{return_.ref}/receipts/{row.idempotency_key}").text
    assert headline in text
    assert ("All of it is here." in text) is (headline == "All of it is here.")
    assert "Missing · Missing" not in text


def test_a_refusal_is_said_in_words(support: FlaskClient, session: Session, due: Return, now: datetime) -> None:
    services.pay_refund(session, due.refunds[0].id, reference="TR-1", by="eva", now=utcnow())
    due.decision, due.goods = "needs_review", "inspected"
    session.commit()
    answer = support.post(address(due, "rejection"), data={"reason": "No"})
    assert (answer.status_code, "Money of this return is paid already" in answer.text) == (409, True)
