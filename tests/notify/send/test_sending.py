"""Sending: intent first, one outcome, nothing twice; what is lost is asked for."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from app.core.db import transaction
from app.events.kinds import EventKind
from app.notify.kinds import Channel
from app.notify.models import Attempt, Message, Suppression
from app.notify.preferences.suppression import ALL, suppress
from app.notify.providers.ports import Accepted
from app.notify.send import claim
from app.notify.send import drain as draining
from app.notify.send.claim import begin
from app.notify.send.config import MailConfig
from app.notify.send.doubt import Choice
from app.notify.send.drain import drain
from app.notify.send.outcomes import fault
from app.notify.send.reconcile import reconcile
from app.notify.send.resend import resend
from app.notify.send.rests import Breaker
from app.notify.send.said import repeats
from app.orders.models import Order, OrderContact
from app.tracking.models import Shipment
from tests.notify.build import NOON, Recorder, a_mail_config, an_order, happens, some_messages
from tests.rounds import heard

Sessions = sessionmaker[Session]


def at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def tell(
    sessions: Sessions,
    config: MailConfig,
    kind: EventKind = EventKind.SHIPMENT_DELIVERED,
    state: str = "delivered",
    **order: object,
) -> None:
    """One piece of news about one order, as messages that wait; the order's own news is out of the way."""
    with sessions() as session, transaction(session):
        new_order = an_order(session, now=NOON, **order)
        heard(session, limit=50, now=NOON, config=config)
        session.query(Message).delete()
        happens(session, kind, new_order, now=NOON, state=state)
        heard(session, limit=50, now=NOON, config=config)


def go(sessions: Sessions, config: MailConfig, when: datetime = NOON, breaker: Breaker | None = None) -> int:
    """Send mails, then texts, with two lanes each."""
    return sum(drain(sessions, config, breaker or Breaker(), channel, clock=at(when), lanes=2) for channel in Channel)


def states(sessions: Sessions) -> list[tuple[str, str, str | None]]:
    with sessions() as session:
        rows = session.execute(select(Message.channel, Message.state, Message.reason).order_by(Message.id))
        return [tuple(row) for row in rows]


def test_mail_and_text_leave_with_a_link_whose_secret_is_kept_nowhere(committed: Sessions) -> None:
    mailer, texter = Recorder("mailer"), Recorder("texter")
    config = a_mail_config(mailer, texter)
    tell(committed, config)
    assert go(committed, config) == 2
    assert states(committed) == [("email", "accepted", None), ("sms", "accepted", None)]
    mail, text = mailer.sent[0], texter.sent[0]
    assert mail.to == "ana@example.com" and text.to == "+34612345678"
    assert mail.subject == "Entregado: pedido 1001"
    assert mail.headers["List-Unsubscribe"].startswith("<https://pedidos.almazara.example/preferences/")
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    with committed() as session:
        bodies = "".join(session.scalars(select(Message.text)))
        assert "/l/…" in bodies
        token = text.text.partition("/l/")[2].split()[0]
        assert len(token) == 43 and token not in bodies


def test_a_second_drain_finds_nothing(committed: Sessions) -> None:
    config = a_mail_config()
    tell(committed, config)
    go(committed, config)
    assert go(committed, config) == 0


def test_what_was_overtaken_is_not_sent(committed: Sessions) -> None:
    mailer = Recorder("mailer")
    config = a_mail_config(mailer)
    tell(committed, config, EventKind.SHIPMENT_OUT_FOR_DELIVERY, "out_for_delivery")
    with committed() as session, transaction(session):
        session.execute(update(Shipment).values(state="delivered"))
    go(committed, config)
    assert mailer.sent == []
    assert {row[1:] for row in states(committed)} == {("skipped", "overtaken")}


def test_a_text_waits_for_the_morning(committed: Sessions) -> None:
    mailer, texter = Recorder("mailer"), Recorder("texter")
    config = a_mail_config(mailer, texter)
    tell(committed, config)
    night = NOON + timedelta(hours=11)
    go(committed, config, night)
    assert len(mailer.sent) == 1 and texter.sent == []
    go(committed, config, night + timedelta(hours=9, minutes=30))
    assert len(texter.sent) == 1


def test_a_changed_address_gets_no_old_news(committed: Sessions) -> None:
    config = a_mail_config()
    tell(committed, config)
    with committed() as session, transaction(session):
        session.execute(update(OrderContact).values(email_folded="other@example.com", phone_e164=None))
    go(committed, config)
    assert {row[2] for row in states(committed)} == {"address_changed", "no_consent"}


