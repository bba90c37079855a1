"""Deliveries of webhooks over HTTP: what was sent, what failed, and sending it again."""

from datetime import datetime
from typing import Literal

from flask import request
from flask_babel import lazy_gettext as _l
from pydantic import BaseModel
from sqlalchemy.orm import Session

from app.api.http.blueprint import api
from app.api.http.operations import Answer, NothingMore, Operation, operation, same_names
from app.api.http.paging import Cursor, PageQuery, cut, link_header, read_cursor
from app.api.models import WebhookDelivery
from app.api.records import WebhookDeliveryRecord
from app.api.v1.webhooks.routes import SCOPE
from app.api.webhooks_out import deliveries, subscriptions
from app.core.clock import utcnow


class DeliveriesQuery(PageQuery):
    """Which deliveries."""

    state: Literal["waiting", "delivered", "failed"] | None = None


class WebhookDeliveryAnswer(BaseModel):
    """One event on its way: ``id`` is the webhook-id it is sent with, ``status`` what was last answered.

    ``answer`` is how the body of that began.
    """

    id: str
    kind: str
    state: str
    attempts: int
    status: int | None
    error: str | None
    answer: str | None
    created_at: datetime
    tried_at: datetime | None
    next_try_at: datetime | None
    delivered_at: datetime | None


class DeliveryPage(BaseModel):
    """A page of deliveries, the newest first."""

    deliveries: list[WebhookDeliveryAnswer]
    next: str | None


class ReplayAnswer(BaseModel):
    """How many deliveries are sent again."""

    replayed: int


@api.get("/webhooks/<public_id>/deliveries")
@operation(
    Operation(scope=SCOPE, summary=_l("Deliveries of a subscription"), query=DeliveriesQuery, answer=DeliveryPage)
)
def list_deliveries(session: Session, public_id: str, query: DeliveriesQuery) -> Answer:
    """Tell a page of deliveries; ``state=failed`` is the list of failures."""
    subscription = subscriptions.find(session, public_id)
    start = read_cursor(query.cursor)
    rows = deliveries.history(
        session, subscription.id, state=query.state, before=start.id if start else None, limit=query.limit + 1
    )
    page, following = cut(rows, query.limit, lambda row: Cursor(row.created_at, row.id))
    answer = DeliveryPage(deliveries=[_delivery(row) for row in page], next=following)
    return Answer(answer, headers=link_header(request.path, request.args.to_dict(), following))


@api.post("/webhooks/<public_id>/replay")
@operation(
    Operation(
        scope=SCOPE,
        summary=_l("Send again all that failed"),
        body=NothingMore,
        answer=ReplayAnswer,
        example={},
        audit="webhook.replayed",
    )
)
def post_replay(session: Session, public_id: str, body: NothingMore) -> Answer:
    """Send again what failed."""
    subscription = subscriptions.find(session, public_id)
    return Answer(ReplayAnswer(replayed=deliveries.replay(session, subscription, now=utcnow())))


@api.post("/webhooks/<public_id>/deliveries/<delivery>/replay")
@operation(
    Operation(
        scope=SCOPE,
        summary=_l("Send one delivery again"),
        body=NothingMore,
        answer=ReplayAnswer,
        example={},
        audit="webhook.replayed",
    )
)
def post_delivery_replay(session: Session, public_id: str, delivery: str, body: NothingMore) -> Answer:
    """Send one again, under its old id."""
    subscription = subscriptions.find(session, public_id)
    return Answer(ReplayAnswer(replayed=deliveries.replay(session, subscription, public_id=delivery, now=utcnow())))


@api.post("/webhooks/<public_id>/pings")
@operation(
    Operation(
        scope=SCOPE,
        summary=_l("Send a test"),
        notes=_l("A signed delivery of the kind “ping”, tried once; its outcome stands in the list of deliveries."),
        body=NothingMore,
        answer=WebhookDeliveryAnswer,
        status=202,
        example={},
        audit="webhook.tested",
    )
)
def post_ping(session: Session, public_id: str, body: NothingMore) -> Answer:
    """Send a test."""
    subscription = subscriptions.find(session, public_id)
    return Answer(_delivery(deliveries.ping(session, subscription, now=utcnow())), status=202)


def _delivery(row: WebhookDelivery | WebhookDeliveryRecord) -> WebhookDeliveryAnswer:
    # The column is never empty; where nothing waits it would promise a try that nobody makes.
    due = row.next_try_at if row.state == "waiting" else None
    return WebhookDeliveryAnswer(**same_names(WebhookDeliveryAnswer, row) | {"id": row.public_id, "next_try_at": due})
