"""Tries to sign in: counted before they are looked at, per account and asker; nobody can lock a member out."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from app.orders.lookup.models import Guess
from app.staff.auth import passwords, services, sign_in_views, tries
from app.staff.models import SignInTries, StaffUser
from tests.at_once import at_once
from tests.conftest import SECRET
from tests.staff.browsers import PASSWORD, audited, browser, member

SIGN_IN = "/staff/sign-in"
HERE = tries.SignInClient("192.0.2.1", None)


@pytest.fixture
def user(session: Session, now: datetime) -> StaffUser:
    return member(session, now, "support", password_hash=passwords.hashed(PASSWORD))


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """What the clock says to the sign-in page; change its only item."""
    hand = [sign_in_views.utcnow()]
    monkeypatch.setattr(sign_in_views, "utcnow", lambda: hand[0])
    return hand


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that argon2 was asked for, without its work."""
    attempts: list[str] = []

    def matches(password_hash: str, password: str) -> bool:
        attempts.append(password)
        return password_hash == password

    monkeypatch.setattr(passwords, "matches", matches)
    monkeypatch.setattr(passwords, "waste_time", attempts.append)
    return attempts


def enter(
    app: Flask, password: str = PASSWORD, *, client: str = "192.0.2.1", email: str = "support@shop.example"
) -> int:
    """One try from a browser of its own; its status."""
    form = {"email": email, "password": password}
    return app.test_client().post(SIGN_IN, data=form, environ_base={"REMOTE_ADDR": client}).status_code


def counted(session: Session, account: bytes, asker: tries.SignInClient, now: datetime) -> bool:
    return tries.count(session, account, asker, key=SECRET, now=now) is not None


def failures(session: Session) -> list[int]:
    return list(session.scalars(select(SignInTries.failures).order_by(SignInTries.failures)))


@pytest.mark.parametrize(
    ("made", "waits"),
    [(4, 0), (5, 1), (6, 2), (9, 16), (14, 512), (15, 900), (60, 900), (99, 900)],
)
def test_after_five_wrong_tries_each_further_one_waits_longer(now: datetime, made: int, waits: int) -> None:
    before, after = now + timedelta(seconds=waits - 0.001), now + timedelta(seconds=waits)
    assert tries.may_try(made, now, now=after)
    assert tries.may_try(made, now, now=before) is (waits == 0)


def test_after_a_hundred_there_is_no_further_one(now: datetime) -> None:
    assert not tries.may_try(100, now, now=now + timedelta(days=29))


def test_a_stranger_slows_down_nobody_else(app: Flask, user: StaffUser, at: list[datetime]) -> None:
    assert [enter(app, "wrong") for _ in range(12)] == [422] * 12
    assert enter(app) == 422, "who made the wrong tries waits"
    assert enter(app, client="192.0.2.2") == 303


def test_a_wait_is_over_when_it_is_over(app: Flask, user: StaffUser, at: list[datetime]) -> None:
    for _ in range(6):
        enter(app, "wrong")
    assert enter(app) == 422
    at[0] += timedelta(seconds=1)
    assert enter(app) == 303
    assert [enter(app, "wrong") for _ in range(4)] == [422] * 4
    assert enter(app) == 303, "a right one forgets the wrong ones"


def test_a_hundred_wrong_tries_block_their_client_alone_and_raise_the_alarm(
    app: Flask, session: Session, user: StaffUser, at: list[datetime], looked_at: list[str], admin: FlaskClient
) -> None:
    user.password_hash = PASSWORD
    session.commit()
    for _ in range(110):
        enter(app, "wrong")
        at[0] += timedelta(minutes=15)
    assert len(looked_at) == 100
    assert enter(app) == 422
    assert enter(app, client="192.0.2.2") == 303
    assert ("support@shop.example", "staff.asker_blocked", None) in audited(session)
    assert "Password guessed at" in admin.get("/staff/people").text
    counted(session, tries.of_nobody(SECRET, "nobody@shop.example"), HERE, at[0])
    session.commit()
    admin.post(f"/staff/people/{user.id}/password")
    assert failures(session) == [0, 0, 0, 1], "all are forgotten but those at another account"
    assert "Password guessed at" not in admin.get("/staff/people").text


