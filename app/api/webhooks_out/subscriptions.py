"""Subscriptions to webhooks: who wants to hear which events, at which address, signed with which secrets."""

import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.api.models import WebhookSubscription
from app.core import standard_webhooks, tokens
from app.core.errors import Fault, Invalid, NotFound
from app.core.http import BadAddress, Rules, check_url
from app.events.kinds import EventKind, Listener, listeners

# Each event is a row and a call for each of them.
MOST = 50

# Why a subscription is off that a person stopped; of a receiver's own «410» the reason says so.
STOPPED = "stopped"

KINDS = tuple(kind.value for kind in EventKind if Listener.WEBHOOKS in listeners(kind))


def subscribe(
    session: Session, *, url: str, kinds: list[str], key: str, rules: Rules, by: str | None = None, now: datetime
) -> tuple[WebhookSubscription, str]:
    """A new subscription and, this once, its secret. No ``kinds`` means all. Raises Invalid."""
    faults = _faults(url, kinds, rules)
    if len(live(session)) >= MOST:
        faults.append(Fault("", f"There are {MOST} subscriptions already"))
    if faults:
        raise Invalid(faults)
    secret = new_secret()
    subscription = WebhookSubscription(
        public_id="sub_" + secrets.token_urlsafe(12),
        url=url,
        kinds=sorted(set(kinds)),
        sealed_secrets=[tokens.seal(key, secret)],
        created_at=now,
        made_by=by,
    )
    session.add(subscription)
    session.flush()
    return subscription, secret


def change(session: Session, public_id: str, *, url: str, kinds: list[str], rules: Rules) -> WebhookSubscription:
    """Another address, other kinds; what waits goes to the new address. Raises Invalid and NotFound."""
    subscription = find(session, public_id, lock=True)
    if faults := _faults(url, kinds, rules):
        raise Invalid(faults)
    subscription.url, subscription.kinds = url, sorted(set(kinds))
    return subscription


def stop(session: Session, public_id: str, *, now: datetime) -> WebhookSubscription:
    """Deliver nothing until it is switched on again; what waits stays, what happens meanwhile isn't kept for it."""
    subscription = find(session, public_id, lock=True)
    if subscription.disabled_at is None:
        subscription.disabled_at, subscription.disabled_reason = now, STOPPED
    return subscription


def rotate(session: Session, public_id: str, *, key: str) -> tuple[WebhookSubscription, str]:
    """A second secret: from now on every delivery carries a signature by each, until the next rotation."""
    subscription = find(session, public_id, lock=True)
    secret = new_secret()
    # Two at the most: by the next rotation the receiver has had its time to change over.
    subscription.sealed_secrets = [tokens.seal(key, secret), *subscription.sealed_secrets[:1]]
    return subscription, secret


def enable(session: Session, public_id: str) -> WebhookSubscription:
    """Deliver again after a receiver had said 410 or someone switched it off."""
    subscription = find(session, public_id, lock=True)
    subscription.disabled_at = subscription.disabled_reason = None
    return subscription


def find(session: Session, public_id: str, *, lock: bool = False) -> WebhookSubscription:
    """The subscription; ``lock`` it before it is changed. Raises NotFound."""
    statement = select(WebhookSubscription).where(WebhookSubscription.public_id == public_id)
    subscription = session.scalar(statement.with_for_update() if lock else statement)
    if subscription is None:
        raise NotFound("there is no such subscription")
    return subscription


def all_of_them(session: Session) -> list[WebhookSubscription]:
    """Every subscription, the oldest first."""
    return list(session.scalars(select(WebhookSubscription).order_by(WebhookSubscription.id)))


def live(session: Session) -> list[WebhookSubscription]:
    """Those that are switched on."""
    return [subscription for subscription in all_of_them(session) if subscription.disabled_at is None]


def clear_secrets(subscription: WebhookSubscription, *, key: str) -> list[str]:
    """The secrets to sign with, the newest first."""
    opened = [tokens.unseal(key, sealed, max_age=tokens.FOREVER_S) for sealed in subscription.sealed_secrets]
    return [secret for secret in opened if secret is not None]


def new_secret() -> str:
    """A signing secret as Standard Webhooks writes it: 192 random bits."""
    return standard_webhooks.PREFIX + tokens.new_key()


def _faults(url: str, kinds: list[str], rules: Rules) -> list[Fault]:
    unknown = f"There is no such kind; there are {', '.join(KINDS)}"
    faults = [Fault(f"/kinds/{at}", unknown) for at, kind in enumerate(kinds) if kind not in KINDS]
    try:
        check_url(url, rules)
    except BadAddress as error:
        faults.append(Fault("/url", f"The address {error}"))
    return faults
