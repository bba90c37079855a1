"""Each change of a setting is a version: who made it, what it changed, and any of them can be brought back."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.models import AuditRow
from app.brands import versions
from app.brands.differences import Difference, differences
from app.brands.versions import SettingKind, SettingPlace
from app.core.db import do_last_acts
from app.core.errors import Conflict, Fault, Invalid, NotFound

ADA, BEN = "ada@shop.example", "ben@shop.example"


def check(document: Mapping[str, Any]) -> dict[str, Any]:
    """A greeting has words."""
    if not document.get("words"):
        raise Invalid([Fault("/words", "Write something.")])
    return {"words": str(document["words"])}


GREETING = SettingPlace("demo", SettingKind("greeting", check, usual=lambda _: {"words": "Hello"}), "door")


def test_nobody_has_changed_it_yet(session: Session) -> None:
    assert versions.live(session, GREETING) is None
    assert versions.history(session, GREETING) == []


def test_the_newest_version_is_in_force_and_the_one_before_is_not_forgotten(session: Session, now: datetime) -> None:
    for words in ("Hi", "Good day"):
        versions.save(session, GREETING, {"words": words}, by=ADA, now=now)
    newest, before = versions.history(session, GREETING)
    assert (newest.number, newest.state, newest.document, newest.made_by) == (2, "live", {"words": "Good day"}, ADA)
    assert (before.number, before.state, before.document) == (1, "replaced", {"words": "Hi"})
    assert versions.all_live(session, "demo", GREETING.kind) == {"door": {"words": "Good day"}}


def test_what_says_the_same_makes_no_version(session: Session, now: datetime) -> None:
    first = versions.save(session, GREETING, {"words": "Hi"}, by=ADA, now=now)
    assert versions.save(session, GREETING, {"words": "Hi"}, by=BEN, now=now).id == first.id


def test_what_the_room_refuses_is_not_put_in_force(session: Session, now: datetime) -> None:
    with pytest.raises(Invalid, match="Write something"):
        versions.save(session, GREETING, {"words": ""}, by=ADA, now=now)
    assert versions.live(session, GREETING) is None


def test_of_two_who_changed_the_same_version_the_second_is_told(session: Session, now: datetime) -> None:
    versions.save(session, GREETING, {"words": "Hi"}, by=ADA, expected=0, now=now)
    with pytest.raises(Conflict, match="Somebody else has changed this"):
        versions.save(session, GREETING, {"words": "Hey"}, by=BEN, expected=0, now=now)


def test_an_earlier_version_is_brought_back_as_a_new_one(session: Session, now: datetime) -> None:
    versions.save(session, GREETING, {"words": "Hi"}, by=ADA, now=now)
    versions.save(session, GREETING, {"words": "Hey"}, by=ADA, now=now)
    back = versions.restore(session, GREETING, 1, by=BEN, now=now + timedelta(hours=1))
    assert (back.number, back.restores, back.document) == (3, 1, {"words": "Hi"})


def test_the_usual_comes_back_too(session: Session, now: datetime) -> None:
    versions.save(session, GREETING, {"words": "Hi"}, by=ADA, now=now)
    assert versions.restore(session, GREETING, 0, by=ADA, now=now).document is None
    assert versions.all_live(session, "demo", GREETING.kind) == {}


def test_a_version_that_never_was_cannot_be_brought_back(session: Session, now: datetime) -> None:
    with pytest.raises(NotFound, match="no version 7 of demo/greeting/door"):
        versions.restore(session, GREETING, 7, by=ADA, now=now)


def test_a_proposal_waits_for_a_second_person(session: Session, now: datetime) -> None:
    versions.save(session, GREETING, {"words": "Hi"}, by=ADA, now=now)
    proposal = versions.propose(session, GREETING, {"words": "Hey"}, by=ADA, now=now)
    with pytest.raises(Conflict, match="Somebody else has to approve"):
        versions.approve(session, GREETING, proposal.number, by=ADA, now=now)
    assert versions.all_live(session, "demo", GREETING.kind) == {"door": {"words": "Hi"}}
    versions.approve(session, GREETING, proposal.number, by=BEN, now=now)
    assert versions.all_live(session, "demo", GREETING.kind) == {"door": {"words": "Hey"}}
    assert versions.proposed(session, GREETING) is None


def test_a_proposal_takes_back_nothing_that_was_put_in_force_after_it(session: Session, now: datetime) -> None:
    proposal = versions.propose(session, GREETING, {"words": "Hey"}, by=ADA, now=now)
    versions.save(session, GREETING, {"words": "Hi"}, by=ADA, now=now)
    with pytest.raises(Conflict, match="put in force since"):
        versions.approve(session, GREETING, proposal.number, by=BEN, now=now)
    assert versions.all_live(session, "demo", GREETING.kind) == {"door": {"words": "Hi"}}
    versions.withdraw(session, GREETING, proposal.number, by=BEN, now=now)


def test_a_newer_proposal_takes_the_place_of_the_one_that_waits(session: Session, now: datetime) -> None:
    first = versions.propose(session, GREETING, {"words": "Hi"}, by=ADA, now=now)
    second = versions.propose(session, GREETING, {"words": "Hey"}, by=ADA, now=now)
    waiting = versions.proposed(session, GREETING)
    assert waiting is not None
    assert waiting.number == second.number
    with pytest.raises(Conflict, match="waits for nobody"):
        versions.approve(session, GREETING, first.number, by=BEN, now=now)


def test_what_was_withdrawn_can_no_longer_be_approved(session: Session, now: datetime) -> None:
    proposal = versions.propose(session, GREETING, {"words": "Hi"}, by=ADA, now=now)
    versions.withdraw(session, GREETING, proposal.number, by=ADA, now=now)
    for decide in (versions.approve, versions.withdraw):
        with pytest.raises(Conflict, match="waits for nobody"):
            decide(session, GREETING, proposal.number, by=BEN, now=now)


def test_what_is_in_force_is_written_where_its_room_reads_it(session: Session, now: datetime) -> None:
    applied: list[Any] = []
    kind = SettingKind(
        "greeting", check, apply=lambda _, brand, name, document: applied.append((brand, name, document))
    )
    place = SettingPlace("demo", kind)
    versions.save(session, place, {"words": "Hi"}, by=ADA, now=now)
    proposal = versions.propose(session, place, {"words": "Hey"}, by=ADA, now=now)
    assert applied == [("demo", "", {"words": "Hi"})]
    versions.approve(session, place, proposal.number, by=BEN, now=now)
    versions.restore(session, place, 0, by=ADA, now=now)
    assert applied[1:] == [("demo", "", {"words": "Hey"}), ("demo", "", None)]


def test_the_trail_names_the_places_that_changed_and_not_what_they_say(session: Session, now: datetime) -> None:
    versions.save(session, GREETING, {"words": "Hi"}, by=ADA, now=now)
    do_last_acts(session)
    row = session.scalars(select(AuditRow).where(AuditRow.action == "setting.saved")).one()
    assert (row.actor, row.subject) == (f"staff:{ADA}", "demo/greeting/door")
    assert row.detail == {"version": 1, "changed": ["words"]}


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ({"a": 1}, {"a": 1}, []),
        (None, {"a": 1}, [Difference("a", None, 1)]),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}}, [Difference("a.c", 2, 3)]),
        ({"a": ["x"]}, {"a": ["x", "y"]}, [Difference("a", ["x"], ["x", "y"])]),
        (
            {"a": [{"b": 1}]},
            {"a": [{"b": 2}, {"b": 3}]},
            [Difference("a.1.b", 1, 2), Difference("a.2", None, {"b": 3})],
        ),
    ],
)
def test_differences_are_told_place_by_place(
    before: dict[str, Any] | None, after: dict[str, Any], changes: list[Difference]
) -> None:
    assert differences(before, after) == changes
