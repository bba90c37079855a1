"""Messages whose answer was lost: asked first, then decided by what they are for; and reports in any order."""

from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from app.core.db import transaction
from app.notify.kinds import Purpose
from app.notify.models import Message
from app.notify.providers.receipts import merged, report
from app.notify.send.doubt import (
    Choice,
    Doubt,
    DoubtResolution,
    ProviderLookup,
    counts_as_absent,
    first_look,
    next_look,
    resolve,
)
from app.notify.send.outcomes import fault
from app.notify.send.reconcile import reconcile
from app.returns.withdrawal.matching import receive
from app.returns.withdrawal.statement import WithdrawalStatement, state_withdrawal
from tests.conftest import SECRET
from tests.notify.build import NOON, Recorder, a_mail_config
from tests.notify.send.test_sending import at, go
from tests.rounds import heard

FOUND, ABSENT, SILENT = ProviderLookup.FOUND, ProviderLookup.ABSENT, ProviderLookup.SILENT
NEWS, RECEIPT, CODE = Purpose.NEWS, Purpose.RECEIPT, Purpose.CODE
AGAIN, LEAVE = Choice.SEND_AGAIN, Choice.LEAVE
LAG, LATER = timedelta(seconds=120), NOON + timedelta(seconds=120)


def doubt(purpose: Purpose = NEWS, choice: Choice = AGAIN, **more: Any) -> Doubt:
    """A doubt since noon about a provider that cannot be asked, unless it has a lag."""
    return Doubt(purpose, NOON, more.pop("lag", None), choice, **more)


# Where nobody can be asked: purpose, choice, repeats so far, whether the provider said anything; seconds, what follows.
UNASKED = [
    (NEWS, AGAIN, 0, False, 59, DoubtResolution.WAIT),
    (NEWS, AGAIN, 0, False, 60, DoubtResolution.REPEAT),
    (NEWS, AGAIN, 1, False, 119, DoubtResolution.WAIT),
    (NEWS, AGAIN, 1, False, 120, DoubtResolution.REPEAT),
    (NEWS, AGAIN, 2, False, 599, DoubtResolution.WAIT),
    (NEWS, AGAIN, 2, False, 600, DoubtResolution.GIVE_UP),
    (NEWS, AGAIN, 2, True, 600, DoubtResolution.REPEAT),
    (NEWS, AGAIN, 4, True, 7200, DoubtResolution.REPEAT),
    (NEWS, AGAIN, 5, True, 7200, DoubtResolution.GIVE_UP),
    (NEWS, LEAVE, 0, False, 59, DoubtResolution.WAIT),
    (NEWS, LEAVE, 0, False, 60, DoubtResolution.GIVE_UP),
    (NEWS, LEAVE, 0, True, 60, DoubtResolution.GIVE_UP),
    (RECEIPT, LEAVE, 0, False, 59, DoubtResolution.WAIT),
    (RECEIPT, LEAVE, 0, False, 60, DoubtResolution.REPEAT_AS_COPY),
    (RECEIPT, AGAIN, 1, False, 120, DoubtResolution.GIVE_UP),
    (RECEIPT, AGAIN, 1, True, 120, DoubtResolution.REPEAT_AS_COPY),
    (CODE, AGAIN, 0, False, 0, DoubtResolution.GIVE_UP),
]


@pytest.mark.parametrize(("purpose", "choice", "repeats", "answered", "seconds", "expected"), UNASKED)
def test_where_nobody_can_be_asked_its_class_and_the_shop_decide(
    purpose: Purpose, choice: Choice, repeats: int, answered: bool, seconds: int, expected: DoubtResolution
) -> None:
    case = doubt(purpose, choice, repeats=repeats, answered=answered)
    assert resolve(case, SILENT, now=NOON + timedelta(seconds=seconds)) is expected


def test_who_cannot_be_asked_is_looked_at_when_its_pause_ends() -> None:
    for repeats, minutes in enumerate((1, 2, 10, 30, 120, 120)):
        case, end = doubt(repeats=repeats), NOON + timedelta(minutes=minutes)
        assert first_look(case) == next_look(case, now=NOON) == end
        assert next_look(case, now=end) == end + timedelta(seconds=10)


