"""Claiming messages, looking at each a last time, and trying to send it: what was begun, and how it ended."""

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast

import structlog
from sqlalchemy import Table, bindparam, case, func, insert, literal_column, select, update
from sqlalchemy.orm import Session

from app.core import failpoints
from app.core.tokens import new_secret
from app.notify.kinds import Channel, Purpose
from app.notify.models import Attempt, Message
from app.notify.preferences.suppression import ALL, suppress
from app.notify.providers.ports import Accepted, Begin, NotBegun, Outgoing, Sender, SendFailed
from app.notify.render.links import LinkBook
from app.notify.render.reading import read
from app.notify.send.config import MailConfig
from app.notify.send.context import Drop, Go, SendContext, Wait, context_of, look, refusals
from app.notify.send.doubt import Choice, Doubt, first_look
from app.notify.send.outcomes import FailureVerdict, SendFailure, retry_delay
from app.notify.send.outgoing import outgoing_of
from app.notify.send.rests import Rest, begin_rest, end_rest, resting, take_probe
from app.notify.send.said import RecentWords, overtaken, recent_words, repeats


def doubt_of(
    message: Message, config: MailConfig, *, since: datetime, code: str | None, absent_at: datetime | None = None
) -> Doubt:
    """The doubt of one message; ``code`` is the provider's word where it said something."""
    sender = config.sender(message.provider or "")
    lag = sender.lag_seconds if sender else None
    return Doubt(
        purpose=Purpose(message.purpose),
        since=since,
        lag=None if lag is None else timedelta(seconds=lag),
        choice=config.in_doubt.get(Channel(message.channel), Choice.SEND_AGAIN),
        absent_at=absent_at,
        repeats=message.repeats,
        # Our own codes are words: a number is the provider's, so it has said something.
        answered=(code or "").isdigit(),
    )


log = structlog.get_logger()

# A claim that nobody begins is given back by the next drain of its channel (``take_over``); this is for when none
# comes.
LEASE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Ready:
    """A claimed and rendered message; only who holds ``token`` may write its outcome. ``probe``: its provider rests.

    Messages of one ``line`` leave one after another; one without a line waits for no other.
    """

    message_id: int
    token: str
    sender: str
    outgoing: Outgoing
    probe: bool = False
    line: tuple[int, bytes] | None = None


@dataclass(frozen=True, slots=True)
class OpenRoute:
    """The provider that carries a channel now; while it rests, one message may try it."""

    sender: str
    probe: bool = False


def way_of(channel: Channel, config: MailConfig, rests: dict[str, Rest], *, now: datetime) -> OpenRoute | None:
    """The first provider of the channel that does not rest, or that may be tried; None: nobody carries it now."""
    for name in config.names().get(channel, ()):
        if name not in rests:
            return OpenRoute(name)
        if rests[name].next_probe_at <= now:
            return OpenRoute(name, probe=True)
    return None


def prepare(session: Session, channel: Channel, *, limit: int, now: datetime, config: MailConfig) -> list[Ready] | None:
    """Claim waiting messages, look at each once more, render what may go; None when none waits or nobody carries it.

    The caller commits before calling out.
    """
    way = way_of(channel, config, resting(session), now=now)
    # A provider that rests is tried by one message: a whole batch would wait for its time-outs. The turn to try is
    # taken last, since it must not be used up where nothing waits.
    claimed = _claim(session, channel, 1 if way.probe else limit, now) if way else []
    if way is None or not claimed or (way.probe and not take_probe(session, way.sender, now=now)):
        return None
    rows, refused, book = read(session, claimed), refusals(session, claimed), LinkBook(config, now)
    lately, passed, ready = recent_words(session, claimed, now=now), overtaken(session, claimed), []
    for message in claimed:
        try:
            if message.id in passed:
                settle(message, "skipped", "overtaken", now)
            elif _may_go(message, context_of(message, rows, refused, config), now):
                outgoing = outgoing_of(message, rows, config, book)
                if (leased := _lease(message, way, outgoing, lately, now)) is not None:
                    ready.append(leased)
        except Exception:
            # One message that cannot be told must not stop the others.
            log.exception("a message cannot be written", message=message.public_id)
            settle(message, "failed", "cannot_be_written", now)
    # With the claims: a link works before the mail that bears it can leave.
    book.write(session)
    session.flush()
    return ready


