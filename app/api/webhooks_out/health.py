"""How the subscriptions to webhooks do: last success, failures in a row with the reason, next try, what waits, lag."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, func, or_, select, text
from sqlalchemy.orm import Session

from app.api.records import WebhookDeliveryRecord, WebhookRecord
from app.core.errors import NotFound

# Of months of deliveries the newest say how it does; so many are read by the index on subscription and id.
NEWEST = 500
# Read after a change in the same session, a row must say what is so now.
ANEW = {"populate_existing": True}


@dataclass(frozen=True, slots=True)
class SubscriptionHealth:
    """What came of the newest deliveries of one subscription.

    ``failures`` counts tries since the last success, ``reason`` is why the last of them failed; ``lag`` is what half
    of the delivered ones took at most from event to receipt, ``oldest`` since when the oldest one waits.
    """

    delivered_at: datetime | None = None
    failures: int = 0
    reason: str | None = None
    failed_at: datetime | None = None
    next_try_at: datetime | None = None
    waiting: int = 0
    failed: int = 0
    oldest: datetime | None = None
    lag: timedelta | None = None


_HEALTH = text(
    """
    with newest as (
        select delivery.* from unnest(cast(:ids as bigint[])) as one(id)
        join lateral (select * from webhook_delivery where subscription_id = one.id order by id desc limit :newest)
            as delivery on true
    ), success as (
        select subscription_id, max(delivered_at) as at from newest group by 1
    ), trouble as (
        select distinct on (newest.subscription_id) newest.subscription_id, newest.error, newest.tried_at,
            sum(attempts) over (partition by newest.subscription_id) as tries
        from newest join success on success.subscription_id = newest.subscription_id
        where newest.error is not null and newest.tried_at > coalesce(success.at, '-infinity')
        order by newest.subscription_id, newest.tried_at desc
    )
    select newest.subscription_id, max(newest.delivered_at) as delivered_at, max(trouble.tries) as failures,
        max(trouble.error) as reason, max(trouble.tried_at) as failed_at,
        min(newest.next_try_at) filter (where newest.state = 'waiting') as next_try_at,
        count(*) filter (where newest.state = 'waiting') as waiting,
        count(*) filter (where newest.state = 'failed') as failed,
        min(newest.created_at) filter (where newest.state = 'waiting') as oldest,
        percentile_disc(0.5) within group (order by newest.delivered_at - newest.created_at)
            filter (where newest.delivered_at is not null) as lag
    from newest left join trouble on trouble.subscription_id = newest.subscription_id
    group by newest.subscription_id
    """
)


def webhooks(session: Session) -> Sequence[WebhookRecord]:
    """Every subscription, the oldest first."""
    return session.scalars(select(WebhookRecord).order_by(WebhookRecord.id), execution_options=ANEW).all()


def webhook(session: Session, public_id: str) -> WebhookRecord:
    """One subscription. Raises NotFound."""
    chosen = select(WebhookRecord).where(WebhookRecord.public_id == public_id)
    subscription = session.scalar(chosen, execution_options=ANEW)
    if subscription is None:
        raise NotFound("there is no such subscription")
    return subscription


def health_of(session: Session, subscriptions: Sequence[WebhookRecord]) -> dict[int, SubscriptionHealth]:
    """How each does, by its row's id."""
    ids = [subscription.id for subscription in subscriptions]
    healths = {
        row.subscription_id: SubscriptionHealth(
            row.delivered_at,
            row.failures or 0,
            row.reason,
            row.failed_at,
            row.next_try_at,
            row.waiting,
            row.failed,
            row.oldest,
            row.lag,
        )
        for row in session.execute(_HEALTH, {"ids": ids, "newest": NEWEST})
    }
    return {row_id: healths.get(row_id, SubscriptionHealth()) for row_id in ids}


def with_trouble(session: Session) -> int:
    """How many subscriptions are off, or wait to try again what failed."""
    waits = (WebhookDeliveryRecord.state == "waiting", WebhookDeliveryRecord.error.is_not(None))
    failing = exists().where(WebhookDeliveryRecord.subscription_id == WebhookRecord.id, *waits)
    wrong = select(func.count()).where(or_(WebhookRecord.disabled_at.is_not(None), failing))
    return session.scalar(wrong.select_from(WebhookRecord)) or 0
