"""A draft policy tried over past returns, and put in force."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.brands.models import Brand
from app.core.clock import utcnow
from app.returns.policy.policy import Policy
from app.returns.policy.replay import replay
from app.returns.policy.rules import RuleAnswer
from app.returns.services import request_return
from tests.returns.stage import asking, delivered_order


def past_returns(session: Session, now: datetime) -> None:
    order = delivered_order(session, now=now, days_ago=20)
    request_return(session, order.id, asking(("1", 2, "too_small")), by="customer", now=now)
    request_return(session, order.id, asking(("3", 1, "defective")), by="customer", now=now)


def test_the_policy_in_force_changes_nothing(session: Session, now: datetime) -> None:
    past_returns(session, now)
    replays = list(replay(session, Policy(), brand="demo", since=now - timedelta(days=1)))
    assert len(replays) == 2
    assert not any(one.changed for one in replays), "each is judged without itself and without later ones"


def test_a_stricter_window_would_have_refused_a_change_of_mind_and_no_fault(session: Session, now: datetime) -> None:
    past_returns(session, now)
    draft = Policy(window_days=7, grace_days=0)
    first, second = replay(session, draft, brand="demo", since=now - timedelta(days=1))
    assert (first.before, first.after, first.codes) == (RuleAnswer.YES, RuleAnswer.NO, ("window_over",))
    assert (first.total_before, first.total_after) == (3980, 0)
    assert not second.changed


def test_the_commands_try_and_set_a_draft(app: Flask, session: Session, tmp_path: Path) -> None:
    past_returns(session, utcnow())
    file = tmp_path / "draft.json"
    file.write_text(json.dumps({"window_days": 7, "grace_days": 0}))
    run = app.test_cli_runner().invoke
    tried = run(args=["portal", "policy", "replay", str(file)])
    assert "2 returns, 1 would change; refunds -3980 in minor units." in tried.output
    assert session.get_one(Brand, "demo").policy == {}
    assert run(args=["portal", "policy", "set", str(file)]).exit_code == 0
    session.expire_all()
    assert session.get_one(Brand, "demo").policy == {"window_days": 7, "grace_days": 0}
    assert '"window_days": 7' in run(args=["portal", "policy", "show"]).output


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{", "not JSON"),
        ("[]", "a policy is a JSON object"),
        ('{"windw_days": 1}', "windw_days"),
        ('{"window_days": -1}', "window_days"),
    ],
)
def test_a_faulty_draft_is_refused_with_every_place(
    app: Flask, session: Session, tmp_path: Path, text: str, fault: str
) -> None:
    file = tmp_path / "draft.json"
    file.write_text(text)
    answer = app.test_cli_runner().invoke(args=["portal", "policy", "set", str(file)])
    assert answer.exit_code == 1
    assert fault in answer.output
