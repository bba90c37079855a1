"""What providers report about a message: by which name it is found, what it does to the message and to the address."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from app.core.db import transaction
from app.notify.kinds import Channel
from app.notify.models import Message, Suppression
from app.notify.preferences.suppression import ALL, NEWS, is_suppressed, suppress
from app.notify.providers.callbacks import UnknownMessage, take_report
from app.notify.providers.receipts import MessageReport
from app.notify.send.drain import drain
from app.notify.send.rests import Breaker
from tests.notify.build import NOON, Recorder, a_mail_config, some_messages
from tests.notify.send.test_sending import at

Sessions = sessionmaker[Session]


def report(session: Session, message: Message | None, word: str, *, provider: str = "sendgrid", **more: Any) -> None:
    facts = {"reference": message.public_id if message else "", "provider_id": "", "event_id": word, "code": None}
    take_report(session, provider=provider, news=MessageReport(word=word, at=NOON, **(facts | more)))


@pytest.fixture
def pair(session: Session) -> tuple[Message, Message]:
    """Two messages that left, to two people."""
    one, other = some_messages(session, 2, state="accepted", provider="sendgrid", attempt_token="t")
    one.provider_id, other.provider_id = "id-1", "id-2"
    return one, other


def test_our_own_reference_is_surer_than_the_providers_name(session: Session, pair: tuple[Message, Message]) -> None:
    one, other = pair
    report(session, one, "delivered", provider_id="id-2")
    assert (one.state, other.state) == ("delivered", "accepted")


def test_where_there_is_no_reference_the_providers_name_does(session: Session, pair: tuple[Message, Message]) -> None:
    one, other = pair
    report(session, None, "delivered", provider_id="id-2")
    assert (one.state, other.state) == ("accepted", "delivered")
    with pytest.raises(UnknownMessage):
        report(session, None, "delivered", provider="twilio", provider_id="id-2", event_id="x")
    with pytest.raises(UnknownMessage):
        report(session, None, "delivered", event_id="y")


def test_a_word_that_nobody_knows_is_kept_and_changes_nothing(session: Session, pair: tuple[Message, Message]) -> None:
    report(session, pair[0], "sublimated")
    assert pair[0].state == "accepted" and [receipt["word"] for receipt in pair[0].receipts] == ["sublimated"]


def test_the_same_event_counts_once_and_only_the_last_fifty_are_kept(
    session: Session, pair: tuple[Message, Message]
) -> None:
    for number in [*range(55), 54]:
        report(session, pair[0], "open", event_id=str(number))
    assert [receipt["id"] for receipt in pair[0].receipts] == [str(number) for number in range(5, 55)]


# What a report means for the address: word, code, for what it is closed then.
ADDRESS = [("bounce", None, ALL), ("spamreport", None, NEWS), ("unsubscribe", None, NEWS), ("blocked", None, None)]


@pytest.mark.parametrize(("word", "code", "purpose"), ADDRESS)
def test_a_report_closes_the_address_it_is_about_and_no_other(
    session: Session, pair: tuple[Message, Message], word: str, code: str | None, purpose: str | None
) -> None:
    report(session, pair[0], word, code=code)
    rows = session.execute(select(Suppression.recipient_hash, Suppression.purpose)).all()
    assert [tuple(row) for row in rows] == ([(pair[0].recipient_hash, purpose)] if purpose else [])


def test_a_text_that_cannot_arrive_for_good_closes_its_number(session: Session) -> None:
    one, other = some_messages(session, 2, channel="sms", state="accepted", provider="twilio", attempt_token="t")
    report(session, one, "undelivered", provider="twilio", code="30004")
    report(session, other, "undelivered", provider="twilio", code="30003")
    assert (one.state, one.reason, one.settled_at) == ("failed", "twilio:30004", NOON)
    assert session.scalars(select(Suppression.recipient_hash)).all() == [one.recipient_hash]


def test_who_wants_news_again_gets_them_and_what_closed_the_address_stays(
    session: Session, pair: tuple[Message, Message]
) -> None:
    for message, purpose in ((pair[0], NEWS), (pair[1], NEWS), (pair[0], ALL)):
        suppress(
            session,
            channel="email",
            recipient_hash=message.recipient_hash,
            purpose=purpose,
            source="test",
            now=NOON,
        )
    report(session, pair[0], "group_resubscribe")
    rows = session.execute(select(Suppression.recipient_hash, Suppression.purpose)).all()
    assert {tuple(row) for row in rows} == {(pair[1].recipient_hash, NEWS), (pair[0].recipient_hash, ALL)}
    assert is_suppressed(session, channel="email", recipient_hash=pair[0].recipient_hash, purpose="news")


def test_a_report_of_what_waits_to_be_sent_again_proves_that_it_has_left(committed: Sessions) -> None:
    mailer = Recorder("mailer")
    with committed() as session, transaction(session):
        tried, _ = some_messages(session, 2)
        tried.attempt_token, tried.repeats, tried.provider = "t", 1, "mailer"
    with committed() as session, transaction(session):
        for message in session.scalars(select(Message).order_by(Message.id)).all():
            report(session, message, "delivered")
    assert drain(committed, a_mail_config(mailer), Breaker(), Channel.EMAIL, clock=at(NOON), lanes=1) == 1
    with committed() as session:
        rows = session.execute(select(Message.state, Message.settled_at).order_by(Message.id)).all()
    # Of what never left nobody can report: that word is kept and believed by nobody.
    assert [tuple(row) for row in rows] == [("delivered", NOON), ("accepted", None)]
