"""Outbound webhooks: subscribed over HTTP, written with the event, delivered outside of any transaction."""

import json
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from app.api.models import WebhookDelivery, WebhookSubscription
from app.api.webhooks_out import announcements, deliveries, subscriptions
from app.api.webhooks_out.deliveries import DeliveryOutcome, Result
from app.core import standard_webhooks
from app.core.clock import utcnow
from app.core.errors import Invalid, NotFound
from app.core.http import Reply, Rules
from app.events import log
from app.events.kinds import EventKind, Listener
from app.events.models import DomainEvent
from app.returns.withdrawal.matching import receive
from app.returns.withdrawal.statement import WithdrawalStatement, state_withdrawal
from tests.api.conftest import pointers
from tests.conftest import SECRET as KEY
from tests.rounds import announced

URL = "https://shop.example.com/hook"
Document = dict[str, Any]


@pytest.fixture
def subscription(api: FlaskClient) -> Document:
    made: Document = api.post("/api/v1/webhooks", json={"url": URL, "kinds": ["order.received"]}).json
    return made


def _events(api: FlaskClient, session: Session, document: Document) -> None:
    api.put("/api/v1/orders/1001", json=document | {"status": "confirmed", "shipments": []})
    announced(session, limit=100, now=utcnow())
    session.commit()


def _receiver(sent: list[tuple[str, bytes, dict[str, str]]], status: int) -> Any:
    """Another system that notes what it gets."""

    def receive(url: str, *, body: bytes, headers: dict[str, str], rules: Rules) -> Reply:
        sent.append((url, body, headers))
        return Reply(status, {}, b"")

    return receive


def _only(session: Session) -> WebhookDelivery:
    session.expire_all()
    return session.scalars(select(WebhookDelivery)).one()


def test_the_secret_is_told_once_and_sealed(api: FlaskClient, session: Session, subscription: Document) -> None:
    assert subscription["secret"].startswith("whsec_")
    page = api.get("/api/v1/webhooks").json
    assert page["subscriptions"][0]["secret"] is None
    assert "order.received" in page["kinds"]
    assert subscription["secret"] not in session.scalars(select(WebhookSubscription)).one().sealed_secrets[0]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"url": "http://shop.example.com/"}, "#/url"),
        ({"url": "https://127.0.0.1/"}, "#/url"),
        ({"url": URL, "kinds": ["order.received", "order.eaten"]}, "#/kinds/1"),
        ({"url": URL, "kinds": "all"}, "#/kinds"),
        ({"url": URL, "kinds": ["access.link_requested"]}, "#/kinds/0"),
        ({"kinds": []}, "#/url"),
    ],
)
def test_a_subscription_that_cannot_be_is_refused(api: FlaskClient, body: Document, pointer: str) -> None:
    answer = api.post("/api/v1/webhooks", json=body)
    assert answer.status_code == 422
    assert pointers(answer) == [pointer]


def test_subscriptions_have_a_limit(session: Session) -> None:
    for _ in range(subscriptions.MOST):
        subscriptions.subscribe(session, url=URL, kinds=[], key=KEY, rules=Rules(), now=utcnow())
    with pytest.raises(Invalid):
        subscriptions.subscribe(session, url=URL, kinds=[], key=KEY, rules=Rules(), now=utcnow())


def test_an_event_becomes_a_signed_delivery(
    api: FlaskClient, session: Session, subscription: Document, document: Document
) -> None:
    _events(api, session, document)
    (call,) = deliveries.claim(session, key=KEY, limit=10, now=utcnow())
    sent: list[tuple[str, bytes, dict[str, str]]] = []
    result = deliveries.attempt(call, rules=Rules(), send=_receiver(sent, 204))
    url, body, headers = sent[0]
    assert url == URL
    payload = Webhook(subscription["secret"]).verify(body, headers)
    assert payload["type"] == "order.received"
    assert payload["data"]["order"]["number"] == "1001"
    assert headers["webhook-id"] == call.message_id
    deliveries.settle(session, call, result, now=utcnow())
    session.commit()
    listed = api.get(f"/api/v1/webhooks/{subscription['id']}/deliveries").json["deliveries"]
    assert [(each["state"], each["status"], each["attempts"]) for each in listed] == [("delivered", 204, 1)]


def test_only_the_kinds_that_were_asked_for_are_delivered(
    api: FlaskClient, session: Session, subscription: Document, document: Document
) -> None:
    everything = api.post("/api/v1/webhooks", json={"url": URL}).json["id"]
    api.put("/api/v1/orders/1001", json=document | {"status": "on_hold", "hold": "payment", "shipments": []})
    announced(session, limit=100, now=utcnow())
    session.commit()
    kinds = {
        one: {each["kind"] for each in api.get(f"/api/v1/webhooks/{one}/deliveries").json["deliveries"]}
        for one in (subscription["id"], everything)
    }
    assert kinds == {subscription["id"]: {"order.received"}, everything: {"order.received", "order.on_hold"}}
    assert log.lease(session, Listener.WEBHOOKS, limit=9, now=utcnow()) == []


