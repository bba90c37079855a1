"""Nothing of a person is logged at any time, and nothing of them is said to anybody once they were erased."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.tokens import new_key, seal
from tests.conftest import SECRET
from tests.logged import Written, written_out
from tests.notify.build import an_order
from tests.privacy.canaries import CANARIES, EMAIL, NAME, PHONE, TRACKING, settle
from tests.privacy.late import arrive
from tests.privacy.outside import OTHER, Outside, go_round, outside
from tests.privacy.scan import found
from tests.privacy.test_erasure import erase

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
EVERYBODY = {"sendgrid", "smtp", "twilio", "webhooks", "pictures", "carriers", "labels", "codes"}
# What each of them is told before, as far as it is a canary's.
TOLD = {"sendgrid": EMAIL, "smtp": EMAIL, "twilio": PHONE, "webhooks": NAME, "labels": NAME, "codes": EMAIL}
TOLD |= {"pictures": CANARIES["engraved"]}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[Outside]:
    with outside(monkeypatch) as everyone:
        yield everyone


@pytest.fixture
def written() -> Iterator[Written]:
    with written_out() as written:
        yield written


def canaries_in(words: str) -> list[str]:
    """Which of them stand in it."""
    return [name for name, canary in CANARIES.items() if canary.casefold() in words]


def open_everything(session: Session) -> None:
    """Labels, pictures and webhooks wait; an opt-out keeps no text back."""
    secret = [seal(SECRET, new_key())]
    session.execute(text("update webhook_subscription set sealed_secrets = :secret"), {"secret": secret})
    session.execute(text("delete from suppression"))
    session.commit()


def let_labels_wait(session: Session) -> None:
    """A label is to be made once more."""
    session.execute(text("update return_label set made_at = null, tries = 0, next_try_at = :now"), {"now": NOW})
    session.commit()


def test_nothing_is_logged_and_after_the_erasure_nothing_is_said(
    app: Flask, session: Session, world: Outside, written: Written, tmp_path: Path
) -> None:
    sessions = app.extensions["database"].sessions
    settle(session, now=NOW)
    open_everything(session)
    let_labels_wait(session)
    world.breaks = True
    go_round(session, sessions, world, now=NOW + timedelta(minutes=1))
    world.breaks = False
    go_round(session, sessions, world, now=NOW + timedelta(hours=2))
    assert world.called() == EVERYBODY
    for who, canary in TOLD.items():
        assert any(canary.casefold() in words for whom, words in world.calls if whom == who), who

    let_labels_wait(session)
    erase(session, tmp_path / "erasures.ledger", now=NOW + timedelta(hours=3))
    world.calls.clear()
    an_order(session, OTHER, now=NOW + timedelta(hours=3))
    assert arrive(session, since=NOW + timedelta(hours=4)) >= 40
    let_labels_wait(session)
    for hours in (5, 8, 30):
        go_round(session, sessions, world, now=NOW + timedelta(hours=hours))
    # Others are still written to, and what happens to the goods is still told.
    assert {"sendgrid", "smtp", "webhooks", "carriers"} <= world.called()
    assert any("ana@example.com" in words for who, words in world.calls if who == "sendgrid")
    assert any(TRACKING in words for who, words in world.calls if who == "carriers")
    assert [(who, names) for who, words in world.calls if (names := canaries_in(words))] == []
    assert found(session, CANARIES.values()) == []
    assert_logged_and_silent(written)


def assert_logged_and_silent(written: Written) -> None:
    """Each of those who broke off is in the log, and nobody of whom they spoke, in either of its forms."""
    events = {line["event"] for line in written.events()}
    broke = {"a sender broke", "a delivery broke off", "a carrier's answer cannot be taken", "a label was not made"}
    assert broke | {"a code may have been sent"} <= events
    assert all(event in written.as_lines.getvalue() for event in broke)
    assert canaries_in(written.text()) == []
