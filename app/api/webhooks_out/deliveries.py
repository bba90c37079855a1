"""Delivering webhooks: claim what is due, call with no transaction open, write what came of it; replay by hand."""

import random
import secrets
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import structlog
from pydantic_core import to_json
from sqlalchemy import delete, func, or_, select, true, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from app.api.models import WebhookDelivery, WebhookSubscription
from app.api.records import WebhookDeliveryRecord
from app.api.webhooks_out.subscriptions import clear_secrets
from app.core import http, standard_webhooks
from app.core.clock import utcnow
from app.core.db import in_transaction
from app.core.errors import Conflict, NotFound, ProviderError
from app.core.queue import defer
from app.events.records import DomainEventRecord
from app.orders.records import OrderContactRecord, OrderRecord

# The schedule that Standard Webhooks gives as its example (W-30).
MINUTE, HOUR = 60, 3600
WAITS_S = (0, 5, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR)
"""The wait before each try; all of them make 75 hours and 35 minutes."""

# The kind of a test, which no event of the domain has.
PING = "ping"
# Only ever later: those that failed together come back apart.
JITTER = 0.1
# As long as the longest wait of the schedule: no receiver puts a delivery off beyond it.
LONGEST_ASKED = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class DeliveryOutcome:
    """What a try led to: ``state`` waiting, delivered or failed; ``gone`` when the receiver wants no more of it."""

    state: str
    next_try_at: datetime | None = None
    gone: bool = False


def decide(
    *, status: int | None, headers: Mapping[str, str], attempts: int, barred: bool = False, now: datetime, random: float
) -> DeliveryOutcome:
    """What follows from an answer (``status`` None: there was none) to try number ``attempts``, counted from 1.

    ``barred``: the address may not be called, which no waiting mends.
    """
    if status is not None and 200 <= status < 300:
        return DeliveryOutcome("delivered")
    if status == 410:
        return DeliveryOutcome("failed", gone=True)
    if barred or attempts >= len(WAITS_S):
        return DeliveryOutcome("failed")
    wait = timedelta(seconds=WAITS_S[attempts] * (1 + JITTER * random))
    retry_after = asked_wait(headers.get("retry-after"), now) if status in (429, 503) else None
    return DeliveryOutcome("waiting", next_try_at=now + max(wait, retry_after or wait))


def asked_wait(text: str | None, now: datetime) -> timedelta | None:
    """The wait a ``Retry-After`` asks for, in seconds or as a date, at most a day."""
    if text is None:
        return None
    if text.isascii() and text.isdigit():
        # Thirty years in nine digits; more of them would be more than a timedelta holds.
        return min(timedelta(seconds=int(text[:9])), LONGEST_ASKED)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    wait = (at if at.tzinfo else at.replace(tzinfo=UTC)) - now
    return min(max(wait, timedelta()), LONGEST_ASKED)