@pytest.mark.parametrize("purpose", [NEWS, RECEIPT])
def test_absent_counts_when_it_is_said_twice_after_the_lag(purpose: Purpose) -> None:
    case = doubt(purpose, LEAVE, lag=LAG)
    assert first_look(case) == NOON + timedelta(seconds=30)
    assert next_look(case, now=NOON + timedelta(seconds=30)) == LATER
    assert next_look(case, now=LATER) == LATER + timedelta(seconds=10)
    assert not counts_as_absent(case, ABSENT, now=LATER - timedelta(seconds=1))
    assert counts_as_absent(case, ABSENT, now=LATER) and not counts_as_absent(case, SILENT, now=LATER)
    assert resolve(case, ABSENT, now=LATER) is DoubtResolution.WAIT
    once = replace(case, absent_at=LATER)
    assert not counts_as_absent(once, ABSENT, now=LATER + timedelta(seconds=10))
    assert resolve(once, ABSENT, now=LATER + timedelta(seconds=9)) is DoubtResolution.WAIT
    assert resolve(once, ABSENT, now=LATER + timedelta(seconds=10)) is DoubtResolution.SEND


# Who could be asked and does not answer is asked again for long, then counts as one who cannot.
SILENCE = [
    (NEWS, AGAIN, 360, DoubtResolution.REPEAT),
    (NEWS, LEAVE, 360, DoubtResolution.GIVE_UP),
    (RECEIPT, LEAVE, 10, DoubtResolution.REPEAT_AS_COPY),
]


@pytest.mark.parametrize(("purpose", "choice", "minutes", "expected"), SILENCE)
def test_who_does_not_answer_is_asked_again_for_long(
    purpose: Purpose, choice: Choice, minutes: int, expected: DoubtResolution
) -> None:
    case, end = doubt(purpose, choice, lag=LAG), NOON + timedelta(minutes=minutes)
    assert resolve(case, SILENT, now=end - timedelta(seconds=1)) is DoubtResolution.WAIT
    assert resolve(case, SILENT, now=end) is expected


def test_what_is_found_is_never_sent_again() -> None:
    for purpose, choice, lag, repeats in product(Purpose, Choice, (None, LAG), (0, 5)):
        case = doubt(purpose, choice, lag=lag, repeats=repeats)
        assert resolve(case, FOUND, now=NOON + timedelta(days=1)) is DoubtResolution.ADOPT


def test_a_receipt_in_doubt_gets_one_copy_that_says_so(committed: sessionmaker[Session]) -> None:
    lost = [fault("smtp", "no_answer"), fault("smtp", "no_answer")]
    mailer = Recorder("mailer", lag_seconds=None, faults=lost, keeps_on_fault=True)
    config = a_mail_config(mailer)
    with committed() as session, transaction(session):
        stated = WithdrawalStatement("Ana Ruiz", "no such order", "ana@example.com", "es", form_key="f1")
        withdrawal = state_withdrawal(session, stated, now=NOON)
        receive(session, limit=9, key=SECRET, now=NOON)
        heard(session, limit=9, now=NOON, config=config)
    moment = NOON
    for _ in range(40):
        go(committed, config, moment)
        moment += timedelta(minutes=2)
        reconcile(committed, config, clock=at(moment))
    first, second = mailer.sent
    assert withdrawal.ref in first.text and withdrawal.ref in second.text
    assert "Esta es una copia" in second.text and "Esta es una copia" not in first.text
    with committed() as session:
        assert session.execute(select(Message.state, Message.reason)).all() == [("failed", "in_doubt")]


WORDS = ("queued", "sending", "sent", "undelivered", "delivered", "read")


@given(st.lists(st.sampled_from(WORDS), max_size=12), st.sampled_from(["sending", "in_doubt", "accepted"]))
def test_the_highest_rank_wins_whatever_the_order(words: list[str], start: str) -> None:
    def end(order: list[str]) -> tuple[str, int]:
        state, rank = start, 0
        for word in order:
            meaning = report("twilio", word)
            assert meaning is not None
            state, rank = merged(state, rank, meaning)
        return state, rank

    assert end(words) == end(sorted(words)) == end(words + words)
