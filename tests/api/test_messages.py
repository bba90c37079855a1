"""Messages over HTTP: told with their outcome, sent again on request."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.clock import utcnow
from app.notify.models import Message
from app.orders.models import Order


@pytest.fixture
def messages(api: FlaskClient, session: Session, document: dict[str, Any]) -> list[Message]:
    api.put("/api/v1/orders/1001", json=document)
    order = session.query(Order).one()
    now = utcnow()
    made = [
        Message(
            public_id=f"m{at}",
            dedup_key=f"d{at}",
            order_id=order.id,
            kind="shipment.delivered",
            purpose="order",
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
    told = api.get("/api/v1/messages?order=1001").json["messages"]
    assert [(each["id"], each["order"], each["state"], each["reason"]) for each in told] == [
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