def _fail(session: Session, status: int | None, times: int = 1) -> WebhookDelivery:
    for _ in range(times):
        _only(session).next_try_at = utcnow()
        session.flush()
        (call,) = deliveries.claim(session, key=KEY, limit=10, now=utcnow())
        deliveries.settle(session, call, Result(status, {}, None if status else "no connection"), now=utcnow())
    session.commit()
    return _only(session)


def test_a_withdrawal_is_told_without_what_the_person_wrote(session: Session) -> None:
    words = {"name": "Marisol Quijano", "order_text": "my order 77", "receipt_to": "marisol@example.org"}
    withdrawal = state_withdrawal(session, WithdrawalStatement(**words, locale="es", form_key="f"), now=utcnow())
    receive(session, limit=9, key=KEY, now=utcnow())
    event = session.scalars(select(DomainEvent).where(DomainEvent.kind == "withdrawal.received")).one()
    body = announcements.documents(session, [event])[event.id]
    facts = json.loads(body)["data"]["facts"]
    assert facts == {"ref": withdrawal.ref, "stated_at": withdrawal.stated_at.isoformat(), "needs_person": True}
    assert not any(word in body for word in words.values())
    assert "withdrawal.received" in subscriptions.KINDS and "access.link_requested" not in subscriptions.KINDS


def test_a_failure_is_tried_again_and_in_the_end_listed(
    api: FlaskClient, session: Session, subscription: Document, document: Document
) -> None:
    _events(api, session, document)
    once = _fail(session, 500)
    assert (once.state, once.error) == ("waiting", "answered 500")
    assert deliveries.claim(session, key=KEY, limit=10, now=utcnow()) == []
    assert _fail(session, None, 9).state == "failed"
    address = f"/api/v1/webhooks/{subscription['id']}"
    assert len(api.get(f"{address}/deliveries?state=failed").json["deliveries"]) == 1
    assert api.post(f"{address}/replay").json == {"replayed": 1}
    again = _only(session)
    assert (again.state, again.attempts) == ("waiting", 0)


def test_one_delivery_is_sent_again_under_its_old_id(
    api: FlaskClient, session: Session, subscription: Document, document: Document
) -> None:
    _events(api, session, document)
    done = _fail(session, 200)
    address = f"/api/v1/webhooks/{subscription['id']}/deliveries"
    assert api.post(f"{address}/{done.public_id}/replay").json == {"replayed": 1}
    (call,) = deliveries.claim(session, key=KEY, limit=10, now=utcnow())
    assert call.message_id == done.public_id
    assert api.post(f"{address}/msg_none/replay").status_code == 404


def test_gone_switches_the_subscription_off_until_it_is_switched_on(
    api: FlaskClient, session: Session, subscription: Document, document: Document
) -> None:
    _events(api, session, document)
    _fail(session, 410)
    address = f"/api/v1/webhooks/{subscription['id']}"
    assert api.get(address).json["disabled_reason"] == "answered 410 Gone"
    assert api.post(f"{address}/activation").json["disabled_at"] is None


def test_a_try_that_was_lost_is_made_again_and_its_late_outcome_ignored(
    api: FlaskClient, session: Session, subscription: Document, document: Document
) -> None:
    _events(api, session, document)
    (lost,) = deliveries.claim(session, key=KEY, limit=10, now=utcnow())
    assert deliveries.claim(session, key=KEY, limit=10, now=utcnow()) == []
    (again,) = deliveries.claim(session, key=KEY, limit=10, now=utcnow() + timedelta(minutes=3))
    assert (lost.message_id, again.attempts) == (again.message_id, 2)
    assert deliveries.settle(session, lost, Result(500, {}, None), now=utcnow()) is None
    assert deliveries.settle(session, again, Result(200, {}, None), now=utcnow()) is not None


def test_after_a_rotation_both_secrets_sign(
    api: FlaskClient, session: Session, subscription: Document, document: Document
) -> None:
    rotated = api.post(f"/api/v1/webhooks/{subscription['id']}/rotation").json
    _events(api, session, document)
    (call,) = deliveries.claim(session, key=KEY, limit=10, now=utcnow())
    sent: list[tuple[str, bytes, dict[str, str]]] = []
    deliveries.attempt(call, rules=Rules(), send=_receiver(sent, 200))
    for secret in (subscription["secret"], rotated["secret"]):
        assert Webhook(secret).verify(sent[0][1], sent[0][2])


