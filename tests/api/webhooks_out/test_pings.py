"""A test delivery, changes of a subscription, and how a subscription does."""

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.api.models import WebhookDelivery, WebhookSubscription
from app.api.webhooks_out import deliveries, health, subscriptions
from app.api.webhooks_out.deliveries import Call, Result
from app.core import standard_webhooks
from app.core.clock import utcnow
from app.core.http import Reply, Rules
from tests.conftest import SECRET as KEY

URL = "https://shop.example.com/hook"


@pytest.fixture
def subscription(session: Session) -> WebhookSubscription:
    made, _ = subscriptions.subscribe(session, url=URL, kinds=[], key=KEY, rules=Rules(), now=utcnow())
    return made


def _tried(session: Session, result: Result, now: datetime) -> Call:
    call = deliveries.claim(session, key=KEY, limit=1, now=now)[0]
    deliveries.settle(session, call, result, now=now)
    return call


def test_a_test_is_signed_tried_once_and_shows_what_was_answered(
    session: Session, subscription: WebhookSubscription
) -> None:
    sent: list[dict[str, str]] = []

    def receive(url: str, *, body: bytes, headers: dict[str, str], rules: Rules) -> Reply:
        sent.append(headers)
        return Reply(400, {}, b"unknown type\0")

    now = utcnow()
    made = deliveries.ping(session, subscription, now=now)
    call = deliveries.claim(session, key=KEY, limit=1, now=now)[0]
    deliveries.settle(session, call, deliveries.attempt(call, rules=Rules(), send=receive), now=now)
    assert (made.kind, made.event_id, made.state, made.status, made.answer) == (
        "ping", None, "failed", 400, "unknown type\ufffd"
    )  # fmt: skip
    assert sent[0]["webhook-signature"].startswith("v1,")
    assert standard_webhooks.PREFIX == "whsec_"


def test_a_test_that_failed_is_not_sent_again_with_the_others(
    session: Session, subscription: WebhookSubscription
) -> None:
    deliveries.ping(session, subscription, now=utcnow())
    _tried(session, Result(500, {}, None), utcnow())
    assert deliveries.replay(session, subscription, now=utcnow()) == 0


def test_health_counts_what_failed_since_the_last_success(session: Session, subscription: WebhookSubscription) -> None:
    begun = utcnow()
    for at, result in enumerate((Result(500, {}, None), Result(200, {}, None), Result(None, {}, "no connection"))):
        deliveries.ping(session, subscription, now=begun + timedelta(minutes=at))
        _tried(session, result, begun + timedelta(minutes=at, seconds=4))
    now_waiting = deliveries.ping(session, subscription, now=begun + timedelta(minutes=9))
    one = health.health_of(session, health.webhooks(session))[subscription.id]
    assert (one.delivered_at, one.failures, one.reason) == (begun + timedelta(minutes=1, seconds=4), 1, "no connection")
    assert (one.waiting, one.failed, one.next_try_at, one.lag) == (
        1, 2, now_waiting.next_try_at, timedelta(seconds=4)
    )  # fmt: skip


def test_one_that_never_delivered_says_so(session: Session, subscription: WebhookSubscription) -> None:
    assert health.health_of(session, health.webhooks(session)) == {subscription.id: health.SubscriptionHealth()}


def test_a_subscription_is_changed_stopped_and_tested_over_http(api: FlaskClient, session: Session) -> None:
    made = api.post("/api/v1/webhooks", json={"url": URL}).json["id"]
    path = f"/api/v1/webhooks/{made}"
    other = {"url": "https://other.example.com/in", "kinds": ["order.received"]}
    assert api.put(path, json=other).json["url"] == other["url"]
    assert api.put(path, json=other | {"kinds": ["order.flies"]}).status_code == 422
    assert api.post(f"{path}/pings").status_code == 202
    assert api.post(f"{path}/deactivation").json["disabled_reason"] == "stopped"
    assert api.post(f"{path}/pings").status_code == 409
    assert deliveries.claim(session, key=KEY, limit=9, now=utcnow()) == []
    assert api.post(f"{path}/activation").json["disabled_at"] is None
    assert [call.url for call in deliveries.claim(session, key=KEY, limit=9, now=utcnow())] == [other["url"]]
    assert session.scalars(select(WebhookDelivery.kind)).all() == ["ping"]
    assert session.scalars(select(WebhookSubscription.made_by)).all() == ["api:tests"]
