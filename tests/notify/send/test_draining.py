"""The drain: one a channel, bounded in time; a failing provider rests and delays only itself; an outcome is kept."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from queue import Queue
from typing import Any

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from app.core.db import transaction
from app.notify.kinds import Channel
from app.notify.models import Attempt, Message, ProviderRest
from app.notify.providers.ports import Accepted, Begin, Outgoing
from app.notify.send import drain as draining
from app.notify.send.config import MailConfig
from app.notify.send.drain import alone, drain, next_turn, waits
from app.notify.send.outcomes import FailureVerdict, SendFailure, fault
from app.notify.send.rests import Breaker, begin_rest, pause_after, resting, take_probe
from tests.notify.build import NOON, Recorder, a_mail_config, some_messages
from tests.notify.send.test_sending import at

Sessions = sessionmaker[Session]
EMAIL = Channel.EMAIL


def seconds(number: float) -> datetime:
    return NOON + timedelta(seconds=number)


def waiting(sessions: Sessions, number: int, **values: Any) -> None:
    with sessions() as session, transaction(session):
        some_messages(session, number, **values)


def states(sessions: Sessions) -> list[str]:
    with sessions() as session:
        return list(session.scalars(select(Message.state).order_by(Message.id)))


def rest_of(sessions: Sessions, name: str = "mailer") -> ProviderRest | None:
    with sessions() as session:
        return session.get(ProviderRest, name)


class Hooked(Recorder):
    """A recorder that does something while it is called."""

    meanwhile: Callable[[], None] = staticmethod(lambda: None)

    def send(self, outgoing: Outgoing, begin: Begin) -> Accepted:
        accepted = super().send(outgoing, begin)
        self.meanwhile()
        return accepted


def test_while_one_drains_a_channel_no_other_does_but_the_other_channel_goes_on(committed: Sessions) -> None:
    mailer, texter = Hooked("mailer"), Recorder("texter")
    config, others = a_mail_config(mailer, texter), list[int]()
    waiting(committed, 1)
    waiting(committed, 1, channel="sms")
    mailer.meanwhile = lambda: others.extend(
        [drain(committed, config, Breaker(), channel, clock=at(NOON), lanes=1) for channel in Channel]
    )
    assert drain(committed, config, Breaker(), EMAIL, clock=at(NOON), lanes=1) == 1
    assert others == [0, 1] and (len(mailer.sent), len(texter.sent)) == (1, 1)


def test_a_turn_ends_with_its_holder_however_it_ends(committed: Sessions) -> None:
    with pytest.raises(KeyboardInterrupt), alone(committed, EMAIL) as mine:
        assert mine
        raise KeyboardInterrupt
    with alone(committed, EMAIL) as mine, committed() as session:
        assert mine
        # The server ends the connection, as it does when the process is killed or PostgreSQL is started again.
        session.execute(
            text(
                "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database()) and classid = :turns"  # noqa: E501
            ),
            {"turns": 0x5345},
        )
    with alone(committed, EMAIL) as mine:
        assert mine


def test_what_comes_while_a_drain_is_ending_is_not_left_behind(
    committed: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailer, usual = Recorder("mailer"), draining.waits

    def late(*args: Any, **kwargs: Any) -> bool:
        monkeypatch.setattr(draining, "waits", usual)
        waiting(committed, 1)
        return usual(*args, **kwargs)

    monkeypatch.setattr(draining, "waits", late)
    waiting(committed, 1)
    assert drain(committed, a_mail_config(mailer), Breaker(), EMAIL, clock=at(NOON), lanes=1) == 2


def test_a_drain_is_bounded_and_gives_back_what_it_has_claimed(
    committed: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailer, config = Hooked("mailer"), a_mail_config()
    config = a_mail_config(mailer)
    waiting(committed, 5)
    over = threading.Event()
    mailer.meanwhile = over.set
    monkeypatch.setattr(draining._Work, "over", lambda _work: over.is_set())
    assert drain(committed, config, Breaker(), EMAIL, clock=at(NOON), lanes=1) == 1
    assert states(committed) == ["accepted", *["created"] * 4]
    with committed() as session:
        assert set(session.scalars(select(Message.attempts).where(Message.state == "created"))) == {0}
        assert next_turn(session, config, EMAIL, now=NOON) == NOON


def test_a_closed_provider_rests_at_once_and_one_message_at_a_time_tries_it(committed: Sessions) -> None:
    closed = [fault("sendgrid", "not_connected")] * 3
    mailer, breaker = Recorder("mailer", faults=closed), Breaker()
    config = a_mail_config(mailer)
    waiting(committed, 40)
    assert drain(committed, config, breaker, EMAIL, clock=at(NOON), lanes=1) == 1
    assert states(committed).count("created") == 40
    rest = rest_of(committed)
    assert rest is not None and (rest.since, rest.reason) == (NOON, "not_connected")
    # One try a turn, by a message that has not just failed.
    assert drain(committed, config, breaker, EMAIL, clock=at(seconds(2)), lanes=1) == 0
    assert drain(committed, config, breaker, EMAIL, clock=at(seconds(3)), lanes=1) == 1
    assert drain(committed, config, breaker, EMAIL, clock=at(seconds(4)), lanes=1) == 0
    with committed() as session:
        assert next_turn(session, config, EMAIL, now=seconds(4)) == seconds(6)
        assert next_turn(session, config, Channel.SMS, now=seconds(4)) is None
    assert drain(committed, config, breaker, EMAIL, clock=at(seconds(6)), lanes=1) == 1
    # The fourth is taken: all the others leave within the same drain, the tried ones a moment later.
    assert drain(committed, config, breaker, EMAIL, clock=at(seconds(9)), lanes=1) > 35
    assert rest_of(committed) is None
    drain(committed, config, breaker, EMAIL, clock=at(seconds(26)), lanes=1)
    assert set(states(committed)) == {"accepted"} and len(mailer.sent) == 40


def test_what_an_outage_held_back_leaves_within_a_minute_however_long_it_was() -> None:
    longest = max(pause_after(tries) for tries in range(10_000))
    last_try = max(draining_delay(tries) for tries in range(1, 10_000))
    assert longest + last_try <= timedelta(seconds=50)
    assert pause_after(1) == timedelta(seconds=3)


def draining_delay(tries: int) -> timedelta:
    from app.notify.send.outcomes import retry_delay

    delay = retry_delay(fault("sendgrid", "not_connected"), tries, roll=1.0)
    assert delay is not None
    return delay


def test_who_asked_for_a_pause_gets_it(committed: Sessions) -> None:
    mailer = Recorder("mailer", faults=[fault("sendgrid", "429", retry_after=40)])
    waiting(committed, 2)
    config = a_mail_config(mailer)
    for moment, calls in ((0, 1), (39, 0), (40, 2)):
        assert drain(committed, config, Breaker(), EMAIL, clock=at(seconds(moment)), lanes=1) == calls


def test_while_the_first_rests_the_second_carries_and_the_first_is_tried_in_between(committed: Sessions) -> None:
    mailer, second = Recorder("mailer", faults=[fault("sendgrid", "503")] * 2), Recorder("second")
    config, breaker = a_mail_config(mailer, second=second), Breaker()
    waiting(committed, 10)
    drain(committed, config, breaker, EMAIL, clock=at(NOON), lanes=1)
    assert (len(mailer.sent), len(second.sent)) == (0, 9)
    drain(committed, config, breaker, EMAIL, clock=at(seconds(5)), lanes=1)
    assert (len(mailer.sent), len(second.sent), len(mailer.faults)) == (0, 9, 0)
    waiting(committed, 3, next_try_at=seconds(6))
    drain(committed, config, breaker, EMAIL, clock=at(seconds(7)), lanes=1)
    assert (len(mailer.sent), len(second.sent)) == (0, 12)
    drain(committed, config, breaker, EMAIL, clock=at(seconds(30)), lanes=1)
    assert len(mailer.sent) == 1 and rest_of(committed) is None


def test_one_message_that_its_provider_never_takes_does_not_hold_up_the_others(committed: Sessions) -> None:
    class Picky(Recorder):
        def send(self, outgoing: Outgoing, begin: Begin) -> Accepted:
            self.faults = [fault("smtp", "421")] if outgoing.to == "poison@example.com" else []
            return super().send(outgoing, begin)

    mailer, breaker = Picky("mailer"), Breaker()
    config, moment = a_mail_config(mailer), NOON
    waiting(committed, 1, recipient="poison@example.com")
    waiting(committed, 5)
    for _ in range(5):
        drain(committed, config, breaker, EMAIL, clock=at(moment), lanes=1)
        moment += timedelta(seconds=4)
    assert states(committed) == ["created", *["accepted"] * 5]


def test_a_provider_that_fails_now_and_then_goes_on_and_one_that_fails_in_a_row_rests() -> None:
    breaker = Breaker()
    for number in range(100):
        assert not breaker.note("mailer", FailureVerdict.IN_DOUBT if number % 5 else None, at=seconds(number / 10)) or (
            number % 10 > 7
        )
    breaker = Breaker()
    noted = [breaker.note("mailer", FailureVerdict.IN_DOUBT, at=seconds(number)) for number in range(9)]
    assert noted == [False] * 7 + [True, False] and breaker.rests("mailer") and not breaker.rests("second")
    breaker.learn(["second"])
    # Not written yet: the database's silence means nothing.
    assert breaker.rests("mailer") and breaker.rests("second")
    breaker.wrote("mailer")
    breaker.learn([])
    assert not breaker.rests("mailer")


def test_old_faults_are_forgotten() -> None:
    breaker = Breaker()
    assert not any(breaker.note("mailer", FailureVerdict.IN_DOUBT, at=seconds(9 * number)) for number in range(30))


def test_refusals_of_single_messages_let_nobody_rest() -> None:
    breaker = Breaker()
    single = [
        FailureVerdict.PERMANENT,
        FailureVerdict.STOP_ADDRESS,
        FailureVerdict.OUR_FAULT,
        FailureVerdict.RETRY,
        FailureVerdict.UNKNOWN,
        None,
    ]
    assert not any(breaker.note("mailer", verdict, at=NOON) for verdict in single * 10)


def test_each_turn_to_try_a_resting_provider_is_given_once(committed: Sessions) -> None:
    with committed() as session, transaction(session):
        begin_rest(session, "mailer", fault("sendgrid", "503"), now=NOON)
        begin_rest(session, "second", fault("smtp", "421"), now=NOON)
    taken: Queue[bool] = Queue()

    def take() -> None:
        with committed() as session, transaction(session):
            taken.put(take_probe(session, "mailer", now=seconds(3)))

    threads = [threading.Thread(target=take) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(taken.queue) == [False] * 7 + [True]
    with committed() as session:
        rests = resting(session)
    assert (rests["mailer"].tries, rests["mailer"].next_probe_at) == (1, seconds(6))
    assert (rests["second"].tries, rests["second"].next_probe_at) == (0, seconds(3))


def test_a_rest_that_begins_again_keeps_its_beginning_and_tells_the_newest_reason(committed: Sessions) -> None:
    with committed() as session, transaction(session):
        begin_rest(session, "mailer", fault("sendgrid", "503"), now=NOON)
        begin_rest(session, "mailer", fault("sendgrid", "401"), now=seconds(9))
    rest = rest_of(committed)
    assert rest is not None and (rest.since, rest.reason) == (NOON, "401")


def test_nothing_waits_for_nobody(committed: Sessions) -> None:
    waiting(committed, 1)
    nobody = MailConfig("k" * 32, "https://x.example", "a@x.example", "+34600000000", {})
    with committed() as session:
        assert not waits(session, nobody, EMAIL, now=NOON)
        assert next_turn(session, nobody, EMAIL, now=NOON) is None
    assert drain(committed, nobody, Breaker(), EMAIL, clock=at(NOON), lanes=1) == 0
    assert states(committed) == ["created"]


def test_a_provider_taken_out_of_the_settings_while_its_message_was_claimed_is_closed(committed: Sessions) -> None:
    waiting(committed, 1)
    config = a_mail_config()
    with committed() as session, transaction(session):
        (ready,) = draining.prepare(session, EMAIL, limit=1, now=NOON, config=config) or []
    nobody = MailConfig("k" * 32, "https://x.example", "a@x.example", "+34600000000", {})
    outcome = draining.call(ready, nobody, lambda: None)
    assert isinstance(outcome, SendFailure) and outcome.verdict is FailureVerdict.CLOSED


def test_an_outcome_waits_for_the_database_to_come_back(committed: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    mailer, pauses = Recorder("mailer"), list[float]()
    usual, away = draining.record, iter([True, True, True, False])

    def record(session: Session, **facts: Any) -> None:
        if next(away):
            raise OperationalError("update", {}, Exception("the server closed the connection"))
        usual(session, **facts)

    monkeypatch.setattr(draining, "record", record)
    monkeypatch.setattr(draining.time, "sleep", pauses.append)
    waiting(committed, 1)
    drain(committed, a_mail_config(mailer), Breaker(), EMAIL, clock=at(NOON), lanes=1)
    assert states(committed) == ["accepted"] and pauses == [0.1, 0.2, 0.4]


def test_but_not_for_ever_and_then_the_message_is_in_doubt(
    committed: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    def record(_session: Session, **_facts: Any) -> None:
        raise OperationalError("update", {}, Exception("the server closed the connection"))

    config = a_mail_config()
    waiting(committed, 3)
    with monkeypatch.context() as patch:
        patch.setattr(draining, "record", record)
        patch.setattr(draining, "KEPT_S", 0.0)
        with pytest.raises(OperationalError):
            drain(committed, config, Breaker(), EMAIL, clock=at(NOON), lanes=1)
    assert sorted(states(committed)) == ["sending", "sending", "sending"]
    drain(committed, config, Breaker(), EMAIL, clock=at(seconds(1)), lanes=1)
    assert sorted(states(committed)) == ["accepted", "accepted", "in_doubt"]


def claims_once(patch: pytest.MonkeyPatch) -> None:
    """A drain that would try again and again looks once."""
    usual, looks = draining.prepare, iter([True])
    patch.setattr(draining, "prepare", lambda *args, **facts: usual(*args, **facts) if next(looks, False) else None)
    patch.setattr(draining, "waits", lambda *_args, **_facts: False)


def test_a_beginning_that_cannot_be_written_calls_nobody(committed: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    mailer = Recorder("mailer")

    def begin(_session: Session, **_facts: Any) -> bool:
        raise OperationalError("insert", {}, Exception("the server closed the connection"))

    waiting(committed, 1)
    with monkeypatch.context() as patch:
        patch.setattr(draining, "begin", begin)
        claims_once(patch)
        assert drain(committed, a_mail_config(mailer), Breaker(), EMAIL, clock=at(NOON), lanes=1) == 0
    assert states(committed) == ["created"] and mailer.sent == []


def test_a_beginning_that_took_too_long_calls_nobody_and_leaves_no_doubt(
    committed: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailer = Recorder("mailer")
    waiting(committed, 1)
    with monkeypatch.context() as patch:
        patch.setattr(draining, "LATE_S", -1.0)
        claims_once(patch)
        assert drain(committed, a_mail_config(mailer), Breaker(), EMAIL, clock=at(NOON), lanes=1) == 0
    assert states(committed) == ["created"] and mailer.sent == []
    with committed() as session:
        assert session.scalars(select(Attempt.outcome)).all() == ["not_begun"]
    assert drain(committed, a_mail_config(mailer), Breaker(), EMAIL, clock=at(NOON), lanes=1) == 1


def test_no_connection_is_held_during_a_call(committed: Sessions) -> None:
    """Not by the lane that calls: the turn's own connection is in no transaction, the feeding thread in its own."""
    lent, seen, bind = Counter[int](), list[int](), committed.kw["bind"]

    def out(*_facts: Any) -> None:
        lent[threading.get_ident()] += 1

    def back(*_facts: Any) -> None:
        lent[threading.get_ident()] -= 1

    mailer = Hooked("mailer")
    mailer.meanwhile = lambda: seen.append(lent[threading.get_ident()])
    waiting(committed, 3)
    event.listen(bind, "checkout", out)
    event.listen(bind, "checkin", back)
    try:
        drain(committed, a_mail_config(mailer), Breaker(), EMAIL, clock=at(NOON), lanes=1)
    finally:
        event.remove(bind, "checkout", out)
        event.remove(bind, "checkin", back)
    assert seen == [0, 0, 0] and sum(lent.values()) == 0


def test_a_turns_connection_notices_a_machine_that_vanished(committed: Sessions) -> None:
    statements: list[str] = []
    bind = committed.kw["bind"]

    def listen(_c: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        statements.append(f"{statement} {parameters}")

    event.listen(bind, "before_cursor_execute", listen)
    try:
        with alone(committed, EMAIL):
            pass
    finally:
        event.remove(bind, "before_cursor_execute", listen)
    assert (
        "tcp_keepalives_idle" in statements[0] and "pg_try_advisory_lock" in statements[1] and "unlock" in statements[2]
    )


def test_a_message_with_no_state_of_waiting_is_left_alone(committed: Sessions) -> None:
    for state in ("skipped", "in_doubt", "created"):
        waiting(committed, 1, state=state)
    waiting(committed, 1, next_try_at=seconds(1))
    drain(committed, a_mail_config(), Breaker(), EMAIL, clock=at(NOON), lanes=1)
    assert states(committed) == ["skipped", "in_doubt", "accepted", "created"]
