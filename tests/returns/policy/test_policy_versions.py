"""A policy has versions, and an order goes by the one that it was bought under, or by a kinder one."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.audit import trail
from app.brands import versions
from app.brands.models import Brand, SettingVersion
from app.core.errors import Conflict, Fault, Invalid
from app.orders.models import Order
from app.orders.services import whole_order
from app.returns.models import Return
from app.returns.policy.eligibility import GroupAnswer
from app.returns.policy.quote import read_basis
from app.returns.policy.reasons import ReasonGroup
from app.returns.policy.rules import RuleAnswer
from app.returns.policy.stored.bought import bought_under
from app.returns.policy.stored.kind import bring_back, checked_policy, place_of, put_policy
from app.returns.services import request_return
from tests.returns.stage import asking, delivered_order

ADA, BEN = "ada@shop.example", "ben@shop.example"


def answer_for(session: Session, order: Order, now: datetime) -> GroupAnswer:
    session.expire_all()
    basis = read_basis(session, whole_order(session, order.id), now=now)
    return basis.eligibility.lines[0].groups[ReasonGroup.CHANGED_MIND]


def window(session: Session, days: int, *, now: datetime, by: str = ADA, **more: Any) -> None:
    put_policy(session, "demo", {"window_days": days, "grace_days": 0} | more, by=by, now=now)


def test_a_stricter_policy_does_not_judge_what_was_bought_before_it(session: Session, now: datetime) -> None:
    order = delivered_order(session, now=now, days_ago=25)
    window(session, 20, now=now - timedelta(days=2))
    assert answer_for(session, order, now).answer is RuleAnswer.YES, "the usual thirty days held then"
    newer = delivered_order(session, now=now, days_ago=25, number="1002", placed_at=now.isoformat())
    newer.created_at = now
    session.commit()
    assert answer_for(session, newer, now).answer is RuleAnswer.NO


def test_a_kinder_policy_holds_for_what_was_bought_before_it_too(session: Session, now: datetime) -> None:
    window(session, 10, now=now - timedelta(days=90))
    order = delivered_order(session, now=now, days_ago=25)
    assert answer_for(session, order, now).answer is RuleAnswer.NO
    window(session, 60, now=now - timedelta(days=1))
    answer = answer_for(session, order, now)
    assert answer.answer is RuleAnswer.YES
    assert (answer.until or now.date()) > now.date()


def test_an_order_goes_by_a_version_and_its_return_says_which(session: Session, now: datetime) -> None:
    window(session, 40, now=now - timedelta(days=90))
    order = delivered_order(session, now=now, days_ago=20)
    window(session, 10, now=now - timedelta(days=1))
    assert bought_under(session, whole_order(session, order.id)).number == 1
    request_return(session, order.id, asking(("1", 1, "too_small")), by="customer", now=now)
    return_ = session.scalars(select(Return)).one()
    assert (return_.verdict["answer"], return_.verdict["policy"]) == ("yes", 1)


def test_what_was_approved_is_in_force_from_then_on_and_not_from_when_it_was_proposed(
    session: Session, now: datetime
) -> None:
    place = place_of("demo")
    proposal = versions.propose(session, place, {"window_days": 5}, by=ADA, now=now - timedelta(days=9))
    versions.approve(session, place, proposal.number, by=BEN, now=now - timedelta(days=3))
    assert versions.in_force_at(session, place, now - timedelta(days=5)) is None
    in_force = versions.in_force_at(session, place, now)
    assert in_force is not None
    assert in_force.number == proposal.number


def test_a_rule_of_a_customer_s_history_reads_it(session: Session, now: datetime) -> None:
    rule = {
        "name": "often",
        "when": {"on": "returns", "at_least": 1, "days": 90},
        "then": {"do": "review"},
    }
    put_policy(session, "demo", {"rules": [rule]}, by=ADA, now=now - timedelta(days=90))
    order = delivered_order(session, now=now)
    other = delivered_order(session, now=now, number="1002")
    assert answer_for(session, other, now).answer is RuleAnswer.YES
    request_return(session, order.id, asking(("1", 1, "too_small")), by="customer", now=now)
    assert answer_for(session, other, now).answer is RuleAnswer.PERSON
    stranger = delivered_order(
        session, now=now, number="1003", customer={"id": "c", "name": "X", "email": "x@y.example"}
    )
    assert answer_for(session, stranger, now).answer is RuleAnswer.YES


def test_where_two_are_wanted_what_may_cost_money_is_proposed(session: Session, now: datetime) -> None:
    window(session, 30, now=now, second_person=True)
    version = put_policy(session, "demo", {"window_days": 90}, by=ADA, now=now)
    assert version.state == "proposed"
    assert session.get_one(Brand, "demo").policy["window_days"] == 30
    with pytest.raises(Conflict, match="Somebody else has to approve"):
        versions.approve(session, place_of("demo"), version.number, by=ADA, now=now)
    versions.approve(session, place_of("demo"), version.number, by=BEN, now=now)
    assert session.get_one(Brand, "demo").policy == {"window_days": 90}


def test_bringing_a_costly_version_back_takes_two_as_well(session: Session, now: datetime) -> None:
    window(session, 90, now=now)
    window(session, 30, now=now, second_person=True)
    assert bring_back(session, "demo", 1, by=ADA, now=now).state == "proposed"


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        ({"windw_days": 1}, "/windw_days"),
        ({"window_days": "soon"}, "/window_days"),
        ({"rules": [{"name": "a", "when": {"all": [{"on": "moon"}]}, "then": {"do": "allow"}}]}, "/rules/0/when/all/0"),
        (
            {"rules": [{"name": "a", "when": {"on": "country", "one_of": ["x"]}, "then": {"do": "allow"}}]},
            "/rules/0/when",
        ),
    ],
)
def test_a_fault_has_the_place_that_the_document_has(document: dict[str, Any], fault: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_policy(document)
    faults: list[Fault] = refused.value.faults
    assert [one.pointer for one in faults] == [fault]


def test_the_commands_know_versions(
    app: Flask, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trail.getpass, "getuser", lambda: "ada")
    run = app.test_cli_runner().invoke
    file = tmp_path / "policy.json"
    for days in (40, 50):
        file.write_text(json.dumps({"window_days": days, "second_person": True}))
        done = run(args=["portal", "policy", "set", str(file)])
    assert "Version 2 of the policy of demo waits for a second person" in done.output
    refused = run(args=["portal", "policy", "approve", "2"])
    assert (refused.exit_code, refused.output) == (2, "✗ Somebody else has to approve what you proposed.\n")
    monkeypatch.setattr(trail.getpass, "getuser", lambda: "ben")
    assert run(args=["portal", "policy", "approve", "2"]).exit_code == 0
    history = run(args=["portal", "policy", "history"]).output
    assert "2 live" in history
    assert "window_days" in history
    assert "50 days after it arrives" in run(args=["portal", "policy", "show", "--words"]).output


def test_a_version_that_no_release_understands_leaves_today_s_policy_alone(session: Session, now: datetime) -> None:
    window(session, 20, now=now - timedelta(days=90))
    order = delivered_order(session, now=now, days_ago=25)
    window(session, 30, now=now - timedelta(days=1))
    session.execute(
        update(SettingVersion).where(SettingVersion.number == 1).values(document={"window_days": "as long as it takes"})
    )
    assert bought_under(session, whole_order(session, order.id)).policy is None
    assert answer_for(session, order, now).answer is RuleAnswer.YES
