"""Subscriptions to webhooks over HTTP: make, list, change, rotate the secret, switch off and on again, end."""

from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit

from flask import url_for
from flask_babel import lazy_gettext as _l
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from app.api.http.blueprint import api
from app.api.http.operations import Answer, Noted, NothingMore, Operation, acting, operation, same_names
from app.api.models import WebhookSubscription
from app.api.v1 import examples
from app.api.webhooks_out import subscriptions
from app.core.clock import utcnow
from app.core.http import Rules
from app.core.web import settings

SCOPE = "webhooks:write"


class SubscriptionDocument(BaseModel, extra="forbid"):
    """Where to deliver, and which kinds of events; no kinds means all."""

    url: Annotated[str, Field(strict=True, max_length=2000)]
    kinds: Annotated[list[Annotated[str, Field(strict=True)]], Field(max_length=100)] = []


class SubscriptionAnswer(BaseModel):
    """A subscription; ``secret`` is told once, when it is made or rotated."""

    id: str
    url: str
    kinds: list[str]
    created_at: datetime
    disabled_at: datetime | None
    disabled_reason: str | None
    secret: str | None = None


class SubscriptionList(BaseModel):
    """All subscriptions, and all kinds there are."""

    subscriptions: list[SubscriptionAnswer]
    kinds: list[str]


@api.get("/webhooks")
@operation(Operation(scope=SCOPE, summary=_l("All subscriptions"), answer=SubscriptionList))
def list_webhooks(session: Session) -> Answer:
    """Tell every subscription."""
    answers = [_subscription_answer(each) for each in subscriptions.all_of_them(session)]
    return Answer(SubscriptionList(subscriptions=answers, kinds=list(subscriptions.KINDS)))


@api.post("/webhooks")
@operation(
    Operation(
        scope=SCOPE,
        summary=_l("Subscribe to events"),
        notes=_l("Deliveries are signed by the Standard Webhooks scheme. The secret is told this once."),
        body=SubscriptionDocument,
        answer=SubscriptionAnswer,
        status=201,
        example=examples.SUBSCRIPTION,
        audit="webhook.subscribed",
    )
)
def post_webhook(session: Session, body: SubscriptionDocument) -> Answer:
    """Make a subscription."""
    subscription, secret = subscriptions.subscribe(
        session, url=body.url, kinds=body.kinds, key=_key(), rules=_rules(), by=acting(), now=utcnow()
    )
    location = {"Location": url_for("api.get_webhook", public_id=subscription.public_id)}
    return Answer(_subscription_answer(subscription, secret), 201, location, noted=_noted(subscription))


@api.get("/webhooks/<public_id>")
@operation(Operation(scope=SCOPE, summary=_l("One subscription"), answer=SubscriptionAnswer))
def get_webhook(session: Session, public_id: str) -> Answer:
    """Tell one subscription."""
    return Answer(_subscription_answer(subscriptions.find(session, public_id)))


@api.put("/webhooks/<public_id>")
@operation(
    Operation(
        scope=SCOPE,
        summary=_l("Change a subscription"),
        notes=_l("What waits is delivered to the new address. The secret stays."),
        body=SubscriptionDocument,
        answer=SubscriptionAnswer,
        example=examples.SUBSCRIPTION,
        audit="webhook.changed",
    )
)
def put_webhook(session: Session, public_id: str, body: SubscriptionDocument) -> Answer:
    """Change address and kinds."""
    changed = subscriptions.change(session, public_id, url=body.url, kinds=body.kinds, rules=_rules())
    return Answer(_subscription_answer(changed), noted=_noted(changed))


@api.delete("/webhooks/<public_id>")
@operation(
    Operation(
        scope=SCOPE,
        summary=_l("End a subscription"),
        status=204,
        audit="webhook.ended",
    )
)
def delete_webhook(session: Session, public_id: str) -> Answer:
    """End a subscription; its deliveries go with it."""
    # Locked as for every change: of two at once the second finds it gone.
    session.delete(subscriptions.find(session, public_id, lock=True))
    return Answer(None, status=204)


@api.post("/webhooks/<public_id>/rotation")
@operation(
    Operation(
        scope=SCOPE,
        summary=_l("A new secret"),
        notes=_l("The old one goes on signing beside it until the next rotation."),
        body=NothingMore,
        answer=SubscriptionAnswer,
        example={},
        audit="webhook.rotated",
    )
)
def post_rotation(session: Session, public_id: str, body: NothingMore) -> Answer:
    """Rotate the secret."""
    return Answer(_subscription_answer(*subscriptions.rotate(session, public_id, key=_key())))


@api.post("/webhooks/<public_id>/deactivation")
@operation(
    Operation(
        scope=SCOPE,
        summary=_l("Switch a subscription off"),
        notes=_l("What waits stays until it is switched on again; events of the time between aren't kept for it."),
        body=NothingMore,
        answer=SubscriptionAnswer,
        example={},
        audit="webhook.stopped",
    )
)
def post_deactivation(session: Session, public_id: str, body: NothingMore) -> Answer:
    """Switch off."""
    return Answer(_subscription_answer(subscriptions.stop(session, public_id, now=utcnow())))


@api.post("/webhooks/<public_id>/activation")
@operation(
    Operation(
        scope=SCOPE,
        summary=_l("Switch a subscription on again"),
        notes=_l("One that answered 410 was switched off; what waited meanwhile is delivered."),
        body=NothingMore,
        answer=SubscriptionAnswer,
        example={},
        audit="webhook.activated",
    )
)
def post_activation(session: Session, public_id: str, body: NothingMore) -> Answer:
    """Switch on again."""
    return Answer(_subscription_answer(subscriptions.enable(session, public_id)))


def _rules() -> Rules:
    return Rules(private_hosts=settings().webhook_private_hosts)


def _noted(subscription: WebhookSubscription) -> Noted:
    # The host alone: paths and queries often carry a secret of the receiver's.
    return Noted(subscription.public_id, detail={"host": urlsplit(subscription.url).hostname})


def _key() -> str:
    return settings().key


def _subscription_answer(subscription: WebhookSubscription, secret: str | None = None) -> SubscriptionAnswer:
    return SubscriptionAnswer(
        **same_names(SubscriptionAnswer, subscription) | {"id": subscription.public_id, "secret": secret}
    )