def call(ready: Ready, config: MailConfig, begin: Begin) -> Accepted | SendFailure | None:
    """Hand it to the provider; no transaction is open. None: it was not begun, and nobody called."""
    sender = config.sender(ready.sender)
    # The settings have changed since it was claimed: «closed» leaves it all its tries.
    if sender is None:
        return SendFailure(FailureVerdict.CLOSED, ready.sender, "not_configured")
    return hand_over(sender, ready.outgoing, begin)


def record(
    session: Session,
    ready: Ready,
    outcome: Accepted | SendFailure,
    *,
    now: datetime,
    config: MailConfig,
    rests: bool = False,
) -> None:
    """Write the outcome, if this attempt is still the one that counts; ``rests``: its provider is to rest from now."""
    if isinstance(outcome, Accepted):
        end_accepted(session, outcome, message_id=ready.message_id, token=ready.token, now=now)
    else:
        end_failed(session, outcome, message_id=ready.message_id, token=ready.token, now=now)
        _fail(session, ready, outcome, now, config)
    if isinstance(outcome, SendFailure) and rests:
        begin_rest(session, ready.sender, outcome, now=now)
    # Any answer ends the rest, a refusal too: whoever refuses works again.
    elif ready.probe and not (
        isinstance(outcome, SendFailure) and outcome.verdict in (FailureVerdict.CLOSED, FailureVerdict.IN_DOUBT)
    ):
        end_rest(session, ready.sender)


def _claim(session: Session, channel: Channel, limit: int, now: datetime) -> list[Message]:
    # In the order of ix_message_waiting. Locked rows are passed by: a report that settles one must not hold up others.
    waiting = select(Message).where(Message.channel == channel, Message.state == "created", Message.next_try_at <= now)
    first = waiting.order_by(Message.next_try_at, Message.id).limit(limit).with_for_update(skip_locked=True)
    # Tries again are due at odd moments; what is told of one order leaves as it happened.
    return sorted(session.scalars(first), key=lambda message: message.id)


def _may_go(message: Message, context: SendContext, now: datetime) -> bool:
    verdict = look(context, now=now)
    if isinstance(verdict, Drop):
        settle(message, "skipped", verdict.reason, now)
    elif isinstance(verdict, Wait):
        message.next_try_at = verdict.until
    return isinstance(verdict, Go)


def _lease(message: Message, way: OpenRoute, outgoing: Outgoing, lately: RecentWords, now: datetime) -> Ready | None:
    # Only when it is rendered: two events may come to the same words.
    if repeats(message, lately):
        settle(message, "skipped", "repeated", now)
        return None
    token = new_secret()
    message.state, message.attempt_token, message.lease_until = "sending", token, now + LEASE
    message.provider, message.attempts = way.sender, message.attempts + 1
    line = (message.order_id, message.recipient_hash) if message.order_id else None
    return Ready(message.id, token, way.sender, outgoing, way.probe, line)


