"""The reconciler: finds what a crash or a lost answer left behind, asks the provider, and brings each to an end."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

import structlog
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session, sessionmaker

from app.core import failpoints
from app.core.clock import Span
from app.core.db import transaction
from app.events import inbox
from app.notify.kinds import Channel
from app.notify.models import Attempt, Message
from app.notify.plan.listener import wake
from app.notify.providers.callbacks import FAMILY
from app.notify.providers.ports import Accepted, Lost, SendFailed
from app.notify.send.claim import doubt_of, settle
from app.notify.send.config import MailConfig
from app.notify.send.doubt import (
    Doubt,
    DoubtResolution,
    ProviderLookup,
    counts_as_absent,
    first_look,
    next_look,
    patience_ends,
    resolve,
)
from app.notify.send.rests import forget_strangers

# A round is asked within some ten seconds, and is nobody else's for twice that: so much a kill costs it.
BATCH, HELD = 40, timedelta(seconds=20)
# A question may take ten seconds: one after the other a round would outlast its hold.
ASKERS = 8
# As a drain's (drain.py): a job of the worker is bounded.
SPAN_S = 20.0
log = structlog.get_logger()
_OF_MESSAGE = (Attempt.message_id == Message.id) & (Attempt.token == Message.attempt_token)


@dataclass(frozen=True, slots=True)
class Open:
    """A message in doubt, claimed for a moment."""

    message_id: int
    token: str
    provider: str
    doubt: Doubt
    lost: Lost


Answers = Mapping[str, Accepted | None]


def reconcile(
    sessions: sessionmaker[Session], config: MailConfig, *, clock: Callable[[], datetime], seconds: float = SPAN_S
) -> int:
    """Rounds while there is more, for at most ``seconds``; gives how many messages were looked at."""
    with sessions() as session, transaction(session):
        expire_leases(session, now=clock(), config=config)
        forget_strangers(session, {name for names in config.names().values() for name in names})
    span, looked = Span(seconds), 0
    with ThreadPoolExecutor(ASKERS, thread_name_prefix="ask") as pool:
        while not span.over() and (claimed := _claimed(sessions, config, clock())):
            questions = list(_questions(claimed, config))
            # Asked side by side, written one question at a time: no lock is held while another is asked.
            for question, answers in zip(questions, pool.map(lambda q: ask(q, config), questions), strict=True):
                with sessions() as session, transaction(session):
                    for each in question:
                        apply(session, each, answers, now=clock())
            looked += len(claimed)
    return looked


def expire_leases(session: Session, *, now: datetime, config: MailConfig) -> None:
    """Take up what nobody has finished in time."""
    _take_up(session, Message.lease_until <= now, now=now, config=config)


def take_over(session: Session, channel: Channel, *, now: datetime, config: MailConfig) -> None:
    """Take up at once what a dead drain left: whoever has the turn of a channel knows that nobody else drains it."""
    _take_up(session, Message.channel == channel, now=now, config=config)


def _take_up(session: Session, which: ColumnElement[bool], *, now: datetime, config: MailConfig) -> None:
    """What was claimed and never begun waits again; what was begun and never recorded is in doubt.

    Locked first and looked at afterwards: who begins at this moment either has the lock, or finds it given back.
    """
    left = select(Message).where(Message.state == "sending", which).order_by(Message.id)
    messages = session.scalars(left.with_for_update(skip_locked=True)).all()
    tried = select(Attempt.token, Attempt.started_at).where(
        Attempt.message_id.in_([message.id for message in messages])
    )
    begun = {row.token: row.started_at for row in session.execute(tried)} if messages else {}
    for message in messages:
        started_at = begun.get(message.attempt_token or "")
        if started_at is None:
            message.state, message.lease_until, message.next_try_at = "created", None, now
            message.attempts -= 1
        else:
            message.state, message.reason = "in_doubt", "no_outcome"
            message.lease_until = first_look(doubt_of(message, config, since=started_at, code=None))
    released = {message.channel for message in messages if message.state == "created"}
    # The drain that they waited for may have ended already.
    if released:
        wake(session, released)


def _claimed(sessions: sessionmaker[Session], config: MailConfig, now: datetime) -> list[Open]:
    with sessions() as session, transaction(session):
        return claim_doubts(session, now=now, config=config)


def claim_doubts(session: Session, *, now: datetime, config: MailConfig) -> list[Open]:
    """The messages in doubt that are due; nobody else looks at them for a moment."""
    due = (Message.state == "in_doubt", Message.lease_until <= now)
    statement = select(Message, Attempt).join(Attempt, _OF_MESSAGE).where(*due).order_by(Message.lease_until)
    claimed = []
    # The messages alone are locked: an attempt is written only by who holds its message's token.
    for message, attempt in session.execute(statement.limit(BATCH).with_for_update(of=Message, skip_locked=True)):
        message.lease_until = now + HELD
        since = attempt.ended_at or attempt.started_at
        doubt = doubt_of(message, config, since=since, code=attempt.code, absent_at=attempt.absent_at)
        lost = Lost(
            reference=message.public_id,
            to=message.recipient,
            # The provider's clock may be behind ours.
            since=attempt.started_at - timedelta(minutes=1),
            body_hash=message.body_hash or b"",
            subject=message.subject or "",
        )
        claimed.append(Open(message.id, attempt.token, message.provider or "", doubt, lost))
    return claimed


def _questions(claimed: Iterable[Open], config: MailConfig) -> Iterator[list[Open]]:
    """As many messages of one provider as one question stands for."""
    for provider, group in groupby(
        sorted(claimed, key=lambda message: message.provider), lambda message: message.provider
    ):
        every, sender = list(group), config.sender(provider)
        size = sender.asked_at_once if sender else len(every)
        yield from (every[at : at + size] for at in range(0, len(every), size))


def ask(question: Sequence[Open], config: MailConfig) -> Answers | None:
    """Ask the provider, with no transaction open; None when it cannot be asked, or not now."""
    sender = config.sender(question[0].provider)
    if sender is None or sender.lag_seconds is None:
        return None
    try:
        with failpoints.around("call", f"{sender.name}:find"):
            return sender.find([message.lost for message in question])
    except SendFailed as error:
        log.info("a provider cannot be asked", provider=sender.name, code=error.code)
    except Exception:
        log.exception("a sender broke when asked", sender=sender.name)
    return None


def apply(session: Session, claimed: Open, answers: Answers | None, *, now: datetime) -> None:
    """Bring one message to what was resolved, unless a report has settled it meanwhile."""
    own_claim = (Message.id == claimed.message_id, Message.attempt_token == claimed.token, Message.state == "in_doubt")
    message = session.scalar(select(Message).where(*own_claim).with_for_update())
    if message is None:
        return
    lookup, accepted = _heard(claimed, answers)
    # Nobody decides what a report may say that had come in time and is not read yet: a busy worker would send twice.
    # What comes later does not count, or in a busy shop there would always be something unread.
    unread = lookup is ProviderLookup.SILENT and inbox.unread(
        session, f"{FAMILY}:{claimed.provider}", until=patience_ends(claimed.doubt)
    )
    resolution = DoubtResolution.WAIT if unread else resolve(claimed.doubt, lookup, now=now)
    if resolution is DoubtResolution.ADOPT:
        message.state, message.accepted_at = "accepted", now
        # A list that cannot tell two alike gives no name: what a report has brought stays.
        message.provider_id = (accepted and accepted.provider_id) or message.provider_id
        message.reason = message.lease_until = None
    elif resolution is DoubtResolution.GIVE_UP:
        settle(message, "failed", "in_doubt", now)
    elif resolution is DoubtResolution.WAIT:
        _wait(session, message, claimed, lookup, now)
    else:
        _again(message, resolution, now)
        wake(session, {message.channel})


def _heard(claimed: Open, answers: Answers | None) -> tuple[ProviderLookup, Accepted | None]:
    if answers is None or claimed.lost.reference not in answers:
        return ProviderLookup.SILENT, None
    accepted = answers[claimed.lost.reference]
    return (ProviderLookup.FOUND, accepted) if accepted else (ProviderLookup.ABSENT, None)


def _wait(session: Session, message: Message, claimed: Open, lookup: ProviderLookup, now: datetime) -> None:
    message.lease_until = next_look(claimed.doubt, now=now)
    if counts_as_absent(claimed.doubt, lookup, now=now):
        own_attempt = (Attempt.message_id == claimed.message_id, Attempt.token == claimed.token)
        session.execute(update(Attempt).where(*own_attempt).values(absent_at=now))


def _again(message: Message, resolution: DoubtResolution, now: datetime) -> None:
    # What has surely not left is no copy of anything.
    if resolution is not DoubtResolution.SEND:
        message.repeats += 1
    if resolution is DoubtResolution.REPEAT_AS_COPY:
        message.facts = message.facts | {"copy": True}
    message.state, message.next_try_at, message.lease_until = "created", now, None
