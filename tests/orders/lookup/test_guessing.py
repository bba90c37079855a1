"""Attacks on the look-up: one known address, many numbers, many clients; and the way in which nothing is guessed."""

from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, select, text
from sqlalchemy.orm import Session

from app.brands.models import Brand
from app.events.models import DomainEvent
from app.notify.models import Message
from app.orders.lookup.sending import answer_link_request
from tests.conftest import SECRET
from tests.notify.build import a_mail_config
from tests.orders.build import document
from tests.orders.put import put_order
from tests.rounds import heard
from tests.staff.browsers import audited
from tests.support.tokens import without_tokens

CLIENTS, NUMBERS = 8, 140


def attack(app: Flask, first: int) -> list[str]:
    """140 numbers in a row with Marisol's address, from eight clients, each try from a browser of its own."""
    opened = []
    for turn in range(NUMBERS):
        browser = app.test_client()
        browser.environ_base["REMOTE_ADDR"] = f"198.51.100.{turn % CLIENTS}"
        browser.post("/", data={"number": str(first + turn), "contact": "marisol@example.com"})
        target = browser.get("/found").location
        opened += [target] if target else []
    return opened


@pytest.mark.parametrize("first", [1001 - NUMBERS + 1, 1001 - 70, 1001 - 5])
def test_a_known_address_against_140_numbers_from_eight_clients_opens_nothing(
    app: Flask, session: Session, now: datetime, first: int
) -> None:
    put_order(session, document(), now=now)
    assert attack(app, first) == []


@pytest.fixture
def strict(app: Flask, session: Session) -> None:
    """The shop's brand has links sent instead of opening orders."""
    done = app.test_cli_runner().invoke(args=["portal", "look-up", "demo", "--links-only"])
    assert (done.exit_code, done.output.strip()) == (0, "demo: only a link is sent")


def look_up(anyone: FlaskClient, number: str = "1001", contact: str = "marisol@example.com") -> tuple[int, str]:
    """One try of a fresh browser; the page after it, without what was typed and without the token of its form."""
    browser = anyone.application.test_client()
    browser.post("/", data={"number": number, "contact": contact})
    shown = browser.get("/found")
    page = without_tokens(shown.text)
    return shown.status_code, page.replace(number, "NUMBER").replace(contact, "CONTACT")


def answered(session: Session, now: datetime) -> list[dict[str, Any]]:
    """What the job has been sending for all requests that wait; they wait no more."""
    rows = session.scalars(text("select args->>'sealed' from procrastinate_jobs where task_name = 'mail_order_links'"))
    for sealed in rows.all():
        answer_link_request(session, sealed, key=SECRET, now=now)
    session.execute(text("delete from procrastinate_jobs"))
    query = select(DomainEvent.payload).where(DomainEvent.kind == "access.link_requested").order_by(DomainEvent.id)
    return [{name: payload[name] for name in ("order_ids", "contact_id")} for payload in session.scalars(query)]


@pytest.mark.parametrize("first", [1001, 1001 - 3, 1001 - 70])
def test_where_links_are_sent_nothing_opens_by_guessing_not_even_at_the_first_try(
    app: Flask, session: Session, now: datetime, strict: None, first: int
) -> None:
    put_order(session, document(), now=now)
    assert attack(app, first) == []


def test_where_links_are_sent_a_right_pair_looks_like_any_other(
    client: FlaskClient, session: Session, now: datetime, strict: None
) -> None:
    put_order(session, document(), now=now)
    right = look_up(client)
    assert (right[0], "te hemos enviado un enlace" in right[1]) == (200, True)
    assert look_up(client, number="9999") == right
    for _ in range(3):
        assert look_up(client, contact="wrong@example.org") == right
    assert look_up(client) == right


def test_where_links_are_sent_a_right_pair_is_paused_when_a_wrong_one_is(
    client: FlaskClient, session: Session, now: datetime, strict: None
) -> None:
    put_order(session, document(), now=now)
    right = [look_up(client) for _ in range(7)]
    wrong = [look_up(client, number="9999", contact="someone@example.org") for _ in range(7)]
    assert right == wrong and right[4] != right[5]


def test_where_links_are_sent_every_outcome_takes_the_same_steps(
    client: FlaskClient, session: Session, engine: Engine, now: datetime, strict: None
) -> None:
    put_order(session, document(), now=now)
    steps: list[str] = []

    def taken(number: str, contact: str) -> list[str]:
        steps.clear()
        client.post("/", data={"number": number, "contact": contact})
        return list(steps)

    def note(*call: object) -> None:
        steps.append(str(call[2]).split()[0])

    taken("1001", "marisol@example.com")
    event.listen(engine, "before_cursor_execute", note)
    try:
        right = taken("1001", "marisol@example.com")
        assert taken("9999", "marisol@example.com") == taken("1001", "wrong@example.org") == right
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_only_a_right_pair_has_a_link_sent_to_who_is_on_file(
    client: FlaskClient, session: Session, now: datetime, strict: None
) -> None:
    order = put_order(session, document(), now=now).order
    put_order(session, document(number="2002"), now=now)
    look_up(client, number="9999")
    look_up(client, contact="wrong@example.org")
    assert answered(session, now) == []
    look_up(client, contact="600112233")
    assert answered(session, now) == [{"order_ids": [order.id], "contact_id": order.contacts[0].id}]


def test_however_often_an_order_is_looked_up_its_owner_gets_few_mails(
    client: FlaskClient, session: Session, now: datetime, strict: None
) -> None:
    put_order(session, document(), now=now)
    for _ in range(8):
        look_up(client)
    assert len(answered(session, now)) == 3


def test_where_links_are_sent_an_order_without_an_e_mail_gets_them_by_text(
    client: FlaskClient, session: Session, now: datetime, strict: None
) -> None:
    put_order(session, document({"customer.email": None}), now=now)
    look_up(client, contact="600112233")
    assert len(answered(session, now)) == 1
    heard(session, limit=50, now=now, config=a_mail_config())
    query = select(Message.channel, Message.recipient).where(Message.kind == "access.link_requested")
    assert [tuple(row) for row in session.execute(query)] == [("sms", "+34600112233")]


def test_a_brand_that_opens_at_once_goes_on_doing_so_beside_one_that_does_not(
    client: FlaskClient, session: Session, now: datetime, strict: None
) -> None:
    session.add(Brand(key="open", name="Abierta"))
    session.flush()
    order = put_order(session, document(number="7007", brand="open"), now=now).order
    client.post("/", data={"number": "7007", "contact": "marisol@example.com"})
    assert client.get("/found").location == f"/o/{order.ref}"
    assert answered(session, now) == []


def test_the_setting_is_told_taken_back_and_kept_in_the_audit_trail(app: Flask, session: Session, strict: None) -> None:
    def said(*arguments: str) -> tuple[int, str]:
        done = app.test_cli_runner().invoke(args=["portal", "look-up", *arguments])
        return done.exit_code, done.output.strip()

    assert said("demo") == (0, "demo: only a link is sent")
    assert said("demo", "--at-once") == (0, "demo: the order opens at once")
    assert said("nobody")[0] == 2
    assert [row[1:] for row in audited(session)] == [("setting.saved", "demo/brand")] * 2
