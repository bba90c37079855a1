"""People are invited by mail: a link that counts once, opens nothing by itself, and rests nowhere in the clear."""

import json
import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app.core.clock import utcnow
from app.core.db import transaction
from app.core.tokens import unseal
from app.jobs import access, engine
from app.notify.models import SandboxMessage
from app.notify.preferences.suppression import recipient_key, suppress
from app.staff.auth import links
from app.staff.models import StaffLink, StaffUser
from tests.conftest import SECRET
from tests.staff.browsers import PASSWORD, audited, browser, lets_in, member

PEOPLE = "/staff/people"
ANA = {"email": "Ana@Shop.example", "name": "Ana", "role": "support", "language": "en"}


@pytest.fixture
def mailing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """A demo shop, whose mails go into the sandbox, and a worker of it."""
    settings = app.config["SETTINGS"].model_copy(update={"demo": True})
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    monkeypatch.setattr(access, "settings", lambda: settings)
    monkeypatch.setattr(access, "database", lambda: app.extensions["database"])
    monkeypatch.setattr(engine, "database", lambda: app.extensions["database"])
    return app


@pytest.fixture
def chief(mailing: Flask, session: Session, now: datetime) -> FlaskClient:
    return browser(mailing, member(session, now, "admin"))


@pytest.fixture
def reader(mailing: Flask) -> FlaskClient:
    client = mailing.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en-GB"
    return client


def work(session: Session) -> None:
    """Do the jobs that wait, as the worker would."""
    tasks = {"mail_staff_link": access.mail_staff_link, "answer_forgotten": access.answer_forgotten}
    while waiting := session.execute(
        text("select id, task_name, args from procrastinate_jobs where status = 'todo' and task_name = any(:names)"),
        {"names": list(tasks)},
    ).all():
        for job_id, name, args in waiting:
            session.execute(text("update procrastinate_jobs set status = 'succeeded' where id = :id"), {"id": job_id})
            session.commit()
            tasks[name](**args)


def mailed(session: Session) -> SandboxMessage:
    """The newest mail that left."""
    work(session)
    return session.scalars(select(SandboxMessage).order_by(SandboxMessage.id.desc())).first()  # type: ignore[return-value]


def link_in(mail: SandboxMessage) -> str:
    match = re.search(r"(/staff/l/[\w-]{40,})", mail.text)
    assert match, mail.text
    return match[1]


def ana(session: Session) -> StaffUser:
    session.expire_all()
    return session.scalars(select(StaffUser).where(StaffUser.email == "ana@shop.example")).one()


def test_whoever_is_invited_chooses_a_password_of_their_own_and_is_in(
    chief: FlaskClient, reader: FlaskClient, session: Session
) -> None:
    assert chief.post(PEOPLE, data=ANA).status_code == 303
    page = chief.get(PEOPLE).text
    assert ("ana@shop.example is invited." in page, "Invited</span>" in page) == (True, True)
    mail = mailed(session)
    assert (mail.recipient, mail.subject) == ("ana@shop.example", "Your invitation to the console of Paradero")
    assert "admin invites you to the console" in mail.text
    link = link_in(mail)
    assert "Mailed" in chief.get(PEOPLE).text
    link_row = session.scalars(select(StaffLink)).one()
    assert link_row.expires_at - link_row.issued_at == timedelta(hours=72)
    assert reader.post(link).location == "/staff/password"
    assert "Strangers would guess that soon" in reader.post("/staff/password", data={"new": "ana@shop.example"}).text
    assert reader.post("/staff/password", data={"new": PASSWORD}).location == "/staff"
    assert "Welcome. Your password is set." in reader.get("/staff/orders").text
    user = ana(session)
    assert (user.is_invited, user.handed_over, user.locale) == (False, False, "en")
    assert lets_in(session, user.email, PASSWORD, utcnow())
    assert [row[1] for row in audited(session)][:3] == ["staff.invited", "staff.joined", "staff.signed_in"]