def test_a_passing_fault_is_tried_again_and_a_lasting_one_is_not(committed: Sessions) -> None:
    mailer = Recorder("mailer", faults=[fault("sendgrid", "429", retry_after=90)])
    texter = Recorder("texter", faults=[fault("twilio", "21610")])
    config = a_mail_config(mailer, texter)
    tell(committed, config)
    go(committed, config)
    assert states(committed) == [("email", "created", "sendgrid:429"), ("sms", "failed", "twilio:21610")]
    assert go(committed, config, NOON + timedelta(seconds=89)) == 0
    assert go(committed, config, NOON + timedelta(seconds=91)) == 1
    assert states(committed)[0] == ("email", "accepted", None)
    with committed() as session:
        assert session.scalars(select(Suppression.source)).all() == ["twilio:21610"]


def test_a_suppressed_address_gets_nothing_more(committed: Sessions) -> None:
    texter = Recorder("texter")
    config = a_mail_config(texter=texter)
    tell(committed, config)
    with committed() as session, transaction(session):
        key = session.scalar(select(Message.recipient_hash).where(Message.channel == "sms"))
        assert key is not None
        suppress(session, channel="sms", recipient_hash=key, purpose=ALL, source="stop", now=NOON)
    go(committed, config)
    assert texter.sent == [] and states(committed)[1] == ("sms", "skipped", "suppressed")


def test_spain_takes_no_text_from_an_unregistered_name(committed: Sessions) -> None:
    config = a_mail_config(sms_from="Almazara")
    tell(committed, config)
    go(committed, config)
    assert states(committed)[1] == ("sms", "skipped", "name_not_registered")


def test_a_lost_answer_is_asked_for_and_not_sent_again(committed: Sessions) -> None:
    mailer = Recorder("mailer", faults=[fault("sendgrid", "no_answer")], keeps_on_fault=True)
    config = a_mail_config(mailer)
    tell(committed, config)
    go(committed, config)
    assert states(committed)[0][1] == "in_doubt"
    later = NOON + timedelta(seconds=5)
    reconcile(committed, config, clock=at(later))
    assert states(committed)[0] == ("email", "accepted", None)
    assert go(committed, config, later) == 0 and len(mailer.sent) == 1


def test_in_a_quiet_shop_absent_counts_by_time_and_a_second_look(committed: Sessions) -> None:
    mailer = Recorder("mailer", lag_seconds=120, faults=[fault("sendgrid", "no_answer")])
    config = a_mail_config(mailer)
    tell(committed, config)
    go(committed, config)
    # Early (it could only be found), at the end of the lag, and once more.
    for seconds, looks in ((29, 0), (30, 1), (119, 1), (120, 2), (129, 2)):
        reconcile(committed, config, clock=at(NOON + timedelta(seconds=seconds)))
        assert (states(committed)[0][1], len(mailer.lookups)) == ("in_doubt", looks)
    last = NOON + timedelta(seconds=130)
    reconcile(committed, config, clock=at(last))
    go(committed, config, last)
    assert states(committed)[0][1] == "accepted" and len(mailer.sent) == 1


def test_where_nobody_can_be_asked_the_shop_has_chosen_to_send_again(committed: Sessions) -> None:
    mailer = Recorder("mailer", lag_seconds=None, faults=[fault("smtp", "no_answer")], keeps_on_fault=True)
    config = a_mail_config(mailer)
    tell(committed, config)
    go(committed, config)
    for seconds, sent in ((59, 1), (60, 2)):
        reconcile(committed, config, clock=at(NOON + timedelta(seconds=seconds)))
        go(committed, config, NOON + timedelta(seconds=seconds))
        assert len(mailer.sent) == sent
    # The same Message-ID: most mail programs show it once.
    assert mailer.sent[0].headers["Message-ID"] == mailer.sent[1].headers["Message-ID"]
    with committed() as session:
        assert session.execute(select(Message.state, Message.repeats).order_by(Message.id)).all()[0] == ("accepted", 1)


def test_or_to_leave_it_and_then_a_person_may_send_it(committed: Sessions) -> None:
    mailer = Recorder("mailer", lag_seconds=None, faults=[fault("smtp", "no_answer")])
    config = a_mail_config(mailer, mail_in_doubt=Choice.LEAVE)
    tell(committed, config)
    go(committed, config)
    reconcile(committed, config, clock=at(NOON + timedelta(seconds=59)))
    assert states(committed)[0][1] == "in_doubt"
    reconcile(committed, config, clock=at(NOON + timedelta(seconds=60)))
    assert states(committed)[0] == ("email", "failed", "in_doubt") and mailer.sent == []
    with committed() as session, transaction(session):
        old = session.scalar(select(Message.id).where(Message.channel == "email"))
        assert old is not None
        resend(session, old, by="eva", now=NOON + timedelta(hours=8), config=config)
    go(committed, config, NOON + timedelta(hours=8))
    assert len(mailer.sent) == 1


