"""Asking for a return and deciding on it, on the database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from app.brands.models import Brand
from app.core.errors import Conflict, Invalid, NotFound
from app.events.models import DomainEvent
from app.orders.models import Order
from app.returns.models import Return, ReturnLine
from app.returns.policy.eligibility import Eligibility
from app.returns.policy.policy import Method
from app.returns.policy.reasons import ReasonGroup
from app.returns.policy.rules import RuleAnswer
from app.returns.services import (
    ReturnRefused,
    approve,
    cancel,
    eligibility,
    expire_overdue,
    quote,
    reject,
    request_return,
)
from app.returns.states import Decision, GoodsState
from app.tracking.models import Shipment
from tests.returns.stage import asking, delivered_order


@pytest.fixture
def order(session: Session, now: datetime) -> Order:
    return delivered_order(session, now=now)


def kinds(session: Session, return_: Return) -> list[str]:
    statement = select(DomainEvent.kind).where(DomainEvent.return_id == return_.id).order_by(DomainEvent.id)
    return list(session.scalars(statement))


def test_eligibility_reads_delivery_policy_and_earlier_returns(session: Session, order: Order, now: datetime) -> None:
    request_return(session, order.id, asking(("1", 1, "too_small")), by="customer", now=now)
    answer: Eligibility = eligibility(session, order.id, now=now)
    assert [(line.line_id, line.left, line.allowed) for line in answer.lines] == [
        ("1", 1, True),
        ("2", 1, True),
        ("3", 1, True),
    ]
    scarf = answer.lines[2]
    assert scarf.groups[ReasonGroup.CHANGED_MIND].answer is RuleAnswer.NO
    assert scarf.open_groups == (ReasonGroup.DAMAGED, ReasonGroup.WRONG_ITEM)
    assert [finding.code for finding in scarf.obstacles] == ["final_sale"]


def test_a_brands_own_policy_counts(session: Session, order: Order, now: datetime) -> None:
    session.get_one(Brand, order.brand_key).policy = {"final_sale": "yes", "window_days": 60}
    session.flush()
    assert eligibility(session, order.id, now=now).lines[2].groups[ReasonGroup.CHANGED_MIND].answer is RuleAnswer.YES


def test_an_unknown_order_is_not_found(session: Session, now: datetime) -> None:
    with pytest.raises(NotFound):
        eligibility(session, 999_999, now=now)


def test_the_policys_yes_approves_at_once_with_label_and_deadline(
    session: Session, order: Order, now: datetime
) -> None:
    return_ = request_return(session, order.id, asking(("1", 2, "too_small")), by="customer", now=now)
    assert (return_.decision, return_.goods, return_.decided_by) == (Decision.APPROVED, GoodsState.AWAITING, "policy")
    assert return_.deadline == date(2026, 12, 7), "14 days end on a Sunday"
    parcel = session.get_one(Shipment, return_.shipment_id)
    assert (parcel.direction, parcel.number, parcel.carrier) == ("return", return_.label_number, return_.carrier)
    assert [line.quantity for line in parcel.lines] == [2]
    assert kinds(session, return_) == ["return.requested", "return.approved", "return.label_ready"]
    assert return_.quote["total"] == 3980 == return_.lines[0].refund


def test_what_the_policy_doubts_waits_for_a_person(session: Session, now: datetime) -> None:
    order = delivered_order(session, now=now, days_ago=31)
    return_ = request_return(session, order.id, asking(("2", 1, "colour")), by="customer", now=now)
    assert return_.decision == Decision.NEEDS_REVIEW
    assert [finding["code"] for finding in return_.verdict["findings"]] == ["window_grace"]
    assert return_.label_number is None
    approve(session, return_.id, by="ana", now=now)
    assert (return_.decision, return_.decided_by) == (Decision.APPROVED, "ana")
    assert kinds(session, return_)[-1] == "return.label_ready"


def test_a_refusal_names_every_fault_in_words_and_leaves_nothing(session: Session, order: Order, now: datetime) -> None:
    request = asking(("1", 3, "too_small"), ("3", 1, "better_price"), ("9", 1, "colour"))
    with pytest.raises(ReturnRefused) as refused:
        request_return(session, order.id, request, by="customer", now=now)
    assert [(fault.pointer, fault.detail) for fault in refused.value.faults] == [
        ("/lines/0/quantity", "There aren't that many left to return."),
        ("/lines/1", "It was sold without return for a change of mind."),
        ("/lines/2/line", "That item isn't in this order."),
    ]
    assert isinstance(refused.value, Invalid)
    assert session.scalar(select(func.count()).select_from(Return)) == 0


def test_staff_may_override_the_policy_with_a_reason_but_not_the_quantities(
    session: Session, order: Order, now: datetime
) -> None:
    with pytest.raises(ReturnRefused):
        request_return(session, order.id, asking(("3", 2, "colour")), by="ana", now=now, override="kindness")
    return_ = request_return(session, order.id, asking(("3", 1, "colour")), by="ana", now=now, override="kindness")
    assert (return_.decision, return_.decided_by, return_.decision_reason) == (Decision.APPROVED, "ana", "kindness")
    assert [finding["code"] for finding in return_.verdict["findings"]] == ["final_sale"]


def test_the_amount_shown_is_the_amount_promised(session: Session, order: Order, now: datetime) -> None:
    with pytest.raises(Conflict):
        request_return(session, order.id, asking(("1", 1, "colour"), shown_total=1), by="customer", now=now)
    assert (
        request_return(session, order.id, asking(("1", 1, "colour"), shown_total=1990), by="customer", now=now).quote[
            "total"
        ]
        == 1990
    )


def test_pickup_costs_unless_the_shop_is_at_fault(session: Session, order: Order, now: datetime) -> None:
    day = (now + timedelta(days=2)).date()
    bored = quote(session, order.id, asking(("1", 1, "better_price"), method=Method.PICKUP, pickup_on=day), now=now)
    broken = quote(session, order.id, asking(("1", 1, "defective"), method=Method.PICKUP, pickup_on=day), now=now)
    assert (bored.total, broken.total) == (1990 - 395, 1990)


def test_all_back_within_the_legal_period_refunds_the_delivery_once(
    session: Session, order: Order, now: datetime
) -> None:
    broken_scarf = ("3", 1, "defective")
    part = request_return(session, order.id, asking(("1", 2, "colour"), broken_scarf), by="customer", now=now)
    rest = request_return(session, order.id, asking(("2", 1, "colour")), by="customer", now=now)
    assert part.quote["total"] == 3980 + 900
    assert rest.quote["total"] == 1200 + 495
    cancel(session, part.id, by="customer", now=now)
    again = quote(session, order.id, asking(("1", 2, "colour"), broken_scarf), now=now)
    assert again.total == 3980 + 900, "the delivery is promised by the other return already"


def test_cancelling_frees_the_items_and_voids_the_label(session: Session, order: Order, now: datetime) -> None:
    return_ = request_return(session, order.id, asking(("1", 2, "colour")), by="customer", now=now)
    cancel(session, return_.id, by="customer", now=now)
    cancel(session, return_.id, by="customer", now=now)
    assert return_.decision == Decision.CANCELLED
    assert session.get_one(Shipment, return_.shipment_id).state == "cancelled"
    assert kinds(session, return_).count("return.cancelled") == 1
    assert eligibility(session, order.id, now=now).lines[0].left == 2


def test_a_rejected_return_says_why_and_cannot_be_cancelled(session: Session, now: datetime) -> None:
    order = delivered_order(session, now=now, days_ago=32)
    return_ = request_return(session, order.id, asking(("1", 2, "colour")), by="customer", now=now)
    reject(session, return_.id, by="ana", reason="worn", now=now)
    assert (return_.decision, return_.decision_reason) == (Decision.REJECTED, "worn")
    with pytest.raises(Conflict):
        cancel(session, return_.id, by="customer", now=now)


def test_what_is_not_handed_over_expires_and_can_be_approved_again_while_free(
    session: Session, order: Order, now: datetime
) -> None:
    return_ = request_return(session, order.id, asking(("1", 2, "colour")), by="customer", now=now)
    assert expire_overdue(session, limit=10, now=now + timedelta(days=16)) == 0, "a day of grace for every zone"
    assert expire_overdue(session, limit=10, now=now + timedelta(days=17)) == 1
    assert return_.decision == Decision.EXPIRED
    first = return_.label_number
    approve(session, return_.id, by="ana", now=now + timedelta(days=18))
    assert return_.decision == Decision.APPROVED
    assert return_.label_number != first


def test_an_expired_return_cannot_come_back_when_its_items_are_in_another(
    session: Session, order: Order, now: datetime
) -> None:
    return_ = request_return(session, order.id, asking(("1", 2, "colour")), by="customer", now=now)
    expire_overdue(session, limit=10, now=now + timedelta(days=17))
    request_return(session, order.id, asking(("1", 1, "colour")), by="customer", now=now + timedelta(days=17))
    with pytest.raises(Conflict):
        approve(session, return_.id, by="ana", now=now + timedelta(days=18))


def test_parallel_requests_never_return_more_than_was_bought(committed: sessionmaker[Session], now: datetime) -> None:
    with committed() as session:
        order_id = delivered_order(session, now=now).id

    def ask(_number: int) -> bool:
        with committed() as session:
            try:
                request_return(session, order_id, asking(("1", 1, "colour")), by="customer", now=now)
            except ReturnRefused:
                return False
            session.commit()
            return True

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(12)))
    assert answers.count(True) == 2
    with committed() as session:
        assert session.scalar(select(func.sum(ReturnLine.quantity))) == 2


@pytest.mark.parametrize(
    "action",
    [
        lambda session, return_, now: approve(session, return_.id, by="ana", now=now),
        lambda session, return_, now: reject(session, return_.id, by="ana", reason="usado", now=now),
        lambda session, return_, now: cancel(session, return_.id, by="ana", now=now),
    ],
    ids=["approved", "rejected", "cancelled"],
)
def test_what_is_decided_twice_stays_as_it_was_decided_first(
    session: Session, order: Order, now: datetime, action: Callable[[Session, Return, datetime], object]
) -> None:
    return_ = request_return(session, order.id, asking(("1", 1, "colour")), by="customer", now=now)
    seen = []
    for days in (0, 3):
        action(session, return_, now + timedelta(days=days))
        session.flush()
        times = (return_.deadline, return_.decided_at, return_.cancelled_at, return_.changed_at)
        seen.append((times, return_.shipment_id, kinds(session, return_)))
    assert seen[0] == seen[1]
