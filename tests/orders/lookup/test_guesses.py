"""Tries are counted before they are made, in three dimensions, whoever asks at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, sessionmaker

from app.orders.lookup import limits
from app.orders.lookup.models import Guess, GuessTally
from tests.at_once import at_once
from tests.orders.build import document
from tests.orders.put import put_order

KEY = "k" * 32


def tried(session: Session, number: str, client: str, now: datetime, contact: str = "", *, right: bool = False) -> bool:
    subjects = [
        limits.client_subject(KEY, client),
        limits.order_subject(KEY, number),
        limits.contact_subject(KEY, contact or f"{client}-{number}@example.org"),
    ]
    reserved = limits.reserve(session, subjects, now=now)
    limits.settle(session, reserved, right=right, now=now)
    return reserved.allowed


def test_an_order_takes_five_tries_an_hour(session: Session, now: datetime) -> None:
    allowed = [tried(session, "1001", f"192.0.2.{client}", now) for client in range(8)]
    assert allowed == [True] * 5 + [False] * 3
    assert tried(session, "1002", "192.0.2.1", now)


def test_a_right_try_takes_nothing_of_what_is_left_and_a_refused_one_neither(session: Session, now: datetime) -> None:
    def rows() -> int | None:
        return session.scalar(select(func.count()).select_from(Guess))

    assert all(tried(session, "1001", "192.0.2.1", now, right=True) for _ in range(12))
    assert rows() == 0
    assert [tried(session, "1001", "192.0.2.1", now) for _ in range(8)] == [True] * 5 + [False] * 3
    assert rows() == 5 * 3
    tally = session.execute(select(func.sum(GuessTally.tried), func.sum(GuessTally.wrong))).one()
    assert tuple(tally) == (12 + 5, 5)


def test_the_hour_goes_with_the_clock_and_not_by_the_clocks_hours(session: Session, now: datetime) -> None:
    late = now + timedelta(minutes=59)
    assert [tried(session, "1001", "192.0.2.1", late) for _ in range(5)] == [True] * 5
    assert not tried(session, "1001", "192.0.2.1", late + timedelta(minutes=59, seconds=59))
    assert tried(session, "1001", "192.0.2.1", late + timedelta(minutes=60, seconds=1))


def test_an_order_takes_twenty_tries_a_day(session: Session, now: datetime) -> None:
    times = [now + timedelta(minutes=61 * hour) for hour in range(6) for _ in range(5)]
    assert sum(tried(session, "1001", "192.0.2.1", at) for at in times) == 20
    assert tried(session, "1001", "192.0.2.1", now + timedelta(hours=25))


def test_a_contact_takes_five_tries_an_hour_and_twenty_a_day_whatever_the_number(
    session: Session, now: datetime
) -> None:
    def guess(turn: int, at: datetime) -> bool:
        spelling = ("600112233", "+34 600 112 233")[turn % 2]
        return tried(session, f"N{turn}", f"192.0.2.{turn % 8}", at, spelling)

    assert [guess(turn, now) for turn in range(8)] == [True] * 5 + [False] * 3
    later = [now + timedelta(minutes=61 * hour) for hour in range(1, 6) for _ in range(5)]
    assert sum(guess(10 + turn, at) for turn, at in enumerate(later)) == 15


def test_a_client_takes_thirty_tries_an_hour(session: Session, now: datetime) -> None:
    allowed = [tried(session, f"N{number}", "192.0.2.1", now) for number in range(40)]
    assert sum(allowed) == 30
    assert tried(session, "N1", "192.0.2.2", now)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("192.0.2.1", "192.0.2.2", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("nonsense", None, True),
    ],
)
def test_a_client_is_an_address_or_a_network(one: str, other: str | None, same: bool) -> None:
    assert (limits.client_subject(KEY, one) == limits.client_subject(KEY, other)) is same


def test_no_address_rests_in_the_table(session: Session, now: datetime) -> None:
    tried(session, "1001", "192.0.2.1", now)
    assert all(b"192" not in name and b"1001" not in name for name in session.scalars(select(Guess.subject)))


def test_a_burst_reaches_five_checks_and_no_more(committed: sessionmaker[Session], now: datetime) -> None:
    def once(client: int) -> bool:
        with committed() as session, session.begin():
            return tried(session, "1001", f"192.0.2.{client}", now)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(once, range(60))) == 5


def test_many_wrong_tries_of_everyone_are_noticed_for_five_minutes(session: Session, now: datetime) -> None:
    session.add(GuessTally(minute=now, tried=900, wrong=50))
    session.flush()
    assert not limits.surge(session, now=now)
    limits.settle(session, limits.Reservation((), True), right=False, now=now)
    assert limits.surge(session, now=now + timedelta(minutes=4))
    assert not limits.surge(session, now=now + timedelta(minutes=5))


def test_a_busy_shop_is_no_attack(session: Session, now: datetime) -> None:
    session.add(GuessTally(minute=now, tried=2000, wrong=90))
    session.flush()
    assert not limits.surge(session, now=now)


@pytest.fixture
def attack(session: Session, monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """Someone guesses at large; the clock of the form, to be put forward."""
    from app.orders.lookup import find

    hand = [find.utcnow()]
    monkeypatch.setattr(find, "utcnow", lambda: hand[0])
    session.add(GuessTally(minute=hand[0].replace(second=0, microsecond=0), tried=100, wrong=99))
    session.commit()
    return hand


def asked(browser: FlaskClient, client: str = "192.0.2.1", **typed: str) -> int:
    """The status of one try from an address."""
    good = {"number": "1001", "contact": "marisol@example.com"}
    return browser.post("/", data=good | typed, environ_base={"REMOTE_ADDR": client}).status_code


def test_during_an_attack_a_try_is_made_twice(client: FlaskClient, session: Session, attack: list[datetime]) -> None:
    ref = put_order(session, document(), now=attack[0]).order.ref
    first = client.post("/", data={"number": "1001", "contact": "marisol@example.com"})
    assert (first.status_code, first.headers["Retry-After"], asked(client, "127.0.0.1")) == (429, "5", 429)
    attack[0] += timedelta(seconds=5)
    assert asked(client, "127.0.0.1") == 303
    assert client.get("/found").location == f"/o/{ref}"
    assert asked(client, "127.0.0.1") == 429, "each try has a wait of its own"


def test_a_client_waits_once_however_many_browsers_it_has(app: Flask, attack: list[datetime]) -> None:
    browsers = [app.test_client() for _ in range(20)]
    assert {asked(browser) for browser in browsers} == {429}
    attack[0] += timedelta(seconds=5)
    assert sorted(asked(browser) for browser in browsers) == [303] + [429] * 19
    assert asked(browsers[0], "192.0.2.2") == 429, "another client begins its own wait"


def test_of_eight_tries_at_once_one_has_the_turn(committed: sessionmaker[Session], now: datetime) -> None:
    def has_turn(client: str, at: datetime) -> bool:
        with committed() as session, session.begin():
            return limits.has_turn(session, KEY, client, now=at)

    for client in ("192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"):
        assert not has_turn(client, now)
        waited = now + timedelta(seconds=5)
        assert sum(at_once(8, lambda _, client=client, waited=waited: has_turn(client, waited))) == 1  # type: ignore[misc]


def test_of_eight_that_ask_for_a_turn_at_once_five_have_one_now_and_the_others_later(
    committed: sessionmaker[Session], now: datetime
) -> None:
    subject = limits.GuessSubject(b"s" * 32, (limits.Limit(5, timedelta(hours=1)),))

    def turn(_: int) -> datetime:
        with committed() as session, session.begin():
            return limits.next_turn(session, [subject], now=now)

    assert sorted(at_once(8, turn)) == [now] * 5 + [now + timedelta(hours=1)] * 3


def test_a_turn_waits_for_the_slowest_of_its_subjects(session: Session, now: datetime) -> None:
    hour, day = timedelta(hours=1), timedelta(days=1)
    quick = limits.GuessSubject(b"q" * 32, (limits.Limit(3, hour),))
    slow = limits.GuessSubject(b"s" * 32, (limits.Limit(2, hour), limits.Limit(3, day)))
    turns = [limits.next_turn(session, [quick, slow], now=now) - now for _ in range(5)]
    assert turns == [timedelta(0), timedelta(0), hour, day, day]
    assert limits.next_turn(session, [quick], now=now) - now == hour + hour, "behind the third turn that was given"


def test_one_client_cannot_make_the_others_wait(app: Flask, session: Session) -> None:
    for number in range(60):
        asked(app.test_client(), number=f"N{number}", contact=f"guess-{number}@example.org")
    assert session.scalar(select(func.sum(GuessTally.wrong))) == 30
    assert asked(app.test_client(), "192.0.2.9", contact="honest@example.com") == 303


def test_old_counts_are_forgotten_and_those_of_today_are_not(session: Session, now: datetime) -> None:
    tried(session, "1001", "192.0.2.1", now)
    later = now + timedelta(hours=20)
    session.add(GuessTally(minute=later, tried=99, wrong=99))
    assert limits.forget_old(session, now=now + timedelta(hours=23)) == 0
    assert limits.forget_old(session, now=now + timedelta(hours=25)) == 3
    assert session.scalars(select(GuessTally.minute)).all() == [later]
    assert limits.surge(session, now=later), "what happened a moment ago still counts"


def test_an_address_gets_three_mails_in_a_quarter_of_an_hour_and_six_a_day(session: Session, now: datetime) -> None:
    subject = limits.address_subject(KEY, "marisol@example.com")
    minutes = (0, 1, 2, 3, 16, 17, 18, 19, 23 * 60, 24 * 60 + 1)
    allowed = [limits.reserve(session, [subject], now=now + timedelta(minutes=minute)).allowed for minute in minutes]
    assert allowed == [True] * 3 + [False] + [True] * 3 + [False] * 2 + [True]


def test_a_try_that_waits_too_long_for_its_turn_is_refused(committed: sessionmaker[Session], now: datetime) -> None:
    subject = limits.order_subject(KEY, "1001")
    with committed() as first, committed() as second:
        limits.reserve(first, [subject], now=now)
        second.execute(text("set local lock_timeout = '20ms'"))
        assert not limits.reserve(second, [subject], now=now).allowed
        second.commit()
        first.commit()
        assert limits.reserve(second, [subject], now=now).allowed
