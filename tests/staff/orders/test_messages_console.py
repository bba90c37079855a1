"""A message in the console: what was said, how the mail looks, sending it again."""

import re
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.models import AuditRow
from app.notify.models import Attempt, Message
from app.notify.preferences.suppression import ALL, recipient_key, suppress
from app.orders.lookup.models import AccessLink
from app.orders.models import Order
from app.returns.services import request_return
from tests.notify.build import a_mail_config
from tests.returns.stage import asking, delivered_order
from tests.rounds import heard
from tests.staff.browsers import audited

PAGE = "/staff/messages/m-1"


@pytest.fixture
def message(session: Session, parcelled: Order, now: datetime) -> Message:
    """A mail that was handed over."""
    made = Message(
        public_id="m-1", dedup_key="d", order_id=parcelled.id, kind="order.received", purpose="news", channel="email",
        recipient="marisol@example.com", recipient_hash=b"r", locale="es", brand_key="demo", facts={},
        state="accepted", subject="Recibido", text="Tu pedido: https://shop.example/l/…", provider="sandbox",
        created_at=now, happened_at=now, next_try_at=now, accepted_at=now,
    )  # fmt: skip
    session.add(made)
    session.commit()
    return made


def test_it_shows_what_was_said_and_masks_to_whom(support: FlaskClient, message: Message) -> None:
    text = support.get(PAGE).text
    assert "Tu pedido" in text
    assert "m•••@example.com" in text
    assert "marisol" not in text


def test_the_mail_is_shown_in_a_cage_with_dead_links(support: FlaskClient, session: Session, message: Message) -> None:
    answer = support.get(f"{PAGE}/mail")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "1001" in answer.text
    assert "/l/…" in answer.text
    session.expire_all()
    assert message.subject == "Recibido"
    assert session.scalars(select(AccessLink)).all() == []


def test_a_code_that_travels_inside_a_mail_is_seen_in_it(support: FlaskClient, session: Session, now: datetime) -> None:
    order = delivered_order(session, now=now)
    request_return(session, order.id, asking(("1", 1, "too_small")), by="customer", now=now)
    heard(session, limit=200, now=now, config=a_mail_config())
    session.commit()
    approved = select(Message.public_id).where(Message.kind == "return.approved", Message.channel == "email")
    mail = support.get(f"/staff/messages/{session.scalars(approved).one()}/mail")
    assert 'src="data:image/png;base64,' in mail.text and "cid:" not in mail.text


def press_of(page: str) -> str:
    match = re.search(r'name="press" value="([\w-]+)"', page)
    assert match
    return match.group(1)


def resent(session: Session, message: Message) -> list[Message]:
    return list(session.scalars(select(Message).where(Message.resent_from == message.id).order_by(Message.id)))


def test_the_key_opens_a_page_that_asks_and_sends_nothing(
    support: FlaskClient, session: Session, message: Message
) -> None:
    page = support.get(PAGE).text
    assert f'href="{PAGE}/resend" data-key="s"' in page and "<form" not in page.partition("<main")[2]
    asks = support.get(f"{PAGE}/resend").text
    assert "This goes at once to m•••@example.com" in asks
    assert "Hemos recibido tu pedido 1001" in asks and "/l/…" in asks and "marisol@" not in asks
    assert resent(session, message) == []


def test_sending_again_makes_a_new_message_and_names_who_asked(
    support: FlaskClient, session: Session, message: Message, parcelled: Order
) -> None:
    press = press_of(support.get(f"{PAGE}/resend").text)
    answers = [support.post(f"{PAGE}/resends", data={"press": press}) for _ in range(2)]
    [made] = resent(session, message)
    assert [answer.location for answer in answers] == [f"/staff/messages/{made.public_id}"] * 2
    assert (made.requested_by, made.state) == ("support@shop.example", "created")
    assert [row[1:] for row in audited(session)].count(("message.resent", "order.received/m-1")) == 1
    timeline = support.get(f"/staff/orders/{parcelled.ref}?show=staff").text
    assert "Sent a message again" in timeline and "Order received" in timeline and "m-1" not in timeline
    waiting = support.post(answers[0].location + "/resends")
    assert (waiting.status_code, "still on its way" in waiting.text) == (409, True)


