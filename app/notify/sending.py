"""Sending in four steps: claim and look again, commit; start; call outside any transaction; record the outcome."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.notify.attempting import begin, end_accepted, end_failed
from app.notify.freshness import Drop, Go, Standing, Wait, look
from app.notify.kinds import Channel
from app.notify.links import LinkBook
from app.notify.models import Message
from app.notify.office import Office
from app.notify.outcomes import Fault, Verdict, retry_delay
from app.notify.outgoing import outgoing_of
from app.notify.reading import read
from app.notify.repeating import Said, repeats, said_lately
from app.notify.routing import sender_for
from app.notify.senders.ports import Accepted, Outgoing, SendFailed
from app.notify.standing import refusals, standing_of
from app.notify.suppression import ALL, suppress
from app.tokens import new_secret

log = structlog.get_logger()

LEASE = timedelta(seconds=60)
REST = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Ready:
    """A claimed and rendered message; only who holds ``token`` may write its outcome."""

    message_id: int
    token: str
    sender: str
    outgoing: Outgoing


def prepare(
    session: Session, *, limit: int, resting: frozenset[str], now: datetime, office: Office
) -> list[Ready] | None:
    """Claim waiting messages, look at each once more, render what may go; None when none waits.

    The caller commits before calling out.
    """
    claimed = _claim(session, limit, now)
    if not claimed:
        return None
    known, found, book = read(session, claimed), refusals(session, claimed), LinkBook(office, now)
    lately, ready = said_lately(session, claimed, now=now), []
    for message in claimed:
        try:
            if _may_go(message, standing_of(message, known, found, office), now):
                outgoing = outgoing_of(message, known, office, book)
                name = sender_for(Channel(message.channel), office.names(), resting)
                if (one := _lease(message, name, outgoing, lately, now)) is not None:
                    ready.append(one)
        except Exception:
            # One message that cannot be told must not stop the others.
            log.exception("a message cannot be written", message=message.public_id)
            settle(message, "failed", "cannot_be_written", now)
    book.write(session)
    session.flush()
    return ready


def start(session: Session, ready: Ready, *, now: datetime) -> bool:
    """Write that the call begins; False when too little of the lease is left, then nobody calls."""
    return begin(session, message_id=ready.message_id, token=ready.token, now=now)


def call(ready: Ready, office: Office) -> Accepted | Fault:
    """Hand it to the provider; no transaction is open. Whatever is not understood counts as in doubt."""
    sender = office.sender(ready.sender)
    if sender is None:
        return Fault(Verdict.RETRY, ready.sender, "not_configured")
    try:
        return sender.send(ready.outgoing)
    except SendFailed as error:
        return error.fault
    except Exception as error:
        log.exception("a sender broke", sender=ready.sender)
        return Fault(Verdict.IN_DOUBT, ready.sender, "broken", type(error).__name__)


def record(session: Session, ready: Ready, outcome: Accepted | Fault, *, now: datetime, office: Office) -> None:
    """Write the outcome, if this attempt is still the one that counts."""
    if isinstance(outcome, Accepted):
        end_accepted(session, outcome, message_id=ready.message_id, token=ready.token, now=now)
        return
    end_failed(session, outcome, message_id=ready.message_id, token=ready.token, now=now)
    _fail(session, ready, outcome, now, office)


def _claim(session: Session, limit: int, now: datetime) -> list[Message]:
    waiting = select(Message).where(Message.state == "created", Message.next_try_at <= now)
    return list(
        session.scalars(
            waiting.order_by(Message.next_try_at, Message.id).limit(limit).with_for_update(skip_locked=True)
        )
    )


def _may_go(message: Message, standing: Standing, now: datetime) -> bool:
    verdict = look(standing, now=now)
    if isinstance(verdict, Drop):
        settle(message, "skipped", verdict.reason, now)
    elif isinstance(verdict, Wait):
        message.next_try_at = verdict.until
    return isinstance(verdict, Go)


def _lease(message: Message, sender: str | None, outgoing: Outgoing, lately: Said, now: datetime) -> Ready | None:
    if sender is None:
        message.next_try_at = now + REST
        return None
    if repeats(message, lately):
        settle(message, "skipped", "repeated", now)
        return None
    token = new_secret()
    message.state, message.attempt_token, message.lease_until = "sending", token, now + LEASE
    message.provider, message.attempts = sender, message.attempts + 1
    return Ready(message.id, token, sender, outgoing)


def _fail(session: Session, ready: Ready, found: Fault, now: datetime, office: Office) -> None:
    mine = (Message.id == ready.message_id, Message.attempt_token == ready.token, Message.state == "sending")
    message = session.scalar(select(Message).where(*mine).with_for_update())
    if message is None:
        return
    message.reason = f"{found.provider}:{found.code}"
    if found.verdict is Verdict.IN_DOUBT:
        sender = office.sender(found.provider)
        message.state = "in_doubt"
        message.lease_until = now + timedelta(seconds=(sender.lag_seconds or 0) if sender else 0)
        return
    delay = retry_delay(found, message.attempts, roll=random.random())  # noqa: S311
    if delay is None:
        settle(message, "failed", message.reason, now)
    else:
        message.state, message.next_try_at, message.lease_until = "created", now + delay, None
    if found.verdict is Verdict.STOP_ADDRESS:
        suppress(
            session,
            channel=message.channel,
            recipient_hash=message.recipient_hash,
            purpose=ALL,
            source=message.reason,
            now=now,
        )


def settle(message: Message, state: str, reason: str, now: datetime) -> None:
    """The message has come to its end, and why."""
    message.state, message.reason, message.settled_at, message.lease_until = state, reason, now, None
