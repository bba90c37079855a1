"""Messages whose answer was lost: asked first, then decided by what they are for; and reports in any order."""

from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from app.db import transaction
from app.notify.doubts import reconcile
from app.notify.kinds import Purpose
from app.notify.models import Message
from app.notify.outcomes import fault
from app.notify.receipts import merged, report
from app.notify.resolving import Asked, Doubt, Resolution, resolve
from app.notify.services import hear
from app.returns.withdrawal import Statement, state_withdrawal
from app.returns.withdrawal_matching import receive
from tests.notify.build import NOON, Recorder, an_office
from tests.notify.test_sending import at, go

FOUND, ABSENT, SILENT = Asked.FOUND, Asked.ABSENT, Asked.SILENT
NEWS, RECEIPT, CODE = Purpose.NEWS, Purpose.RECEIPT, Purpose.CODE
TABLE = [
    (NEWS, 1, True, False, ABSENT, Resolution.SEND),
    (NEWS, 1, False, False, ABSENT, Resolution.WAIT),
    (NEWS, 359, False, False, SILENT, Resolution.WAIT),
    (NEWS, 360, False, False, SILENT, Resolution.GIVE_UP),
    (RECEIPT, 1, True, False, ABSENT, Resolution.SEND),
    (RECEIPT, 9, False, False, SILENT, Resolution.WAIT),
    (RECEIPT, 10, False, False, SILENT, Resolution.SEND_COPY),
    (RECEIPT, 10, False, True, SILENT, Resolution.GIVE_UP),
    (CODE, 1, True, False, ABSENT, Resolution.GIVE_UP),
    (CODE, 1, True, False, SILENT, Resolution.GIVE_UP),
]


@pytest.mark.parametrize(("purpose", "minutes", "alive", "copy", "asked", "wanted"), TABLE)
def test_each_class_has_its_way(
    purpose: Purpose, minutes: int, alive: bool, copy: bool, asked: Asked, wanted: Resolution
) -> None:
    doubt = Doubt(purpose, NOON, alive, copy)
    assert resolve(doubt, asked, now=NOON + timedelta(minutes=minutes)) is wanted


def test_what_is_found_is_never_sent_again() -> None:
    for purpose, alive, copy in product(Purpose, (True, False), (True, False)):
        doubt = Doubt(purpose, NOON, alive, copy)
        assert resolve(doubt, FOUND, now=NOON + timedelta(days=1)) is Resolution.ADOPT


def test_a_receipt_in_doubt_gets_one_copy_that_says_so(committed: sessionmaker[Session]) -> None:
    lost = [fault("smtp", "no_answer"), fault("smtp", "no_answer")]
    mailer = Recorder("mailer", lag_seconds=None, faults=lost, keeps_on_fault=True)
    office = an_office(mailer)
    with committed() as session, transaction(session):
        stated = Statement("Ana Ruiz", "no such order", "ana@example.com", "es", form_key="f1")
        said = state_withdrawal(session, stated, now=NOON)
        receive(session, limit=9, now=NOON)
        hear(session, limit=9, now=NOON, office=office)
    moment = NOON
    for _ in range(40):
        go(committed, office, moment)
        moment += timedelta(minutes=2)
        reconcile(committed, office, clock=at(moment))
    first, second = mailer.sent
    assert said.ref in first.text and said.ref in second.text
    assert "Esto es copia" in second.text and "Esto es copia" not in first.text
    with committed() as session:
        assert session.execute(select(Message.state, Message.reason)).all() == [("failed", "in_doubt")]


def test_a_lease_that_ends_before_the_call_began_is_simply_given_back(committed: sessionmaker[Session]) -> None:
    office = an_office()
    with committed() as session, transaction(session):
        state_withdrawal(session, Statement("Ana", "x", "ana@example.com", "es", form_key="f2"), now=NOON)
        receive(session, limit=9, now=NOON)
        hear(session, limit=9, now=NOON, office=office)
        left = {"state": "sending", "attempt_token": "t", "lease_until": NOON, "attempts": 1}
        session.execute(update(Message).values(left))
    reconcile(committed, office, clock=at(NOON + timedelta(minutes=1)))
    with committed() as session:
        assert session.execute(select(Message.state, Message.attempts)).all() == [("created", 0)]


WORDS = ("queued", "sending", "sent", "undelivered", "delivered", "read")


@given(st.lists(st.sampled_from(WORDS), max_size=12), st.sampled_from(["sending", "in_doubt", "accepted"]))
def test_the_highest_rank_wins_whatever_the_order(words: list[str], start: str) -> None:
    def end(order: list[str]) -> tuple[str, int]:
        state, rank = start, 0
        for word in order:
            found = report("twilio", word)
            assert found is not None
            state, rank = merged(state, rank, found)
        return state, rank

    assert end(words) == end(sorted(words)) == end(words + words)