def test_looking_at_a_link_does_nothing_and_using_it_counts_once(
    chief: FlaskClient, mailing: Flask, reader: FlaskClient, session: Session
) -> None:
    chief.post(PEOPLE, data=ANA)
    link = link_in(mailed(session))
    for _ in range(3):
        assert reader.get(link).status_code == 200
    assert reader.head(link).status_code == 200
    assert ana(session).is_invited
    reader.post(link)
    other = mailing.test_client()
    other.post(link)
    assert reader.post("/staff/password", data={"new": PASSWORD}).status_code == 303
    assert other.post("/staff/password", data={"new": "otra-frase-larga-88"}).status_code == 410
    assert (other.get(link).status_code, other.post(link).status_code) == (410, 410)
    assert lets_in(session, "ana@shop.example", PASSWORD, utcnow())


def test_nobody_finds_the_link_in_tables_and_jobs(chief: FlaskClient, session: Session) -> None:
    chief.post(PEOPLE, data=ANA)
    jobs = session.scalars(text("select args::text from procrastinate_jobs where task_name = 'mail_staff_link'")).all()
    sealed = json.loads(jobs[-1])["sealed"]
    token = json.loads(unseal(SECRET, sealed, max_age=60) or "{}")["token"]
    tables = session.scalars(text("select tablename from pg_tables where schemaname = 'public'")).all()
    rows = [str(session.execute(text(f'select t::text from "{name}" t')).all()) for name in tables]
    assert [name for name, content in zip(tables, rows, strict=True) if token in content] == []


def test_a_link_ends_after_72_hours_or_with_the_next_one(
    chief: FlaskClient, reader: FlaskClient, session: Session
) -> None:
    chief.post(PEOPLE, data=ANA)
    first = link_in(mailed(session))
    again = f"{PEOPLE}/{ana(session).id}/invitation"
    assert "stops working" in chief.get(again).text
    assert chief.post(again).status_code == 303
    second = link_in(mailed(session))
    assert (reader.post(first).status_code, reader.get(second).status_code) == (410, 200)
    session.execute(update(StaffLink).values(expires_at=utcnow() - timedelta(seconds=1)))
    session.commit()
    assert reader.post(second).status_code == 410
    assert "Expired" in chief.get(PEOPLE).text


def test_an_invitation_is_taken_back_until_somebody_has_joined(
    chief: FlaskClient, reader: FlaskClient, session: Session, now: datetime
) -> None:
    chief.post(PEOPLE, data=ANA)
    link, user_id = link_in(mailed(session)), ana(session).id
    assert chief.post(f"{PEOPLE}/{user_id}/invitation/end").status_code == 303
    assert reader.get(link).status_code == 410
    assert "ana@shop.example" not in chief.get(PEOPLE).text.partition("</table>")[0]
    joined = member(session, now, "support")
    for path in ("invitation", "invitation/end"):
        answer = chief.post(f"{PEOPLE}/{joined.id}/{path}")
        assert (answer.status_code, "not open any more" in answer.text) == (409, True)


def test_a_deactivated_guest_cannot_join(chief: FlaskClient, reader: FlaskClient, session: Session) -> None:
    chief.post(PEOPLE, data=ANA)
    link = link_in(mailed(session))
    chief.post(f"{PEOPLE}/{ana(session).id}/activity", data={"active": "no"})
    assert reader.post(link).status_code == 410


def test_a_mail_that_does_not_leave_is_told_on_the_page(chief: FlaskClient, session: Session) -> None:
    """The sandbox refuses this address as a provider would."""
    chief.post(PEOPLE, data=ANA | {"email": "permanent@simulator.example"})
    work(session)
    link = session.scalars(select(StaffLink)).one()
    assert (link.sent_at, bool(link.fault)) == (None, True)
    assert "Mail not sent" in chief.get(PEOPLE).text


