"""Understanding what providers report: states by rank, bounces and complaints, answers to texts."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.exc import DataError
from sqlalchemy.orm import Session

from app.core.errors import Unreadable
from app.events import inbox
from app.events.inbox import Delivery
from app.events.tries import reason
from app.notify.inbound.inbound_sms import take_answer
from app.notify.models import Message
from app.notify.preferences.suppression import ALL, NEWS, lift, suppress
from app.notify.providers.receipts import Effect, MessageReport, ProviderReport, merged, report
from app.notify.providers.registry import INBOUND, endpoints
from app.notify.send.config import MailConfig
from app.notify.send.outcomes import FailureVerdict, sort

log = structlog.get_logger()

FAMILY = "messages"
# SendGrid alone repeats events for a day: the row must not grow without end.
KEPT_REPORTS = 50
# So long the row of a message that has just left may still be on its way.
EARLY = timedelta(minutes=5)


class UnknownMessage(LookupError):
    """No message of ours has this reference; it may have come before its row was committed."""


def understand(session: Session, ids: Sequence[int], *, now: datetime, config: MailConfig) -> int:
    """Take in these leased reports; gives how many were understood."""
    return inbox.work(session, ids, lambda session, row: take_in(session, row, now=now, config=config), now=now)


def take_in(session: Session, row: Delivery, *, now: datetime, config: MailConfig) -> str | None:
    """Apply one delivery of reports; gives what it still lacks. Raises NeverUnderstood, UnknownMessage."""
    try:
        return _take(session, row, now=now, config=config)
    except Unreadable as error:
        raise inbox.NeverUnderstood(str(error)) from error
    # What a malformed report breaks, in Python or as a value in PostgreSQL (DataError): no later try would read it.
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, DataError) as error:
        raise inbox.NeverUnderstood(reason(error)) from error


def take_report(
    session: Session,
    *,
    provider: str,
    news: MessageReport,
) -> None:
    """Apply one report to its message, under a row lock; the same report twice changes nothing.

    Raises UnknownMessage.
    """
    message = _message(session, provider, news.reference, news.provider_id)
    if message is None:
        raise UnknownMessage(news.reference or news.provider_id)
    if any(entry["id"] == news.event_id for entry in message.receipts):
        return
    entry: dict[str, Any] = {"id": news.event_id, "word": news.word, "at": news.at.isoformat()}
    # A code in words may repeat an address; of a message whose own is gone, figures alone are kept.
    entry |= {"code": news.code} if news.code and (message.recipient or news.code.isdigit()) else {}
    message.receipts = [*message.receipts, entry][-KEPT_REPORTS:]
    message.provider_id = message.provider_id or news.provider_id or None
    meaning = report(provider, news.word)
    if meaning is None:
        log.warning("a provider reports a word that nobody knows", provider=provider, word=news.word[:40])
        return
    before = message.state
    # What waits to be sent again, since nobody knew whether it had left, need not be: this is the proof.
    state = "in_doubt" if before == "created" and message.attempt_token else before
    after, message.rank = merged(state, message.rank, meaning)
    if after != state:
        message.state = after
        _moved(message, f"{provider}:{news.code or news.word}", news.at)
    _follow(session, message, meaning, provider, news.code, news.at)


def _message(session: Session, provider: str, reference: str, provider_id: str) -> Message | None:
    """By our own reference, which is sure; by the provider's name for it only where that is all we get."""
    by_reference = select(Message).where(Message.public_id == reference)
    by_provider = select(Message).where(Message.provider == provider, Message.provider_id == provider_id)
    message = session.scalar(by_reference.with_for_update()) if reference else None
    return message or (session.scalar(by_provider.limit(1).with_for_update()) if provider_id else None)


def _moved(message: Message, reason: str, at: datetime) -> None:
    message.lease_until = None
    message.accepted_at = message.accepted_at or at
    if message.state == "delivered":
        message.delivered_at, message.settled_at, message.reason = at, at, None
    elif message.state == "failed":
        message.settled_at, message.reason = at, reason
    else:
        message.reason = None


def _follow(
    session: Session, message: Message, meaning: ProviderReport, provider: str, code: str | None, at: datetime
) -> None:
    """What a report means for the address itself."""
    effect = meaning.effect
    if code and meaning.state == "failed" and sort(provider, code) is FailureVerdict.STOP_ADDRESS:
        effect = Effect.STOP_ADDRESS
    channel, key = message.channel, message.recipient_hash
    if effect is Effect.STOP_ADDRESS:
        # An address that does not exist gets nothing any more; who complained of news gets receipts still.
        purpose = ALL if meaning.state == "failed" else NEWS
        source = f"{provider}:{code or 'report'}"
        suppress(session, channel=channel, recipient_hash=key, purpose=purpose, source=source, now=at)
    elif effect is Effect.OPT_OUT:
        source = f"{provider}:unsubscribe"
        suppress(session, channel=channel, recipient_hash=key, purpose=NEWS, source=source, now=at)
    elif effect is Effect.OPT_IN:
        lift(session, channel=channel, recipient_hash=key, purposes=(NEWS,))


def _take(session: Session, delivery: Delivery, *, now: datetime, config: MailConfig) -> str | None:
    name = delivery.endpoint.partition(":")[2]
    declared, hook = endpoints()[name]
    if name.endswith(INBOUND):
        for answer in hook.read(delivery):
            take_answer(session, provider=declared.name, **asdict(answer), now=delivery.received_at, config=config)
        return None
    unknown = 0
    for message_report in hook.read(delivery):
        try:
            take_report(session, provider=declared.name, news=message_report)
        except UnknownMessage:
            if not hook.batch:
                raise
            unknown += 1
    # What is known of the batch stays; the rest is looked for again while its messages may still be on their way.
    return f"{unknown} messages are unknown" if unknown and now <= delivery.received_at + EARLY else None
