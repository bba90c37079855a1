"""Outbound webhooks, as admins make, watch and mend them on pages."""

import json
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.api.models import WebhookDelivery, WebhookSubscription
from app.api.webhooks_out import deliveries
from app.api.webhooks_out.deliveries import Result
from app.core.clock import utcnow
from tests.conftest import SECRET as KEY
from tests.staff.browsers import audited

HOOKS = "/staff/settings/webhooks"
URL = "https://shop.example.com/hook?token=inside"


@pytest.fixture
def hook(admin: FlaskClient, session: Session) -> WebhookSubscription:
    assert admin.post(f"{HOOKS}/new", data={"url": URL, "which": "some", "kinds": "order.received"}).status_code == 303
    return session.scalars(select(WebhookSubscription)).one()


def _settle(session: Session, result: Result) -> None:
    call = deliveries.claim(session, key=KEY, limit=1, now=utcnow())[0]
    deliveries.settle(session, call, result, now=utcnow())
    session.commit()


def test_a_webhook_is_made_and_its_secret_shown_once(
    admin: FlaskClient, session: Session, hook: WebhookSubscription
) -> None:
    path = f"{HOOKS}/{hook.public_id}"
    assert re.search(r'data-copy="whsec_', admin.get(path).text)
    assert "whsec_" not in admin.get(path).text.replace("whsec_…", "")
    assert (hook.kinds, hook.made_by) == (["order.received"], "admin@shop.example")
    assert ("admin@shop.example", "webhook.subscribed", hook.public_id) in audited(session)
    listed = admin.get(HOOKS).text
    assert ("shop.example.com" in listed, "token=inside" in listed) == (True, False)


def test_an_address_that_cannot_be_is_said_at_its_field(admin: FlaskClient, session: Session) -> None:
    refused = admin.post(f"{HOOKS}/new", data={"url": "http://10.0.0.1/", "which": "all"})
    assert (refused.status_code, "begins with https://" in refused.text) == (422, True)
    assert session.scalars(select(WebhookSubscription)).all() == []


def test_changing_it_keeps_the_secret(admin: FlaskClient, session: Session, hook: WebhookSubscription) -> None:
    before = list(hook.sealed_secrets)
    path = f"{HOOKS}/{hook.public_id}/edit"
    assert 'value="order.received"' in admin.get(path).text
    admin.post(path, data={"url": "https://other.example.com/in", "which": "all", "kinds": "order.received"})
    session.expire_all()
    assert (hook.url, hook.kinds, hook.sealed_secrets) == ("https://other.example.com/in", [], before)
    assert admin.post(path, data={"url": "nowhere", "which": "all"}).status_code == 422


def test_a_test_shows_what_was_sent_and_answered(
    admin: FlaskClient, session: Session, hook: WebhookSubscription
) -> None:
    sent = admin.post(f"{HOOKS}/{hook.public_id}/test")
    assert "Look again" in admin.get(sent.location).text
    _settle(session, Result(403, {}, None, answer="<b>no</b>"))
    page = admin.get(sent.location).text
    assert all(words in page for words in ("403", "&lt;b&gt;no&lt;/b&gt;", "&#34;type&#34;: &#34;ping&#34;", "failed"))
    failing = admin.get(f"{HOOKS}/{hook.public_id}").text
    assert all(words in failing for words in ("Failing", "answered 403", "1 try since then"))


def test_what_failed_is_sent_again_one_or_all(admin: FlaskClient, session: Session, hook: WebhookSubscription) -> None:
    now = utcnow()
    for at in (1, 2):
        made = {"public_id": f"msg_{at}", "subscription_id": hook.id, "event_id": at, "kind": "order.received"}
        session.add(WebhookDelivery(**made, body="{}", state="failed", attempts=10, created_at=now, next_try_at=now))
    session.commit()
    path = f"{HOOKS}/{hook.public_id}/replays"
    admin.post(path, data={"delivery": "msg_2"})
    states = select(WebhookDelivery.state).order_by(WebhookDelivery.id)
    assert session.scalars(states).all() == ["failed", "waiting"]
    assert "Send all failed again" in admin.get(f"{HOOKS}/{hook.public_id}?state=failed").text
    admin.post(path)
    assert session.scalars(states).all() == ["waiting", "waiting"]
    assert admin.post(path, data={"delivery": "none"}).status_code == 404


def test_stopping_is_undone_by_resuming(admin: FlaskClient, session: Session, hook: WebhookSubscription) -> None:
    admin.post(f"{HOOKS}/{hook.public_id}/stop")
    assert "Stopped" in admin.get(HOOKS).text
    assert "1 with trouble" in admin.get("/staff/settings").text
    admin.post(f"{HOOKS}/{hook.public_id}/test")
    assert session.scalars(select(WebhookDelivery)).all() == []
    admin.post(f"{HOOKS}/{hook.public_id}/resume")
    session.expire_all()
    assert hook.disabled_at is None
    actions = [action for _who, action, _what in audited(session)]
    assert actions == ["webhook.subscribed", "webhook.stopped", "webhook.activated"]


def test_a_new_secret_signs_beside_the_old_one(admin: FlaskClient, session: Session, hook: WebhookSubscription) -> None:
    assert "two signatures" in admin.get(f"{HOOKS}/{hook.public_id}/rotation").text
    admin.post(f"{HOOKS}/{hook.public_id}/rotation")
    session.expire_all()
    assert len(hook.sealed_secrets) == 2
    assert 'data-copy="whsec_' in admin.get(f"{HOOKS}/{hook.public_id}").text


def test_ending_it_asks_first(admin: FlaskClient, session: Session, hook: WebhookSubscription) -> None:
    path = f"{HOOKS}/{hook.public_id}"
    assert "To pause it" in admin.get(f"{path}/end").text
    admin.post(f"{path}/end")
    assert session.scalars(select(WebhookSubscription)).all() == []
    assert [admin.get(one).status_code for one in (path, f"{path}/end", f"{path}/edit")] == [404, 404, 404]
    assert admin.post(f"{path}/stop").status_code == 404


def test_where_somebody_lives_is_not_shown(admin: FlaskClient, session: Session, hook: WebhookSubscription) -> None:
    now, body = utcnow(), json.dumps({"type": "x", "data": {"collect_from": {"line1": "Calle Mayor 5"}}})
    made = {"public_id": "msg_1", "subscription_id": hook.id, "event_id": 1, "kind": "return.pickup_asked"}
    session.add(WebhookDelivery(**made, body=body, created_at=now, next_try_at=now))
    session.commit()
    page = admin.get(f"{HOOKS}/{hook.public_id}/deliveries/msg_1").text
    assert ("Calle Mayor" in page, "•••" in page) == (False, True)
    assert admin.get(f"{HOOKS}/{hook.public_id}/deliveries/none").status_code == 404


def test_only_admins_see_webhooks(support: FlaskClient) -> None:
    assert support.get(HOOKS).status_code == 403
