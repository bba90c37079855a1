"""What a crash or a lost answer left behind: taken up in time, asked in rounds, each row by one reconciler only."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session, sessionmaker

from app.core.db import transaction
from app.events import inbox
from app.events.models import InboxRow
from app.notify.kinds import Channel
from app.notify.models import Attempt, Message
from app.notify.providers.ports import SendFailed
from app.notify.send import reconcile as doubts
from app.notify.send.config import MailConfig
from app.notify.send.outcomes import fault
from app.notify.send.reconcile import expire_leases, reconcile, take_over
from app.notify.send.rests import begin_rest, resting
from tests.notify.build import NOON, Recorder, a_mail_config, some_messages
from tests.notify.send.test_sending import at

Sessions = sessionmaker[Session]
MINUTE = timedelta(minutes=1)


def seconds(number: float) -> datetime:
    return NOON + timedelta(seconds=number)


def left(sessions: Sessions, *states: str, begun: Sequence[bool] = (), provider: str = "mailer", **more: Any) -> None:
    """A message in each of these states, claimed at noon; ``begun``: which of them had their call begun."""
    with sessions() as session, transaction(session):
        for number, state in enumerate(states):
            values = {"state": state, "attempt_token": f"t{number}", "attempts": 1, "provider": provider}
            (one,) = some_messages(session, 1, **{"lease_until": seconds(60), **values, **more})
            if begun[number] if begun else True:
                session.add(Attempt(message_id=one.id, token=f"t{number}", provider=provider, started_at=NOON))


def rows(sessions: Sessions, *columns: str) -> list[tuple[Any, ...]]:
    with sessions() as session:
        query = select(*(getattr(Message, name) for name in columns)).order_by(Message.id)
        return [tuple(row) for row in session.execute(query)]


def expire(sessions: Sessions, now: datetime, config: MailConfig) -> None:
    with sessions() as session, transaction(session):
        expire_leases(session, now=now, config=config)


def test_what_was_claimed_and_never_begun_waits_again_when_its_lease_ends(committed: Sessions) -> None:
    states = ("sending", "skipped", "failed", "created", "accepted", "in_doubt")
    left(committed, *states, begun=[False] * 6)
    expire(committed, seconds(59), a_mail_config())
    assert [row[0] for row in rows(committed, "state")] == list(states)
    expire(committed, seconds(60), a_mail_config())
    assert rows(committed, "state", "attempts", "next_try_at", "lease_until")[0] == ("created", 0, seconds(60), None)
    assert [row[0] for row in rows(committed, "state")][1:] == list(states[1:])
    with committed() as session:
        sends = "select task_name from procrastinate_jobs where status = 'todo' and task_name like 'send%'"
        jobs = session.scalars(text(sends)).all()
    assert list(jobs) == ["send_mails"]


def test_what_was_begun_and_never_recorded_is_in_doubt_and_looked_at_when_it_is_of_use(committed: Sessions) -> None:
    left(committed, "sending")
    left(committed, "sending", lease_until=seconds(61))
    left(committed, "sending", provider="gone")
    expire(committed, seconds(60), a_mail_config(Recorder("mailer", lag_seconds=120)))
    # After a quarter of the lag of its provider; of one that is no longer configured, after the pause.
    assert rows(committed, "state", "reason", "lease_until") == [
        ("in_doubt", "no_outcome", seconds(30)),
        ("sending", None, seconds(61)),
        ("in_doubt", "no_outcome", seconds(60)),
    ]


def test_the_next_drain_takes_over_at_once_what_a_dead_one_left_in_its_channel(committed: Sessions) -> None:
    left(committed, "sending", "sending", "accepted", begun=[False, True, True])
    left(committed, "sending", begun=[False], channel="sms")
    with committed() as session, transaction(session):
        take_over(session, Channel.EMAIL, now=seconds(1), config=a_mail_config())
    assert [row[0] for row in rows(committed, "state")] == ["created", "in_doubt", "accepted", "sending"]


def in_doubt(sessions: Sessions, number: int, *, provider: str = "mailer", **more: Any) -> None:
    left(sessions, *["in_doubt"] * number, provider=provider, **{"lease_until": seconds(0), **more})


def test_all_that_is_due_is_asked_in_rounds_and_what_is_not_due_takes_no_place(
    committed: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doubts, "BATCH", 2)
    mailer = Recorder("mailer", asked_at_once=2)
    in_doubt(committed, 3, lease_until=seconds(1))
    in_doubt(committed, 5)
    assert reconcile(committed, a_mail_config(mailer), clock=at(seconds(0))) == 5
    assert sorted(len(question) for question in mailer.lookups) == [1, 2, 2]
    assert {row[0] for row in rows(committed, "lease_until")[:3]} == {seconds(1)}
    assert reconcile(committed, a_mail_config(mailer), clock=at(seconds(0))) == 0


def test_a_reconciler_is_bounded_in_time(committed: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doubts, "BATCH", 1)
    in_doubt(committed, 3)
    assert reconcile(committed, a_mail_config(), clock=at(seconds(0)), seconds=0) == 0


def test_one_question_stands_for_messages_of_one_provider_only(committed: Sessions) -> None:
    mailer, second = Recorder("mailer"), Recorder("second")
    in_doubt(committed, 2)
    in_doubt(committed, 1, provider="second")
    in_doubt(committed, 1, provider="gone")
    reconcile(committed, a_mail_config(mailer, second=second), clock=at(seconds(0)))
    assert [len(question) for question in mailer.lookups + second.lookups] == [2, 1]


REFUSALS = [SendFailed(fault("sendgrid", "429")), RuntimeError("a fault of the sender's own")]


@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_provider_that_does_not_answer_is_asked_again_in_a_moment(committed: Sessions, refusal: Exception) -> None:
    mailer = Recorder("mailer", mute=refusal)
    in_doubt(committed, 1)
    reconcile(committed, a_mail_config(mailer), clock=at(seconds(0)))
    assert rows(committed, "state", "lease_until") == [("in_doubt", seconds(10))]


def test_who_is_left_out_of_an_answer_is_asked_for_again(committed: Sessions) -> None:
    class Vague(Recorder):
        def find(self, lost: Any) -> Any:
            super().find(lost)
            return {}

    mailer = Vague("mailer")
    in_doubt(committed, 2)
    reconcile(committed, a_mail_config(mailer), clock=at(seconds(0)))
    assert rows(committed, "state", "lease_until") == [("in_doubt", seconds(10))] * 2


def test_a_killed_reconciler_puts_its_messages_off_by_twenty_seconds_at_most(committed: Sessions) -> None:
    in_doubt(committed, 1)
    with committed() as session, transaction(session):
        assert len(doubts.claim_doubts(session, now=seconds(0), config=a_mail_config())) == 1
    for moment, number in ((0, 0), (19, 0), (20, 1)):
        with committed() as session, transaction(session):
            assert len(doubts.claim_doubts(session, now=seconds(moment), config=a_mail_config())) == number


SETTLED = [{"state": "delivered"}, {"state": "accepted"}, {"state": "failed"}, {"attempt_token": "another"}]


@pytest.mark.parametrize("meanwhile", SETTLED)
def test_what_was_settled_meanwhile_is_not_opened_again(committed: Sessions, meanwhile: dict[str, str]) -> None:
    in_doubt(committed, 2)
    with committed() as session, transaction(session):
        session.execute(update(Attempt).values(absent_at=seconds(-10)))
        opened = doubts.claim_doubts(session, now=seconds(0), config=a_mail_config())
        session.execute(update(Message).where(Message.id == opened[0].message_id).values(meanwhile))
    with committed() as session, transaction(session):
        for one in opened:
            doubts.apply(session, one, {each.lost.reference: None for each in opened}, now=seconds(0))
    settled, other = rows(committed, "state", "attempt_token")
    assert settled == (meanwhile.get("state", "in_doubt"), meanwhile.get("attempt_token", "t0"))
    assert other == ("created", "t1")


def test_a_provider_taken_out_of_the_settings_rests_no_more(committed: Sessions) -> None:
    with committed() as session, transaction(session):
        for name in ("mailer", "gone"):
            begin_rest(session, name, fault("sendgrid", "401"), now=NOON)
    reconcile(committed, a_mail_config(), clock=at(NOON))
    with committed() as session:
        assert set(resting(session)) == {"mailer"}


@pytest.mark.parametrize(("code", "answered"), [("503", True), (None, False), ("no_answer", False)])
def test_whether_the_provider_said_anything_is_remembered(
    committed: Sessions, code: str | None, answered: bool
) -> None:
    left(committed, "in_doubt")
    with committed() as session, transaction(session):
        session.execute(update(Attempt).values(code=code))
        (open_doubt,) = doubts.claim_doubts(session, now=seconds(60), config=a_mail_config(Recorder("mailer")))
    assert open_doubt.doubt.answered is answered


UNREAD = {"endpoint": "messages:mailer", "state": "new", "attempts": 1}


@pytest.mark.parametrize(
    ("delivery", "waits"),
    [
        (UNREAD, True),
        (UNREAD | {"attempts": 3}, True),
        (UNREAD | {"attempts": 4}, False),  # it cannot be understood, and may never be
        (UNREAD | {"state": "done"}, False),
        (UNREAD | {"endpoint": "messages:second"}, False),
        (UNREAD | {"received_at": seconds(60)}, True),
        (UNREAD | {"received_at": seconds(60.1)}, False),  # there is always a newer one where much is sent
    ],
)
def test_nothing_is_sent_again_while_a_report_of_its_provider_lies_unread(
    committed: Sessions, delivery: dict[str, Any], waits: bool
) -> None:
    config = a_mail_config(Recorder("mailer", lag_seconds=None))
    in_doubt(committed, 1, purpose="news", repeats=0)
    with committed() as session, transaction(session):
        key = {"delivery_key": "1", "headers": {}, "body": b"[]", "now": NOON}
        inbox.store(session, endpoint=delivery["endpoint"], **key)
        session.execute(update(InboxRow).values(delivery))
    reconcile(committed, config, clock=at(seconds(60)))
    assert rows(committed, "state", "repeats") == [("in_doubt", 0) if waits else ("created", 1)]
    if waits:
        assert rows(committed, "lease_until") == [(seconds(70),)]
        with committed() as session, transaction(session):
            session.execute(update(InboxRow).values(state="done"))
        reconcile(committed, config, clock=at(seconds(70)))
        assert rows(committed, "state", "repeats") == [("created", 1)]
