"""Messages over HTTP: told with their outcome, sent again on request."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.audit.models import AuditRow
from app.core.clock import utcnow
from app.notify.models import Message
from app.orders.models import Order
from tests.api.conftest import pointers


@pytest.fixture
def messages(api: FlaskClient, session: Session, document: dict[str, Any]) -> list[Message]:
    api.put("/api/v1/orders/1001", json=document)
    order = session.query(Order).one()
    order.status = "confirmed"
    now = utcnow()
    made = [
        Message(
            public_id=f"m{at}",
            dedup_key=f"d{at}",
            order_id=order.id,
            kind="order.received",
            purpose="news",
            channel=channel,
            recipient="lucia@example.com",
            recipient_hash=b"x",
            locale="es",
            brand_key="demo",
            facts={},
            state=state,
            reason=reason,
            created_at=now,
            happened_at=now,
            next_try_at=now,
        )
        for at, (channel, state, reason) in enumerate([("email", "delivered", None), ("sms", "skipped", "no_consent")])
    ]
    session.add_all(made)
    session.commit()
    return made


def test_what_was_sent_and_what_was_not_is_told(api: FlaskClient, messages: list[Message]) -> None:
    rows = api.get("/api/v1/messages?order=1001").json["messages"]
    assert [(each["id"], each["order"], each["state"], each["reason"]) for each in rows] == [
        ("m0", "1001", "delivered", None),
        ("m1", "1001", "skipped", "no_consent"),
    ]
    assert [each["id"] for each in api.get("/api/v1/messages?channel=sms").json["messages"]] == ["m1"]
    assert api.get("/api/v1/messages?order=none").json == {"messages": [], "next": None}


def test_pages_of_messages_join_up(api: FlaskClient, messages: list[Message]) -> None:
    first = api.get("/api/v1/messages?limit=1").json
    second = api.get(f"/api/v1/messages?limit=1&cursor={first['next']}").json
    assert [first["messages"][0]["id"], second["messages"][0]["id"]] == ["m0", "m1"]
    assert second["next"] is None


def test_a_message_is_sent_again_as_a_new_one(api: FlaskClient, messages: list[Message]) -> None:
    again = api.post("/api/v1/messages/m0/resend")
    assert again.status_code == 201, again.json
    assert again.json["id"] != "m0"
    assert again.json["requested_by"] == "api:tests"
    assert api.post("/api/v1/messages/none/resend").status_code == 404


def test_a_stale_message_and_a_wrong_address_are_refused_with_a_clear_sentence(
    api: FlaskClient, session: Session, messages: list[Message]
) -> None:
    wrong = api.post("/api/v1/messages/m0/resend", json={"to": "lucia@"})
    assert (wrong.status_code, pointers(wrong)) == (422, ["#/to"])
    elsewhere = api.post("/api/v1/messages/m0/resend", json={"to": "lu@example.org"})
    assert (elsewhere.status_code, elsewhere.json["recipient"]) == (201, "lu@example.org")
    assert api.post("/api/v1/messages/m0/resend", json={"to": "a@example.org", "bcc": "x"}).status_code == 422
    session.query(Order).one().status = "cancelled"
    session.commit()
    stale = api.post("/api/v1/messages/m0/resend")
    assert stale.status_code == 409
    assert stale.json["detail"] == "This message is not sent again: newer news took its place."


def test_one_idempotency_key_sends_once(api: FlaskClient, session: Session, messages: list[Message]) -> None:
    request = {"headers": {"Idempotency-Key": "press-1"}, "json": {}}
    first, second = (api.post("/api/v1/messages/m0/resend", **request) for _ in range(2))
    assert first.json["id"] == second.json["id"]
    assert session.query(Message).filter(Message.resent_from.is_not(None)).count() == 1


@pytest.mark.parametrize(("to", "more"), [(None, {}), ("lu@example.org", {"to": "l•••@example.org"})])
def test_the_trail_names_the_message_and_masks_a_corrected_address(
    api: FlaskClient, session: Session, messages: list[Message], to: str | None, more: dict[str, str]
) -> None:
    assert api.post("/api/v1/messages/m0/resend", json={"to": to}).status_code == 201
    row = session.query(AuditRow).filter_by(action="message.resent").one()
    assert (row.actor, row.order_id, row.subject) == ("api:tests", messages[0].order_id, "order.received/m0")
    assert row.detail == {"kind": "order.received", "message": "m0", **more}