# Forty calls on eight threads, each ended after ten seconds, are fifty seconds at the most.
LEASE = timedelta(minutes=2)
# The clock looks every minute; only what is due sooner needs a job of its own.
SOON = timedelta(minutes=1)
THREADS = 8
ANSWER_BYTES = 500  # enough for the sentence in which a receiver says what it dislikes
EACH = 5  # of a subscription in one round: fewer than there are threads
log = structlog.get_logger()
Send = Callable[..., http.Reply]
CHANCE = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class Call:
    """One try, all that is needed to make it."""

    delivery_id: int
    attempts: int
    message_id: str
    url: str
    secrets: tuple[str, ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a try; no ``status`` when there was no answer, ``barred`` when the address may not be called."""

    status: int | None
    headers: dict[str, str]
    error: str | None
    barred: bool = False
    answer: str | None = None


def deliver_due(sessions: sessionmaker[Session], *, key: str, rules: http.Rules, limit: int = 40) -> int:
    """Make the tries that are due; how many. A crash in between means that they are made again after two minutes.

    Each is written down as soon as it is answered, by itself: one that cannot be stored holds up no other.
    """
    calls = in_transaction(sessions, lambda session: claim(session, key=key, limit=limit, now=utcnow()))

    def deliver(call: Call) -> None:
        result = attempt(call, rules=rules)
        try:
            in_transaction(sessions, lambda session: settle(session, call, result, now=utcnow()))
        except SQLAlchemyError:
            log.exception("the outcome of a delivery could not be stored", delivery=call.delivery_id)

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(deliver, calls))
    return len(calls)


def claim(session: Session, *, key: str, limit: int, now: datetime) -> list[Call]:
    """The tries that are due, counted and leased to this caller.

    Of one subscription a few at a time: a receiver that takes ten seconds for each holds up nobody but itself.
    """
    due = (WebhookDelivery.state == "waiting", WebhookDelivery.next_try_at <= now)
    # The first few of each by the index on subscription and time, however many lie behind them.
    first = (
        select(WebhookDelivery.id)
        .where(WebhookDelivery.subscription_id == WebhookSubscription.id, *due)
        .order_by(WebhookDelivery.next_try_at, WebhookDelivery.id)
        .limit(EACH)
        .correlate(WebhookSubscription)
        .lateral()
    )
    statement = (
        select(WebhookDelivery, WebhookSubscription)
        .select_from(WebhookSubscription)
        .join(first, true())
        .join(WebhookDelivery, WebhookDelivery.id == first.c.id)
        .where(WebhookSubscription.disabled_at.is_(None), *due)
        .order_by(WebhookDelivery.next_try_at, WebhookDelivery.id)
        .limit(limit)
        # The subscription stays free: two rounds may serve one, and its owner can change it meanwhile.
        .with_for_update(skip_locked=True, of=WebhookDelivery)
    )
    calls = []
    for delivery, subscription in session.execute(statement):
        # Before the call: its number tells a late outcome from that of the try which overtook it.
        delivery.attempts += 1
        delivery.tried_at, delivery.next_try_at = now, now + LEASE
        signing = tuple(clear_secrets(subscription, key=key))
        body = delivery.body.encode()
        calls.append(Call(delivery.id, delivery.attempts, delivery.public_id, subscription.url, signing, body))
    return calls


def attempt(call: Call, *, rules: http.Rules, send: Send = http.post) -> Result:
    """Sign and send; never raises for what the other side does."""
    # The receiver is not to blame: tried again by the schedule, until somebody rotates.
    if not call.secrets:
        return Result(None, {}, "SECRET_KEY has changed: name the one before as SECRET_KEY_PREVIOUS, or rotate")
    headers = standard_webhooks.sign(call.secrets, message_id=call.message_id, at=utcnow(), body=call.body)
    headers |= {"content-type": "application/json", "user-agent": "Paradero-Webhooks/1"}
    try:
        reply = send(call.url, body=call.body, headers=headers, rules=rules)
    except http.BadAddress as error:
        return Result(None, {}, f"the address {error}", barred=True)
    except ProviderError as error:
        return Result(None, {}, str(error))
    except Exception as error:  # whatever its answer provokes is that receiver's trouble
        log.exception("a delivery broke off", delivery=call.delivery_id)
        return Result(None, {}, f"it broke off ({type(error).__name__})")
    return Result(reply.status, dict(reply.headers), None, answer=_beginning(reply.body))


def _beginning(body: bytes) -> str | None:
    """How an answer begins, as far as it is a text: PostgreSQL has no place for U+0000."""
    return body[:ANSWER_BYTES].decode("utf-8", "replace").replace("\0", "\ufffd") or None


def settle(session: Session, call: Call, result: Result, *, now: datetime) -> DeliveryOutcome | None:
    """Write down what came of a try; None when another one has overtaken it."""
    delivery = session.get(WebhookDelivery, call.delivery_id, with_for_update=True, populate_existing=True)
    if delivery is None or delivery.attempts != call.attempts or delivery.state != "waiting":
        return None
    outcome = decide(
        status=result.status,
        headers=result.headers,
        attempts=call.attempts,
        # A test is tried once: whoever waits for it looks at this very answer.
        barred=result.barred or delivery.kind == PING,
        now=now,
        random=CHANCE.random(),
    )
    delivery.state, delivery.status = outcome.state, result.status
    delivery.error = (result.error or f"answered {result.status}")[:500] if outcome.state != "delivered" else None
    # A receiver may still know a customer whom the shop has erased.
    delivery.answer = None if _is_nobodys(session, delivery) else result.answer
    delivery.delivered_at = now if outcome.state == "delivered" else None
    delivery.next_try_at = outcome.next_try_at or now
    if outcome.gone:
        _switch_off(session, delivery.subscription_id, now=now)
    elif outcome.next_try_at and outcome.next_try_at - now < SOON:
        defer(session, "deliver_webhooks", at=outcome.next_try_at)
    return outcome


def _is_nobodys(session: Session, delivery: WebhookDelivery) -> bool:
    """Whether its event is of an order that tells of no person, since they were erased or because it came in bare."""
    person = OrderContactRecord
    named = or_(person.name.is_not(None), person.email.is_not(None), person.phone.is_not(None))
    somebody = select(person.id).where(person.order_id == OrderRecord.id, named).exists()
    event = (DomainEventRecord.id == delivery.event_id, OrderRecord.id == DomainEventRecord.order_id)
    bare = select(OrderRecord.id).where(*event, or_(OrderRecord.erased_at.is_not(None), ~somebody))
    return session.scalar(bare) is not None


def ping(session: Session, subscription: WebhookSubscription, *, now: datetime) -> WebhookDelivery:
    """A signed test on its way to the receiver, tried once. Raises Conflict while the subscription is off."""
    if subscription.disabled_at is not None:
        raise Conflict("It is switched off: switch it on first.")
    body = {"type": PING, "timestamp": now.astimezone(UTC).isoformat(), "data": {"webhook": subscription.public_id}}
    delivery = WebhookDelivery(
        public_id="msg_" + secrets.token_urlsafe(18),
        subscription_id=subscription.id,
        kind=PING,
        body=to_json(body).decode(),
        created_at=now,
        next_try_at=now,
    )
    session.add(delivery)
    session.flush()
    defer(session, "deliver_webhooks", queueing_lock="deliver_webhooks")
    return delivery


def delivery_of(session: Session, subscription_id: int, public_id: str) -> WebhookDeliveryRecord:
    """One delivery of a subscription. Raises NotFound."""
    rows = WebhookDeliveryRecord
    chosen = select(rows).where(rows.subscription_id == subscription_id, rows.public_id == public_id)
    delivery = session.scalar(chosen, execution_options={"populate_existing": True})
    if delivery is None:
        raise NotFound("there is no such delivery")
    return delivery


def history(
    session: Session, subscription_id: int, *, state: str | None, before: int | None, limit: int
) -> Sequence[WebhookDeliveryRecord]:
    """Deliveries of a subscription, the newest first."""
    rows = WebhookDeliveryRecord
    statement = select(rows).where(rows.subscription_id == subscription_id)
    if state is not None:
        statement = statement.where(rows.state == state)
    if before is not None:
        statement = statement.where(rows.id < before)
    newest = statement.order_by(rows.id.desc()).limit(limit)
    return session.scalars(newest, execution_options={"populate_existing": True}).all()


def replay(session: Session, subscription: WebhookSubscription, *, public_id: str | None = None, now: datetime) -> int:
    """Send again one delivery, or all that failed, under their old message ids; how many. Raises NotFound."""
    # A test that failed tells something of its own day alone.
    failed = (WebhookDelivery.state == "failed", WebhookDelivery.kind != PING)
    chosen = (WebhookDelivery.public_id == public_id,) if public_id else failed
    revived = session.execute(
        update(WebhookDelivery)
        .where(WebhookDelivery.subscription_id == subscription.id, *chosen)
        # The whole schedule anew: what was wrong there is mended now.
        .values(state="waiting", attempts=0, next_try_at=now, error=None)
        .returning(WebhookDelivery.id)
    ).all()
    if public_id and not revived:
        raise NotFound("there is no such delivery")
    defer(session, "deliver_webhooks", queueing_lock="deliver_webhooks")
    return len(revived)


def waiting(session: Session, *, now: datetime) -> bool:
    """Whether a try is due."""
    due = select(WebhookDelivery.id).where(WebhookDelivery.state == "waiting", WebhookDelivery.next_try_at <= now)
    return session.scalar(due.limit(1)) is not None


def forget_old(session: Session, *, now: datetime) -> None:
    """Drop what was delivered a month ago and what failed three months ago."""
    # What failed can still be sent again by hand; what arrived is only looked at.
    month, quarter = now - timedelta(days=30), now - timedelta(days=90)
    old = or_(WebhookDelivery.delivered_at < month, WebhookDelivery.created_at < quarter)
    session.execute(delete(WebhookDelivery).where(WebhookDelivery.state != "waiting", old))


def _switch_off(session: Session, subscription_id: int, *, now: datetime) -> None:
    session.execute(
        update(WebhookSubscription)
        .where(WebhookSubscription.id == subscription_id)
        .values(disabled_at=func.coalesce(WebhookSubscription.disabled_at, now), disabled_reason="answered 410 Gone")
    )


def hold(session: Session, *, now: datetime) -> int:
    """What waits may have been delivered after the backup was made: a person may send it again."""
    aside = {"state": "failed", "error": "A backup was put back: it may have been delivered before.", "tried_at": now}
    waiting = update(WebhookDelivery).where(WebhookDelivery.state == "waiting").values(aside)
    return len(session.scalars(waiting.returning(WebhookDelivery.id)).all())
