"""What the console reads of keys, subscriptions and deliveries; changed they are by the interface's own services."""

from datetime import datetime

from app.api.models import ApiKey, WebhookDelivery, WebhookSubscription
from app.core.tables.records import Read, Record


class ApiKeyRecord(Record):
    """A key of a system, without what could be used."""

    __table__ = ApiKey.__table__

    id: Read[int]
    name: Read[str]
    shown: Read[str]
    scopes: Read[list[str]]
    created_at: Read[datetime]
    made_by: Read[str | None]
    used_at: Read[datetime | None]
    used_from: Read[str | None]
    ends_at: Read[datetime | None]
    revoked_at: Read[datetime | None]


class WebhookRecord(Record):
    """Where another system wants to hear of events."""

    __table__ = WebhookSubscription.__table__

    id: Read[int]
    public_id: Read[str]
    url: Read[str]
    kinds: Read[list[str]]
    created_at: Read[datetime]
    made_by: Read[str | None]
    disabled_at: Read[datetime | None]
    disabled_reason: Read[str | None]


class WebhookDeliveryRecord(Record):
    """One event, or a test, on its way to one subscription."""

    __table__ = WebhookDelivery.__table__

    id: Read[int]
    public_id: Read[str]
    subscription_id: Read[int]
    kind: Read[str]
    body: Read[str]
    state: Read[str]
    attempts: Read[int]
    created_at: Read[datetime]
    next_try_at: Read[datetime]
    tried_at: Read[datetime | None]
    status: Read[int | None]
    error: Read[str | None]
    answer: Read[str | None]
    delivered_at: Read[datetime | None]
