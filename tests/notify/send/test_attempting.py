"""Each statement about a call touches the message of that call alone, and only while the claim is its own."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.notify.models import Attempt, Message
from app.notify.providers.ports import Accepted
from app.notify.send.claim import begin, end_accepted, end_failed, give_back
from app.notify.send.outcomes import fault
from tests.notify.build import NOON, some_messages

LATER = NOON + timedelta(seconds=1)
ACTIONS: dict[str, Callable[[Session, int, str], object]] = {
    "begin": lambda session, one, token: begin(session, message_id=one, token=token, now=LATER),
    "give_back": lambda session, one, token: give_back(session, message_id=one, token=token, now=LATER),
    "accepted": lambda session, one, token: end_accepted(
        session, Accepted("mailer", "m-1"), message_id=one, token=token, now=LATER
    ),
    "failed": lambda session, one, token: end_failed(
        session, fault("mailer", "http_500"), message_id=one, token=token, now=LATER
    ),
}
# What the action leaves behind: the message's state, and how its calls ended.
LEFT = {
    "begin": ("sending", ["open", "open"]),
    "give_back": ("created", ["not_begun"]),
    "accepted": ("accepted", ["accepted"]),
    "failed": ("sending", ["http_500"]),
}


def standing(session: Session, message: Message) -> tuple[str, list[str]]:
    session.expire_all()
    calls = select(Attempt).where(Attempt.message_id == message.id).order_by(Attempt.id)
    return message.state, [one.code or one.outcome or "open" for one in session.scalars(calls)]


@pytest.fixture
def two(session: Session) -> tuple[Message, Message]:
    """Two messages on their way, each claimed by somebody and called about once."""
    claimed = {"state": "sending", "provider": "mailer", "lease_until": NOON + timedelta(minutes=1), "attempts": 1}
    mine, other = some_messages(session, 2, **claimed)
    mine.attempt_token, other.attempt_token = "mine", "other"
    for one in (mine, other):
        session.add(Attempt(message_id=one.id, token=one.attempt_token, provider="mailer", started_at=NOON))
    session.flush()
    return mine, other


@pytest.mark.parametrize("action", ACTIONS)
def test_it_concerns_one_message(session: Session, two: tuple[Message, Message], action: str) -> None:
    mine, other = two
    ACTIONS[action](session, mine.id, "mine")
    assert standing(session, mine) == LEFT[action]
    assert standing(session, other) == ("sending", ["open"])
    assert (other.lease_until, other.provider_id) == (NOON + timedelta(minutes=1), None)


@pytest.mark.parametrize("action", ["begin", "give_back", "accepted"])
def test_who_lost_the_claim_changes_nothing(session: Session, two: tuple[Message, Message], action: str) -> None:
    ACTIONS[action](session, two[0].id, "stale")
    assert [standing(session, one) for one in two] == [("sending", ["open"]), ("sending", ["open"])]
