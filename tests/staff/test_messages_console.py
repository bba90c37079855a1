"""A message in the console: what was said, how the mail looks, sending it again."""

from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.notify.models import Message
from app.orders.access_models import AccessLink
from app.orders.models import Order
from tests.staff.browsers import deeds

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


def test_sending_again_makes_a_new_message_and_names_who_asked(
    support: FlaskClient, session: Session, message: Message, parcelled: Order
) -> None:
    answer = support.post(f"{PAGE}/resends")
    made = session.scalars(select(Message).where(Message.resent_from == message.id)).one()
    assert answer.location == f"/staff/messages/{made.public_id}"
    assert (made.requested_by, made.state) == ("support@shop.example", "created")
    assert deeds(session)[-1][1:] == ("message.resent", "order.received/m-1")
    assert "Sent a message again" in support.get(f"/staff/orders/{parcelled.ref}?show=staff").text
    waiting = support.post(answer.location + "/resends")
    assert (waiting.status_code, "no longer possible" in waiting.text) == (409, True)