def _fail(session: Session, ready: Ready, failure: SendFailure, now: datetime, config: MailConfig) -> None:
    # «in_doubt» too: somebody may have thought us dead, and we know better.
    open_ = Message.state.in_(("sending", "in_doubt"))
    own_claim = (Message.id == ready.message_id, Message.attempt_token == ready.token, open_)
    message = session.scalar(select(Message).where(*own_claim).with_for_update())
    if message is None:
        return
    message.reason = f"{failure.provider}:{failure.code}"
    if failure.verdict is FailureVerdict.IN_DOUBT:
        doubt = doubt_of(message, config, since=now, code=failure.code)
        message.state, message.lease_until = "in_doubt", first_look(doubt)
        return
    # Spread, so that what failed together does not come back together.
    delay = retry_delay(failure, _tries(session, message, failure), roll=random.random())  # noqa: S311
    if delay is None:
        settle(message, "failed", message.reason, now)
    else:
        message.state, message.next_try_at, message.lease_until = "created", now + delay, None
    # Every later message asks our table; the provider's own list is the second line.
    if failure.verdict is FailureVerdict.STOP_ADDRESS:
        suppress(
            session,
            channel=message.channel,
            recipient_hash=message.recipient_hash,
            purpose=ALL,
            source=message.reason,
            now=now,
        )


def _tries(session: Session, message: Message, failure: SendFailure) -> int:
    """How often it failed in this way; other failures, an outage above all, do not use up its tries."""
    if failure.verdict is FailureVerdict.CLOSED:
        return message.attempts
    like = (Attempt.message_id == message.id, Attempt.outcome == failure.verdict)
    return session.scalar(select(func.count()).where(*like)) or 0


def settle(message: Message, state: str, reason: str, now: datetime) -> None:
    """The message has come to its end, and why."""
    message.state, message.reason, message.settled_at, message.lease_until = state, reason, now, None


# A call ends within ten seconds (senders); what is not recorded after twice that is in doubt.
CALL = timedelta(seconds=20)

# Statements that are made once: every message runs them, and the unit of work would build each anew.
# Their parameters are not called as the columns are: an UPDATE keeps those names for what it sets.
_MESSAGE, _ATTEMPT = cast(Table, Message.__table__), cast(Table, Attempt.__table__)
_message, _attempt = _MESSAGE.c, _ATTEMPT.c
_mine = (_message.id == bindparam("of_message"), _message.attempt_token == bindparam("by_token"))
# Row and lease in one statement: where the claim no longer holds neither is written, and nobody calls.
_begun = (
    update(_MESSAGE)
    .where(*_mine, _message.state == "sending", _message.lease_until > bindparam("begins_at"))
    .values(lease_until=bindparam("ends_by"))
    .returning(_message.id, _message.attempt_token, _message.provider)
    .cte("begun")
)
_BEGIN = (
    insert(_ATTEMPT)
    .from_select(
        ["message_id", "token", "provider", "started_at"],
        select(
            _begun.c.id,
            _begun.c.attempt_token,
            _begun.c.provider,
            bindparam("begins_at", type_=_attempt.started_at.type),
        ),
    )
    .returning(_attempt.id)
)
_ENDED = (
    update(_ATTEMPT)
    .where(_attempt.message_id == bindparam("of_message"), _attempt.token == bindparam("by_token"))
    .values(
        ended_at=bindparam("ends_at"), outcome=bindparam("came"), code=bindparam("reported"), detail=bindparam("words")
    )
)
# A provider's yes is true however late it is heard, as long as nobody else has begun: so also when the message was put
# back meanwhile.
_ACCEPTED = (
    update(_MESSAGE)
    .where(*_mine)
    .values(
        state=case(
            (_message.state.in_(("sending", "in_doubt", "created")), literal_column("'accepted'")),
            else_=_message.state,
        ),
        provider=bindparam("taken_by"),
        provider_id=bindparam("taken_as"),
        accepted_at=bindparam("ends_at"),
        lease_until=None,
        reason=None,
    )
    .add_cte(_ENDED.returning(_attempt.id).cte("ended"))
)
# The try is taken back as well: nothing was tried, and an outage must not use up what a message has.
_GIVEN_BACK = (
    update(_MESSAGE)
    .where(*_mine, _message.state == "sending")
    .values(state="created", lease_until=None, next_try_at=bindparam("ends_at"), attempts=_message.attempts - 1)
)