def test_a_browser_that_signed_in_before_is_not_slowed_down_by_others_at_its_address(
    app: Flask, user: StaffUser, at: list[datetime]
) -> None:
    mine = app.test_client()
    right = {"email": user.email, "password": PASSWORD}
    assert mine.post(SIGN_IN, data=right).status_code == 303
    mine.post("/staff/sign-out")
    for _ in range(40):
        enter(app, "wrong", client="127.0.0.1")
    assert enter(app, client="127.0.0.1") == 422
    assert mine.post(SIGN_IN, data=right).status_code == 303
    at[0] += timedelta(days=21)
    stranger = app.test_client()
    stranger.set_cookie("browser", "x" * 43)
    for _ in range(6):
        assert stranger.post(SIGN_IN, data=right | {"password": "wrong"}).status_code == 422
    mine.post("/staff/sign-out")
    assert mine.post(SIGN_IN, data=right).status_code == 422, "it is known for as long as its cookie lives"


def test_one_client_makes_argon2_work_thirty_times_an_hour_over_all_accounts(
    app: Flask, session: Session, user: StaffUser, at: list[datetime], looked_at: list[str]
) -> None:
    for number in range(50):
        enter(app, "Summer2026!!", email=f"member-{number}@shop.example")
    assert len(looked_at) == 30
    assert session.scalar(select(func.count()).select_from(SignInTries)) == 30, "a refused try leaves nothing"
    assert session.scalar(select(func.count()).select_from(Guess)) == 30
    at[0] += timedelta(minutes=61)
    enter(app, "Summer2026!!")
    assert len(looked_at) == 31


def test_right_passwords_do_not_use_up_a_clients_tries(session: Session, user: StaffUser, now: datetime) -> None:
    assert counted(session, b"another account", tries.SignInClient("192.0.2.2", None), now)
    of_others = session.scalars(select(Guess.id)).all()
    for _ in range(40):
        begun = services.begin_sign_in(session, email=user.email, asker=HERE, key=SECRET, now=now)
        assert begun is not None
        assert services.end_sign_in(session, begun, right=True, now=now) is not None
    assert failures(session) == [0, 1]
    assert session.scalars(select(Guess.id)).all() == of_others


def test_an_address_that_nobody_has_is_slowed_down_alike(
    app: Flask, user: StaffUser, at: list[datetime], looked_at: list[str]
) -> None:
    for email in ("support@shop.example", "nobody@shop.example"):
        looked_at.clear()
        for _ in range(9):
            enter(app, "wrong", email=email, client=f"198.51.100.{len(email)}")
        assert len(looked_at) == 5


@pytest.mark.parametrize("change", [{"active": False}, {"password_hash": "another"}])
def test_who_is_changed_while_the_password_is_looked_at_does_not_come_in(
    session: Session, user: StaffUser, now: datetime, change: dict[str, object]
) -> None:
    begun = services.begin_sign_in(session, email=user.email, asker=HERE, key=SECRET, now=now)
    assert begun is not None and begun.is_right(PASSWORD)
    for name, value in change.items():
        setattr(user, name, value)
    session.flush()
    assert services.end_sign_in(session, begun, right=True, now=now) is None


def test_who_gets_a_new_password_elsewhere_meanwhile_does_not_come_in_with_the_old_one(
    committed: sessionmaker[Session], now: datetime
) -> None:
    with committed() as mine, committed() as admins:
        user = member(mine, now, "support", password_hash=passwords.hashed(PASSWORD))
        begun = services.begin_sign_in(mine, email=user.email, asker=HERE, key=SECRET, now=now)
        mine.commit()
        assert begun is not None and begun.is_right(PASSWORD)
        admins.get_one(StaffUser, user.id, with_for_update=True).password_hash = "another"
        admins.commit()
        assert services.end_sign_in(mine, begun, right=True, now=now) is None