def test_another_secret_key_is_said_plainly(
    api: FlaskClient, session: Session, subscription: Document, document: Document
) -> None:
    _events(api, session, document)
    (call,) = deliveries.claim(session, key="another key than before, 32 signs", limit=10, now=utcnow())
    assert "SECRET_KEY" in str(deliveries.attempt(call, rules=Rules()).error)


def test_an_address_that_turned_private_is_a_failure_and_not_a_call(
    api: FlaskClient, session: Session, subscription: Document, document: Document
) -> None:
    _events(api, session, document)
    (call,) = deliveries.claim(session, key=KEY, limit=10, now=utcnow())
    result = deliveries.attempt(call, rules=Rules(resolve=lambda host, port: ["127.0.0.1"]))
    assert (result.status, result.error) == (None, "the address leads into a private network")
    assert deliveries.settle(session, call, result, now=utcnow()) == DeliveryOutcome("failed")


def test_the_end_of_a_subscription_ends_its_deliveries(
    api: FlaskClient, session: Session, subscription: Document, document: Document
) -> None:
    _events(api, session, document)
    assert api.delete(f"/api/v1/webhooks/{subscription['id']}").status_code == 204
    session.expire_all()
    assert session.scalars(select(WebhookDelivery)).all() == []
    with pytest.raises(NotFound):
        subscriptions.find(session, subscription["id"])


def test_a_large_event_is_told_without_its_facts(session: Session, document: Document) -> None:
    now = utcnow()
    event_id = log.append(session, EventKind.REFUND_PAID, order_id=None, payload={"note": "x" * 30_000}, now=now)
    events = [session.get_one(DomainEvent, event_id)]
    body = announcements.documents(session, events)[event_id]
    assert len(body) < announcements.MOST_BYTES
    assert json.loads(body)["data"] == {}


def test_due_deliveries_are_made_with_no_transaction_open(committed: sessionmaker[Session]) -> None:
    now = utcnow()
    with committed() as session:
        subscriptions.subscribe(session, url=URL, kinds=[], key=KEY, rules=Rules(), now=now)
        log.append(session, EventKind.REFUND_PAID, order_id=None, payload={"ref": "R"}, now=now)
        announced(session, limit=10, now=now)
        assert deliveries.waiting(session, now=utcnow())
        session.commit()
    rules = Rules(resolve=lambda host, port: [])
    assert deliveries.deliver_due(committed, key=KEY, rules=rules) == 1
    assert deliveries.deliver_due(committed, key=KEY, rules=rules) == 0
    with committed() as session:
        delivery = session.scalars(select(WebhookDelivery)).one()
        assert (delivery.state, delivery.attempts, delivery.error) == ("waiting", 1, "shop.example.com has no address")


def test_the_shops_own_system_beside_the_portal_gets_what_it_can_verify(
    api: FlaskClient, app: Flask, session: Session, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[tuple[bytes, dict[str, str]]] = []

    class System(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.append((body, dict(self.headers.items())))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *words: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), System) as system:
        Thread(target=system.serve_forever, daemon=True).start()
        url = f"http://oms.internal:{system.server_port}/hook"
        assert api.post("/api/v1/webhooks", json={"url": url}).status_code == 422
        vouched = app.config["SETTINGS"].model_copy(update={"webhook_private_hosts": ("oms.internal",)})
        monkeypatch.setitem(app.config, "SETTINGS", vouched)
        secret = api.post("/api/v1/webhooks", json={"url": url}).json["secret"]
        _events(api, session, document)
        calls = deliveries.claim(session, key=KEY, limit=10, now=utcnow())
        rules = Rules(private_hosts=("oms.internal",), resolve=lambda host, port: ["127.0.0.1"])
        assert {deliveries.attempt(call, rules=rules).status for call in calls} == {204}
        system.shutdown()
    assert len(heard) == len(calls) > 0
    for body, headers in heard:
        assert Webhook(secret).verify(body, headers)
    other = standard_webhooks.PREFIX + "b" * 32
    with pytest.raises(WebhookVerificationError):
        Webhook(other).verify(*heard[0])


def test_old_deliveries_are_forgotten(
    api: FlaskClient, session: Session, subscription: Document, document: Document
) -> None:
    _events(api, session, document)
    _fail(session, 200)
    deliveries.forget_old(session, now=utcnow() + timedelta(days=29))
    assert _only(session)
    deliveries.forget_old(session, now=utcnow() + timedelta(days=31))
    session.expire_all()
    assert session.scalars(select(WebhookDelivery)).all() == []