def begin(session: Session, *, message_id: int, token: str, now: datetime) -> bool:
    """Write that the call begins; False when the claim no longer holds, then nobody calls."""
    values = {"of_message": message_id, "by_token": token, "begins_at": now, "ends_by": now + CALL}
    return session.connection().execute(_BEGIN, values).first() is not None


def give_back(session: Session, *, message_id: int, token: str, now: datetime) -> None:
    """The call was not made: the message waits again as if it had never been claimed."""
    values = {"of_message": message_id, "by_token": token, "ends_at": now}
    session.connection().execute(_GIVEN_BACK, values)
    # A beginning that took too long has left its row: open, it would look like a call whose answer was lost.
    session.connection().execute(_ENDED, values | {"came": "not_begun", "reported": None, "words": None})


def end_accepted(session: Session, outcome: Accepted, *, message_id: int, token: str, now: datetime) -> None:
    """Write that the provider took it. What its reports said meanwhile stays."""
    values = _ended(message_id, token, now) | {"came": "accepted", "reported": None, "words": None}
    taken = {"taken_by": outcome.provider, "taken_as": outcome.provider_id}
    session.connection().execute(_ACCEPTED, values | taken)


_ADDRESSED = select(Message.recipient != "").where(Message.id == bindparam("message_id"))


def end_failed(session: Session, failure: SendFailure, *, message_id: int, token: str, now: datetime) -> None:
    """Write what the provider said, or that it said nothing; also when it failed before the call began.

    Only a closed provider leaves no row then: it is tried every few seconds.
    """
    values = _ended(message_id, token, now) | {
        "came": failure.verdict,
        "reported": failure.code,
        # A provider may repeat the address; one that was erased meanwhile must not come back that way.
        "words": failure.detail if session.scalar(_ADDRESSED, {"message_id": message_id}) else "",
    }
    if session.connection().execute(_ENDED, values).rowcount or failure.verdict is FailureVerdict.CLOSED:
        return
    session.add(
        Attempt(
            message_id=message_id,
            token=token,
            provider=failure.provider,
            started_at=now,
            ended_at=now,
            outcome=failure.verdict,
            code=failure.code,
            detail=values["words"],
        )
    )
    # Before the tries are counted: this one is among them.
    session.flush()


def _ended(message_id: int, token: str, now: datetime) -> dict[str, Any]:
    return {"of_message": message_id, "by_token": token, "ends_at": now}


log = structlog.get_logger()


def hand_over(sender: Sender, outgoing: Outgoing, begin: Begin) -> Accepted | SendFailure | None:
    """The sender's outcome; None when the beginning could not be written down, so that nobody called."""
    mark = _Mark(begin)
    try:
        with failpoints.around("call", f"{sender.name}:send"):
            return sender.send(outgoing, mark)
    except NotBegun:
        return None
    except SendFailed as error:
        # A call that had not begun leaves no doubt: the provider had nothing to act upon.
        if error.fault.verdict is FailureVerdict.IN_DOUBT and not mark.begun:
            return replace(error.fault, verdict=FailureVerdict.CLOSED, code="not_connected")
        return error.fault
    except Exception as error:
        log.exception("a sender broke", sender=sender.name)
        # After the beginning anything may have happened there; before, three tries and then a person.
        verdict = FailureVerdict.IN_DOUBT if mark.begun else FailureVerdict.UNKNOWN
        return SendFailure(verdict, sender.name, "broken", type(error).__name__)


class _Mark:
    """Says that the call begins, and remembers it."""

    def __init__(self, begin: Begin) -> None:
        self._begin, self.begun = begin, False

    def __call__(self) -> None:
        try:
            self._begin()
        except NotBegun:
            raise
        # Whatever kept it from being written, the database away above all: a call that nobody knows of is not made.
        except Exception as error:
            raise NotBegun from error
        self.begun = True