def test_what_others_counted_meanwhile_counts(committed: sessionmaker[Session], now: datetime) -> None:
    with committed() as mine, committed() as other:
        rows = []
        for session in (mine, other, other, other, mine):
            count = tries.count_as(session, b"a", b"x", now=now)
            session.commit()
            assert count is not None
            rows.append(session.get(SignInTries, (b"a", b"x")))
        assert count.failures == 5
        assert tries.count_as(other, b"a", b"x", now=now) is None


@pytest.mark.parametrize("remembered", [True, False])
def test_of_eight_tries_at_once_five_are_looked_at(
    committed: sessionmaker[Session], now: datetime, remembered: bool
) -> None:
    with committed() as session, session.begin():
        if remembered:
            tries.remember_browser(session, 7, "my-browser", now=now)
    asker = tries.SignInClient("192.0.2.1", "my-browser")

    def count(_: int) -> bool:
        with committed() as session, session.begin():
            return counted(session, tries.of_member(7), asker, now)

    assert sum(at_once(8, count)) == 5


def test_what_slows_nobody_down_is_forgotten(session: Session, now: datetime) -> None:
    tries.count_as(session, tries.of_member(1), b"x", now=now)
    session.add(SignInTries(account=b"blocked", asker=b"x", failures=100, failed_at=now))
    tries.remember_browser(session, 2, "my-browser", now=now)
    session.flush()

    def left(days: float) -> int:
        tries.forget_old(session, now=now + timedelta(days=days))
        return session.scalar(select(func.count()).select_from(SignInTries)) or 0

    assert [left(days) for days in (0.9, 1.1, 20, 22, 29, 31)] == [3, 2, 2, 1, 1, 0]


def test_the_table_holds_no_address_in_clear(app: Flask, session: Session, user: StaffUser) -> None:
    enter(app, "wrong", email="canary@example.org", client="192.0.2.77")
    row = session.scalars(select(SignInTries)).one()
    assert all(word not in row.account + row.asker for word in (b"canary", b"192.0.2.77"))


OLD = "/staff/account/password"


def test_wrong_old_passwords_are_counted_and_end_the_session(
    app: Flask, session: Session, user: StaffUser, looked_at: list[str]
) -> None:
    user.password_hash = PASSWORD
    session.commit()
    thief, owner = browser(app, user), browser(app, user)
    answers = [thief.post(OLD, data={"old": "wrong", "new": "otra-frase-corta-88"}) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [422] * 4 + [303]
    assert answers[4].location == "/staff/sign-in?wrong=1"
    assert "this session has ended" in thief.get("/staff/sign-in?wrong=1").text
    assert thief.get("/staff/account").status_code == 303
    assert owner.get("/staff/account").status_code == 200
    assert audited(session)[-1][:2] == ("support@shop.example", "staff.sign_in_failed")
    assert owner.post(OLD, data={"old": "wrong", "new": "x"}).status_code == 422, "each session has tries of its own"


def test_a_stolen_session_guesses_no_more_for_coming_from_many_places(
    app: Flask, session: Session, user: StaffUser, looked_at: list[str]
) -> None:
    user.password_hash = PASSWORD
    session.commit()
    thief = browser(app, user)
    for number in range(12):
        client = {"REMOTE_ADDR": f"198.51.100.{number}"}
        thief.post(OLD, data={"old": f"guess-{number}", "new": "x"}, environ_base=client)
    assert looked_at == [f"guess-{number}" for number in range(5)]


def test_typing_the_old_password_wrong_a_few_times_is_forgiven(app: Flask, session: Session, user: StaffUser) -> None:
    client = browser(app, user)
    for _ in range(2):
        for _ in range(4):
            assert client.post(OLD, data={"old": "wrong", "new": "x"}).status_code == 422
        assert "At least 12" in client.post(OLD, data={"old": PASSWORD, "new": "corta"}).text
