"""One-time codes: for ten minutes, five tries, one use, in the browser that asked."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from app.orders.lookup import codes
from app.orders.lookup.models import OneTimeCode
from tests.at_once import at_once

SUBJECT = b"s" * 32


def asker(browser: str = "mine", *, is_known: bool = False) -> codes.CodeRequester:
    return codes.CodeRequester(browser, browser.encode(), is_known)


def sent(session: Session, now: datetime, browser: str = "mine") -> str:
    code = codes.new_code(session, subject=SUBJECT, asker=asker(browser), now=now)
    assert code is not None
    return code


def opens(session: Session, typed: str, now: datetime, browser: str = "mine") -> bool:
    living = codes.take_try(session, subject=SUBJECT, browser=browser, now=now)
    code_id = codes.matching(living, typed)
    return code_id is not None and codes.use(session, code_id, now=now)


def other(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_a_code_opens_once(session: Session, now: datetime) -> None:
    code = sent(session, now)
    assert (len(code), opens(session, code, now), opens(session, code, now)) == (6, True, False)


def test_only_an_argon2id_hash_is_kept(session: Session, now: datetime) -> None:
    code = sent(session, now)
    code_hash = session.scalars(select(OneTimeCode.code_hash)).one()
    assert code_hash.startswith("$argon2id$") and code not in code_hash


def test_a_code_ends_after_ten_minutes(session: Session, now: datetime) -> None:
    code = sent(session, now)
    assert not opens(session, code, now + timedelta(minutes=10))
    assert opens(session, code, now + timedelta(minutes=9, seconds=59))


def test_a_code_is_bound_to_the_browser_that_asked(session: Session, now: datetime) -> None:
    code = sent(session, now)
    assert not opens(session, code, now, browser="another")


def test_the_sixth_try_fails_even_when_it_is_right(session: Session, now: datetime) -> None:
    code = sent(session, now)
    assert [opens(session, other(code), now) for _ in range(5)] == [False] * 5
    assert not opens(session, code, now)


def test_the_fifth_try_may_be_the_right_one(session: Session, now: datetime) -> None:
    code = sent(session, now)
    for _ in range(4):
        opens(session, other(code), now)
    assert opens(session, code, now)


def test_a_new_code_does_not_end_the_former(session: Session, now: datetime) -> None:
    first = sent(session, now)
    sent(session, now + timedelta(minutes=1))
    assert opens(session, first, now + timedelta(minutes=2))


@pytest.mark.parametrize("is_known", [False, True])
def test_one_asker_gets_three_codes_in_a_quarter_of_an_hour_and_four_in_a_day(
    session: Session, now: datetime, is_known: bool
) -> None:
    minutes = (0, 1, 2, 3, 16, 17, 23 * 60, 24 * 60 + 1)
    who = asker(is_known=is_known)
    fresh = [
        codes.new_code(session, subject=SUBJECT, asker=who, now=now + timedelta(minutes=minute)) is not None
        for minute in minutes
    ]
    assert fresh == [True] * 3 + [False, True] + [False] * 2 + [True]


def test_strangers_together_get_six_codes_in_a_day_and_none_of_the_known_browsers(
    session: Session, now: datetime
) -> None:
    def got(askers: list[codes.CodeRequester]) -> int:
        return sum(codes.new_code(session, subject=SUBJECT, asker=who, now=now) is not None for who in askers)

    assert got([asker(f"s{number}") for number in range(50)]) == 6
    assert got([asker("phone", is_known=True)] * 5) == 3
    assert got([asker(f"k{number}", is_known=True) for number in range(50)]) == 3, "six for known browsers too"


def test_of_fifty_right_answers_at_once_one_opens(committed: sessionmaker[Session], now: datetime) -> None:
    with committed() as session, session.begin():
        code = sent(session, now)

    def submit(_: int) -> bool:
        with committed() as session:
            with session.begin():
                living = codes.take_try(session, subject=SUBJECT, browser="mine", now=now)
            code_id = codes.matching(living, code)
            with session.begin():
                return code_id is not None and codes.use(session, code_id, now=now)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(submit, range(50))) == 1


def test_of_eight_requests_at_once_three_get_a_code(committed: sessionmaker[Session], now: datetime) -> None:
    def ask(_: int) -> bool:
        with committed() as session, session.begin():
            return codes.new_code(session, subject=SUBJECT, asker=asker(), now=now) is not None

    assert sum(at_once(8, ask)) == 3


def test_a_code_of_somebody_else_stays_good(session: Session, now: datetime) -> None:
    hers = codes.new_code(session, subject=b"t" * 32, asker=asker("hers"), now=now)
    second = sent(session, now, browser="other")
    assert opens(session, sent(session, now), now)
    assert opens(session, second, now, browser="other")
    living = codes.take_try(session, subject=b"t" * 32, browser="hers", now=now)
    assert hers is not None and codes.matching(living, hers) is not None


@pytest.mark.parametrize("typed", ["123456", " 123456 ", "123 456", "123-456", "12 34 56"])
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert codes.read_code(typed) == "123456"


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "12345a", "١٢٣٤٥٦", "²23456", "\x00" * 6])
def test_what_is_no_code_is_not_compared(typed: str) -> None:
    assert codes.read_code(typed) is None


def test_yesterdays_codes_are_forgotten_and_todays_are_not(session: Session, now: datetime) -> None:
    sent(session, now)
    code = sent(session, now + timedelta(hours=2), browser="other")
    assert codes.forget_old(session, now=now + timedelta(hours=23)) == 0
    assert codes.forget_old(session, now=now + timedelta(hours=25)) == 1
    assert opens(session, code, now + timedelta(hours=2), browser="other")