def test_what_is_no_longer_true_is_shown_with_its_reason_and_without_a_button(
    support: FlaskClient, session: Session, message: Message, parcelled: Order
) -> None:
    parcelled.status = "completed"
    session.commit()
    page = support.get(f"{PAGE}/resend").text
    assert "It is not sent again: newer news took its place." in page
    assert 'name="press"' not in page
    refused = support.post(f"{PAGE}/resends", data={"press": "press-0001"})
    assert (refused.status_code, "newer news took its place" in refused.text) == (409, True)
    assert resent(session, message) == []


def test_another_address_is_checked_used_and_recorded_masked(
    support: FlaskClient, session: Session, message: Message
) -> None:
    wrong = support.post(f"{PAGE}/resends", data={"press": "press-0001", "to": "marisol@"})
    assert wrong.status_code == 422 and "Write an e-mail address" in wrong.text and 'value="marisol@"' in wrong.text
    done = support.post(f"{PAGE}/resends", data={"press": "press-0001", "to": "sol@example.org"})
    [made] = resent(session, message)
    assert (made.recipient, made.readdressed) == ("sol@example.org", True)
    assert "to an address they gave" in support.get(done.location).text
    row = session.scalars(select(AuditRow).where(AuditRow.action == "message.resent")).one()
    assert row.detail["to"] == "s•••@example.org" and "sol@" not in str(row.detail)


def test_where_the_address_is_what_is_wrong_another_one_is_asked_for(
    support: FlaskClient, session: Session, message: Message, app: Flask, now: datetime
) -> None:
    key = recipient_key(app.extensions["mail_config"].key, "email", "marisol@example.com")
    suppress(session, channel="email", recipient_hash=key, purpose=ALL, source="bounce", now=now)
    session.commit()
    page = support.get(f"{PAGE}/resend").text
    assert "It is not sent again: this address must not be written to." in page and 'name="press"' in page
    assert support.post(f"{PAGE}/resends", data={"press": "press-0001"}).status_code == 409
    assert support.post(f"{PAGE}/resends", data={"press": "press-0001", "to": "b@example.org"}).status_code == 303


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_providers_code_is_said_in_words(
    support: FlaskClient, session: Session, message: Message, language: str
) -> None:
    message.state, message.reason = "failed", "sandbox:permanent"
    session.commit()
    page = support.get(PAGE, headers={"Accept-Language": language}).text
    words = {"es": "no se puede entregar nada en esta dirección", "en": "nothing can be delivered to this address"}
    provider = {"es": "Zona de pruebas", "en": "Sandbox"}[language]
    assert f"{words[language]} ({provider}: permanent)" in page


@pytest.mark.parametrize(
    ("actor", "words"),
    [("api:oms", "the system “oms”"), ("eva@shop.example", "eva@shop.example"), ("customer", "the customer")],
)
def test_who_did_it_is_said_in_words(
    support: FlaskClient, session: Session, message: Message, actor: str, words: str
) -> None:
    message.requested_by = actor
    session.commit()
    assert f"requested by {words}" in support.get(PAGE).text


def test_providers_tries_and_languages_are_told_in_words(
    support: FlaskClient, session: Session, message: Message, now: datetime
) -> None:
    message.reason, message.state, message.locale = "sandbox:permanent", "failed", "es-ES"
    session.add(
        Attempt(message_id=message.id, token="t", provider="sandbox", started_at=now, ended_at=now,
                outcome="permanent", code="permanent", detail="550 no such box")
    )  # fmt: skip
    session.commit()
    page = support.get(PAGE).text
    assert "Tried with Sandbox" in page
    assert "nothing can be delivered to this address · permanent · 550 no such box" in page
    assert "(Sandbox: permanent)" in page and "sandbox permanent" not in page
    assert "Spanish (Spain)" in page
