"""Who must not be written to: one recipient's word, through one channel, for one purpose, touches nobody else."""

import pytest
from sqlalchemy.orm import Session

from app.notify.inbound.inbound_sms import take_answer
from app.notify.kinds import Channel, Purpose
from app.notify.preferences.suppression import (
    ALL,
    NEWS,
    consents,
    is_suppressed,
    lift,
    recipient_key,
    say_consent,
    suppress,
    suppressed,
)
from tests.conftest import SECRET
from tests.notify.build import NOON, a_mail_config

CONFIG = a_mail_config()
ANA, BEA = "+34612345678", "+34612345679"


def key(number: str) -> bytes:
    return recipient_key(SECRET, Channel.SMS, number)


def texts(session: Session, number: str, words: str, *, at: int) -> None:
    details = {"provider": "twilio", "provider_id": f"{number}-{at}", "now": NOON, "config": CONFIG}
    take_answer(session, sender=number, text=words, **details)  # type: ignore[arg-type]


def stopped(session: Session, number: str) -> bool:
    return is_suppressed(session, channel=Channel.SMS, recipient_hash=key(number), purpose=Purpose.NEWS)


def test_one_customers_start_lifts_nobody_elses_stop(session: Session) -> None:
    for number in (ANA, BEA):
        texts(session, number, "STOP", at=1)
    texts(session, ANA, "START", at=2)
    assert (stopped(session, ANA), stopped(session, BEA)) == (False, True)
    assert consents(session, [key(ANA), key(BEA)]) == {key(ANA): True, key(BEA): False}


def test_one_customers_stop_stops_nobody_else(session: Session) -> None:
    say_consent(session, recipient_hash=key(BEA), agreed=True, wording="", locale="es", source="page", now=NOON)
    texts(session, ANA, "BAJA", at=1)
    assert (stopped(session, ANA), stopped(session, BEA)) == (True, False)
    assert consents(session, [key(ANA), key(BEA)]) == {key(ANA): False, key(BEA): True}


def test_the_newest_word_of_each_counts_whatever_others_say_between(session: Session) -> None:
    for at, (number, words) in enumerate([(ANA, "STOP"), (BEA, "STOP"), (ANA, "START"), (BEA, "STOP")]):
        texts(session, number, words, at=at)
    assert consents(session, [key(ANA), key(BEA)]) == {key(ANA): True, key(BEA): False}
    assert consents(session, [key(BEA)]) == {key(BEA): False}
    assert consents(session, []) == {}


@pytest.mark.parametrize("purpose", [ALL, NEWS])
def test_a_block_is_lifted_for_its_channel_and_purposes_alone(session: Session, purpose: str) -> None:
    block = {"source": "test", "now": NOON}
    for channel in Channel:
        for which in (ALL, NEWS):
            suppress(session, channel=channel, recipient_hash=key(ANA), purpose=which, **block)  # type: ignore[arg-type]
    lift(session, channel=Channel.SMS, recipient_hash=key(ANA), purposes=[purpose])
    left = {row[::2] for row in suppressed(session, [(channel, key(ANA)) for channel in Channel])}
    assert left == {("email", ALL), ("email", NEWS), ("sms", NEWS if purpose == ALL else ALL)}


def test_no_news_is_not_no_receipts(session: Session) -> None:
    suppress(session, channel="email", recipient_hash=key(ANA), purpose=NEWS, source="page", now=NOON)
    recipient = {"channel": "email", "recipient_hash": key(ANA)}
    assert is_suppressed(session, **recipient, purpose=Purpose.NEWS)  # type: ignore[arg-type]
    assert not is_suppressed(session, **recipient, purpose=Purpose.RECEIPT)  # type: ignore[arg-type]
    suppress(session, channel="email", recipient_hash=key(ANA), purpose=ALL, source="bounce", now=NOON)
    assert is_suppressed(session, **recipient, purpose=Purpose.RECEIPT)  # type: ignore[arg-type]
