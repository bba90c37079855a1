"""Amounts of a policy have a currency: a limit in euros says nothing about pesos."""

from datetime import datetime, timedelta

import pytest
from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.brands.models import Brand
from app.core.errors import Conflict
from app.returns.policy.policy import DEFAULT_POLICY, Method, read_policy
from app.returns.policy.reasons import ReasonGroup
from app.returns.refunds.pay import approve_refund, pay_refund
from app.returns.services import eligibility, quote
from tests.returns.stage import asking, delivered_order
from tests.returns.story import asked, booked, some

OLD = {"fees": {"dropoff": 100, "pickup": 395}, "free_above": 9000, "review_above": 50_000, "second_person_above": None}


def test_bare_numbers_are_of_the_policys_own_currency() -> None:
    policy = read_policy(OLD)
    assert policy.fee_for(ReasonGroup.CHANGED_MIND, Method.PICKUP, "EUR") == 395
    assert policy.fee_for(ReasonGroup.DAMAGED, Method.PICKUP, "EUR") == 0
    assert policy.fee_for(ReasonGroup.CHANGED_MIND, Method.PICKUP, "JPY") == 0
    assert (policy.free_from("EUR"), policy.free_from("JPY")) == (9000, None)
    assert (policy.review_limit("EUR"), policy.review_limit("CLP")) == (50_000, 0)
    assert (policy.second_person_limit("EUR"), policy.second_person_limit("CLP")) == (None, None)
    pesos = read_policy(OLD | {"currency": "CLP"})
    assert (pesos.review_limit("CLP"), pesos.review_limit("EUR")) == (50_000, 0)


def test_a_table_says_an_amount_for_each_currency() -> None:
    policy = read_policy({"fees": {"pickup": {"EUR": 395, "JPY": 600}}, "review_above": {"KWD": 150_000}})
    fees = [policy.fee_for(ReasonGroup.CHANGED_MIND, Method.PICKUP, currency) for currency in ("EUR", "JPY", "KWD")]
    assert fees == [395, 600, 0]
    assert (policy.review_limit("KWD"), policy.review_limit("EUR")) == (150_000, 0)


@pytest.mark.parametrize("wrong", [{"euro": 1}, {"EUR": -1}, -1, {"EUR": {"x": 1}}])
def test_what_is_no_amount_is_refused(wrong: object) -> None:
    with pytest.raises(ValidationError):
        read_policy({"review_above": wrong})


def test_the_default_names_the_laws_days_and_its_amounts() -> None:
    policy = DEFAULT_POLICY
    assert (policy.window_days, policy.grace_days, policy.hand_over_days) == (30, 3, 14)
    assert (policy.conformity_days, policy.conformity_days_by_country, policy.assume_delivered_days) == (
        730,
        {"ES": 1095},
        21,
    )
    assert (policy.transit_days, policy.inspection_days, policy.draft_days) == (4, 2, 7)
    assert [policy.review_limit(currency) for currency in ("EUR", "GBP", "USD", "MXN", "JPY")] == [
        50_000, 45_000, 55_000, 1_000_000, 0,
    ]  # fmt: skip
    assert [policy.second_person_limit(currency) for currency in ("EUR", "CLP")] == [100_000, 0]
    assert [policy.fee_for(ReasonGroup.CHANGED_MIND, Method.PICKUP, currency) for currency in ("EUR", "MXN")] == [
        395,
        7_900,
    ]


@pytest.mark.parametrize(
    "bounds", [{"draft_days": 31}, {"transit_days": 61}, {"grace_days": 366}, {"hand_over_days": 91}]
)
def test_days_have_bounds(bounds: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        read_policy(bounds)
    assert read_policy({name: days - 1 for name, days in bounds.items()})


def test_in_a_currency_that_the_policy_does_not_know_the_way_is_free_and_people_decide(
    session: Session, now: datetime
) -> None:
    session.get_one(Brand, "demo").policy = OLD
    order = delivered_order(session, now=now, currency="JPY")
    answer = eligibility(session, order.id, now=now).lines[0].groups[ReasonGroup.CHANGED_MIND]
    assert dict(answer.fees) == {Method.DROPOFF: 0, Method.PICKUP: 0}
    request = asking(("1", 1, "colour"), method=Method.PICKUP, pickup_on=(now + timedelta(days=2)).date())
    offer = quote(session, order.id, request, now=now)
    assert (offer.total, [doubt.code for doubt in offer.evaluation.doubts]) == (1990, ["large_refund"])


def test_in_such_a_currency_every_payment_takes_two(session: Session, now: datetime) -> None:
    session.get_one(Brand, "demo").policy = {"review_above": None}
    return_ = asked(session, delivered_order(session, now=now, currency="JPY"), ("1", 1, "colour"), now=now)
    booked(session, return_, some("1"), now=now)
    (refund,) = return_.refunds
    with pytest.raises(Conflict):
        pay_refund(session, refund.id, reference="TR-1", by="ana", now=now)
    approve_refund(session, refund.id, by="bea", now=now)
    assert pay_refund(session, refund.id, reference="TR-1", by="ana", now=now).state == "paid"
