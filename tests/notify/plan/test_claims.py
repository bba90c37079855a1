"""Each row is one worker's: eight at once never get the same, and who comes second sees what the first has done."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session, sessionmaker

from app.core.db import transaction
from app.notify.kinds import Channel
from app.notify.models import Attempt, Message
from app.notify.providers.callbacks import take_report
from app.notify.providers.ports import Accepted, Outgoing
from app.notify.providers.receipts import MessageReport
from app.notify.send import claim as sending
from app.notify.send import reconcile
from app.notify.send.claim import begin, end_accepted
from app.notify.send.outcomes import fault
from app.privacy import expiry
from app.privacy.expiry import expire
from tests.conftest import SECRET
from tests.notify.build import NOON, Recorder, a_mail_config, some_messages

Sessions = sessionmaker[Session]
CONFIG = a_mail_config(Recorder("mailer", lag_seconds=0))


def seconds(number: float) -> datetime:
    return NOON + timedelta(seconds=number)


def to_be_sent(session: Session) -> list[int]:
    ready = sending.prepare(session, Channel.EMAIL, limit=5, now=NOON, config=CONFIG)
    return [one.message_id for one in ready or []]


def to_be_asked(session: Session) -> list[int]:
    return [one.message_id for one in reconcile.claim_doubts(session, now=NOON, config=CONFIG)]


def to_be_taken_up(session: Session) -> list[int]:
    reconcile.expire_leases(session, now=NOON, config=CONFIG)
    return list(session.scalars(select(Message.id).where(Message.state == "created", Message.lease_until.is_(None))))


def to_be_forgotten(session: Session) -> list[int]:
    expire(session, key=SECRET, now=NOON + timedelta(days=31))
    return list(session.scalars(select(Message.id).where(Message.recipient == "")))


OLD = {"state": "accepted"}
WAITING = {"state": "created"}
IN_DOUBT = {"state": "in_doubt", "attempt_token": "t", "lease_until": NOON, "provider": "mailer"}


@pytest.mark.parametrize(("claim", "state"), [(to_be_sent, WAITING), (to_be_asked, IN_DOUBT), (to_be_forgotten, OLD)])
def test_of_eight_at_once_no_two_get_the_same_row(
    committed: Sessions, monkeypatch: pytest.MonkeyPatch, claim: Callable[[Session], list[int]], state: dict[str, Any]
) -> None:
    monkeypatch.setattr(reconcile, "BATCH", 5)
    monkeypatch.setattr(expiry, "BATCH", 5)
    with committed() as session, transaction(session):
        made = some_messages(session, 40, **state)
        session.add_all([Attempt(message_id=one.id, token="t", provider="mailer", started_at=NOON) for one in made])
    everyone = Barrier(8, timeout=60)

    def work(_number: int) -> list[int]:
        with committed() as session, transaction(session):
            session.execute(text("set local lock_timeout = '2s'"))
            everyone.wait()
            ids = claim(session)
            # Nobody commits before all have claimed.
            everyone.wait()
            return ids

    with ThreadPoolExecutor(8) as pool:
        claimed = [one for ids in pool.map(work, range(8)) for one in ids]
    assert sorted(claimed) == [one.id for one in made]


def second_comes_meanwhile(
    sessions: Sessions, first: Callable[[Session], object], second: Callable[[Session], object]
) -> None:
    """``second`` begins while the transaction of ``first`` is open, and ends after it."""

    def late() -> None:
        with sessions() as session, transaction(session):
            second(session)

    waiting = text(
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
    )
    with sessions() as session, sessions() as looker, ThreadPoolExecutor(1) as pool:
        first(session)
        session.flush()
        running = pool.submit(late)
        while not running.done() and not looker.scalar(waiting):
            looker.execute(text("select pg_sleep(0.01)"))
        session.commit()
        running.result()


def begun(sessions: Sessions, **state: Any) -> sending.Ready:
    """Two messages whose calls have begun; gives the first as it was claimed."""
    values = {"state": "sending", "provider": "mailer", "lease_until": seconds(20), "attempts": 1}
    with sessions() as session, transaction(session):
        for number in (2, 1):
            (one,) = some_messages(session, 1, **(values | {"attempt_token": f"t{number}"} | state))
            session.add(Attempt(message_id=one.id, token=f"t{number}", provider="mailer", started_at=NOON))
    return sending.Ready(one.id, "t1", "mailer", Outgoing("r", Channel.EMAIL, "ana@example.com", "text"))


def reported(session: Session, word: str, *, by: str = "our reference") -> None:
    reference = session.scalar(select(Message.public_id).where(Message.attempt_token == "t1")) or ""
    if by == "our reference":
        named = {"reference": reference, "provider_id": ""}
    else:
        named = {"reference": "", "provider_id": "their-name"}
    news = MessageReport(word=word, event_id=word, code=None, at=NOON, **named)
    take_report(session, provider="twilio", news=news)


def ends(sessions: Sessions) -> list[tuple[Any, ...]]:
    with sessions() as session:
        return [
            tuple(row) for row in session.execute(select(Message.state, Message.rank).order_by(Message.attempt_token))
        ]


@pytest.mark.parametrize("by", ["our reference", "their name"])
def test_two_reports_at_once_are_taken_one_after_the_other(committed: Sessions, by: str) -> None:
    begun(committed, state="accepted")
    with committed() as session, transaction(session):
        mine = update(Message).where(Message.attempt_token == "t1")
        session.execute(mine.values(provider="twilio", provider_id="their-name"))
    second_comes_meanwhile(committed, lambda s: reported(s, "delivered", by=by), lambda s: reported(s, "sent", by=by))
    assert ends(committed) == [("delivered", 40), ("accepted", 0)]
    with committed() as session:
        receipts = session.scalars(select(Message.receipts).order_by(Message.attempt_token)).first()
    assert [one["word"] for one in receipts or []] == ["delivered", "sent"]


def test_a_failure_does_not_undo_a_report_that_came_first(committed: Sessions) -> None:
    ready = begun(committed)

    def failed(session: Session) -> None:
        sending.record(session, ready, fault("sendgrid", "400"), now=NOON, config=CONFIG)

    second_comes_meanwhile(committed, lambda s: reported(s, "delivered"), failed)
    assert ends(committed) == [("delivered", 40), ("sending", 0)]


def test_a_reconciler_does_not_undo_a_report_that_came_first(committed: Sessions) -> None:
    begun(committed, state="in_doubt", lease_until=NOON)
    with committed() as session, transaction(session):
        session.execute(update(Attempt).values(absent_at=seconds(-20)))
    with committed() as session, transaction(session):
        opened = reconcile.claim_doubts(session, now=NOON, config=CONFIG)

    def absent(session: Session) -> None:
        for one in opened:
            reconcile.apply(session, one, {one.lost.reference: None}, now=NOON)

    second_comes_meanwhile(committed, lambda s: reported(s, "delivered"), absent)
    assert ends(committed) == [("delivered", 40), ("created", 0)]


def test_what_is_being_recorded_is_not_taken_up(committed: Sessions) -> None:
    ready = begun(committed)

    def recorded(session: Session) -> None:
        end_accepted(session, Accepted("mailer", "id-1"), message_id=ready.message_id, token="t1", now=NOON)

    second_comes_meanwhile(
        committed, recorded, lambda s: reconcile.take_over(s, Channel.EMAIL, now=NOON, config=CONFIG)
    )
    assert ends(committed) == [("accepted", 0), ("in_doubt", 0)]


def test_what_begins_at_this_moment_is_not_given_back(committed: Sessions) -> None:
    ready = begun(committed)
    with committed() as session, transaction(session):
        session.execute(text("delete from attempt"))

    def begins(session: Session) -> None:
        assert begin(session, message_id=ready.message_id, token="t1", now=NOON)

    second_comes_meanwhile(committed, begins, lambda s: reconcile.take_over(s, Channel.EMAIL, now=NOON, config=CONFIG))
    assert ends(committed) == [("sending", 0), ("created", 0)]


def test_what_was_given_back_at_this_moment_does_not_begin(committed: Sessions) -> None:
    ready = begun(committed)
    with committed() as session, transaction(session):
        session.execute(text("delete from attempt"))
    tried: list[bool] = []

    def begins(session: Session) -> None:
        tried.append(begin(session, message_id=ready.message_id, token="t1", now=NOON))

    second_comes_meanwhile(committed, lambda s: reconcile.take_over(s, Channel.EMAIL, now=NOON, config=CONFIG), begins)
    assert tried == [False] and ends(committed) == [("created", 0), ("created", 0)]