STEPS = ("prepare", "begin", "call", "record")


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("after", [False, True])
def test_killed_at_any_step_nothing_is_lost_and_nothing_goes_twice(
    committed: Sessions, monkeypatch: pytest.MonkeyPatch, step: str, after: bool
) -> None:
    mailer, texter = Recorder("mailer"), Recorder("texter")
    config = a_mail_config(mailer, texter)
    tell(committed, config)
    usual = getattr(draining, step)

    def killed(*args: object, **kwargs: object) -> None:
        if after:
            usual(*args, **kwargs)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(draining, step, killed)
        for channel in Channel:
            with pytest.raises(KeyboardInterrupt):
                drain(committed, config, Breaker(), channel, clock=at(NOON), lanes=2)
    moment = NOON
    for _ in range(6):
        moment += timedelta(seconds=30)
        reconcile(committed, config, clock=at(moment))
        go(committed, config, moment)
    assert [row[:2] for row in states(committed)] == [("email", "accepted"), ("sms", "accepted")]
    assert len(mailer.sent) == len(texter.sent) == 1


def claimed(sessions: Sessions, config: MailConfig, when: datetime) -> list[claim.Ready]:
    with sessions() as session, transaction(session):
        return claim.prepare(session, Channel.EMAIL, limit=9, now=when, config=config) or []


def test_a_late_outcome_of_an_old_attempt_changes_nothing(committed: Sessions) -> None:
    config = a_mail_config()
    tell(committed, config)
    (old,) = claimed(committed, config, NOON)
    late = NOON + timedelta(seconds=60)
    with committed() as session, transaction(session):
        assert not begin(session, message_id=old.message_id, token=old.token, now=late)
    reconcile(committed, config, clock=at(late))
    (new,) = claimed(committed, config, late)
    assert new.token != old.token
    with committed() as session, transaction(session):
        assert not begin(session, message_id=old.message_id, token=old.token, now=late)
        claim.record(session, old, fault("sendgrid", "400"), now=late, config=config)
    assert states(committed)[0][1] == "sending"


def test_a_yes_that_comes_late_is_still_a_yes_unless_somebody_else_has_begun(committed: Sessions) -> None:
    config = a_mail_config()
    tell(committed, config)
    (old,) = claimed(committed, config, NOON)
    with committed() as session, transaction(session):
        assert begin(session, message_id=old.message_id, token=old.token, now=NOON)
        session.execute(update(Message).where(Message.channel == "email").values(state="created", repeats=1))
    with committed() as session, transaction(session):
        claim.record(session, old, Accepted("mailer", "id-1"), now=NOON + timedelta(minutes=2), config=config)
    assert states(committed)[0] == ("email", "accepted", None)


def test_the_same_words_are_not_said_twice_in_ten_minutes(committed: Sessions) -> None:
    mailer = Recorder("mailer")
    config = a_mail_config(mailer)
    tell(committed, config, EventKind.SHIPMENT_LATE, "in_transit")
    go(committed, config)
    for minutes, many in ((9.9, 1), (10, 2)):
        moment = NOON + timedelta(minutes=minutes)
        with committed() as session, transaction(session):
            happens(session, EventKind.SHIPMENT_LATE, session.query(Order).one(), now=moment, occurrence=str(minutes))
            heard(session, limit=50, now=moment, config=config)
        go(committed, config, moment)
        assert len(mailer.sent) == many
    assert ("email", "skipped", "repeated") in states(committed)


def test_news_says_its_words_once_to_each_of_a_round_and_again_when_a_person_wants_it(session: Session) -> None:
    first, again, other, message = some_messages(session, 4, purpose="news", recipient_hash=b"ana", text="Llega hoy")
    other.recipient_hash, message.requested_by = b"leo", "eva"
    lately: set[tuple[bytes, str | None]] = set()
    assert [repeats(one, lately) for one in (first, again, other, message)] == [False, True, False, False]


def test_one_message_that_cannot_be_told_does_not_stop_the_others(committed: Sessions) -> None:
    mailer, texter = Recorder("mailer"), Recorder("texter")
    config = a_mail_config(mailer, texter)
    tell(committed, config)
    with committed() as session, transaction(session):
        session.execute(update(Message).where(Message.channel == "email").values(locale="\ud7ff", kind="unheard.of"))
    go(committed, config)
    assert mailer.sent == [] and len(texter.sent) == 1
    assert states(committed)[0] == ("email", "failed", "cannot_be_written")


def test_each_attempt_is_on_record(committed: Sessions) -> None:
    mailer = Recorder("mailer", faults=[fault("sendgrid", "503")])
    config = a_mail_config(mailer)
    tell(committed, config)
    go(committed, config)
    go(committed, config, NOON + timedelta(seconds=40))
    with committed() as session:
        rows = session.execute(select(Attempt.outcome, Attempt.code).where(Attempt.provider == "mailer")).all()
    assert [tuple(row) for row in rows] == [("closed", "503"), ("accepted", None)]