def test_mails_to_staff_meet_no_suppression_of_customers(chief: FlaskClient, session: Session, now: datetime) -> None:
    """She is a customer too, and wants no messages as one; the invitation goes all the same."""
    address = recipient_key(SECRET, "email", "ana@shop.example")
    suppress(session, channel="email", recipient_hash=address, purpose="all", source="complaint", now=now)
    session.commit()
    chief.post(PEOPLE, data=ANA)
    assert mailed(session).recipient == "ana@shop.example"


def test_whoever_forgot_their_password_gets_a_link_and_chooses_another(
    mailing: Flask, reader: FlaskClient, session: Session, now: datetime
) -> None:
    user = member(session, now, "support", "ana", locale="es")
    assert "/staff/forgotten" in reader.get("/staff/sign-in").text
    assert reader.post("/staff/forgotten", data={"email": " Ana@shop.example"}).location == "/staff/forgotten/sent"
    mail = mailed(session)
    assert mail.subject == "Una contraseña nueva para la consola de Paradero"
    opened = browser(mailing, user)
    assert opened.get("/staff/orders").status_code == 200
    reader.post(link_in(mail))
    assert reader.post("/staff/password", data={"new": PASSWORD}).location == "/staff"
    session.expire_all()
    assert lets_in(session, user.email, PASSWORD, utcnow())
    assert [row[1] for row in audited(session)][:2] == ["staff.password_forgotten", "staff.password_changed"]


def test_who_has_a_second_factor_is_still_asked_for_it_after_the_link(
    reader: FlaskClient, session: Session, now: datetime
) -> None:
    member(session, now, "support", "ana", totp_secret="sealed")
    reader.post("/staff/forgotten", data={"email": "ana@shop.example"})
    reader.post(link_in(mailed(session)))
    assert reader.post("/staff/password", data={"new": PASSWORD}).location == "/staff/sign-in/code"
    assert reader.get("/staff/orders").status_code == 303


def test_nobody_learns_from_the_form_who_is_a_member(
    mailing: Flask, reader: FlaskClient, session: Session, now: datetime
) -> None:
    member(session, now, "support", "ana")
    member(session, now, "support", "gone", active=False)
    answers = set()
    for email in ("ana@shop.example", "gone@shop.example", "nobody@shop.example"):
        answer = reader.post("/staff/forgotten", data={"email": email})
        answers.add((answer.status_code, answer.location, answer.text))
    assert len(answers) == 1
    jobs = session.scalars(text("select args::text from procrastinate_jobs where task_name = 'answer_forgotten'")).all()
    assert (len(jobs), [job for job in jobs if "@" in job]) == (3, [])
    work(session)
    assert [mail.recipient for mail in session.scalars(select(SandboxMessage))] == ["ana@shop.example"]


def test_one_address_gets_three_links_in_a_quarter_of_an_hour(reader: FlaskClient, session: Session) -> None:
    for _ in range(5):
        assert reader.post("/staff/forgotten", data={"email": "ana@shop.example"}).status_code == 303
    count = text("select count(*) from procrastinate_jobs where task_name = 'answer_forgotten'")
    assert session.scalar(count) == 3
    assert reader.post("/staff/forgotten", data={"email": "nobody"}).status_code == 422


def test_where_mails_leave_nobody_sees_anothers_password(chief: FlaskClient, session: Session, now: datetime) -> None:
    user = member(session, now, "support", password_hash="kept")
    assert "We&#39;ll mail them a link" in chief.get(f"{PEOPLE}/{user.id}/password").text
    chief.post(f"{PEOPLE}/{user.id}/password")
    assert "data-copy" not in chief.get(PEOPLE).text
    session.expire_all()
    assert user.password_hash == "kept"
    assert mailed(session).recipient == user.email


def test_old_links_for_passwords_go_and_invitations_stay(session: Session, now: datetime) -> None:
    user = member(session, now, "support")
    with transaction(session):
        for purpose in (links.PASSWORD, links.INVITATION):
            links.post(session, user, purpose, by="a", key=SECRET, now=now - timedelta(days=40))
    assert links.forget_old(session, now=now) == 1
    assert [link.purpose for link in session.scalars(select(StaffLink))] == ["invitation"]
