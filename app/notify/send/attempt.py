"""Beginning an attempt and writing how it ended: one statement each, held ready for every message (a hot path)."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

import structlog
from sqlalchemy import Table, bindparam, case, insert, literal_column, select, update
from sqlalchemy.orm import Session

from app.core import failpoints
from app.notify.models import Attempt, Message
from app.notify.providers.ports import Accepted, Begin, NotBegun, Outgoing, Sender, SendFailed
from app.notify.send.outcomes import FailureVerdict, SendFailure

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


def end_failed(session: Session, failure: SendFailure, *, message_id: int, token: str, now: datetime) -> None:
    """Write what the provider said, or that it said nothing; also when it failed before the call began.

    Only a closed provider leaves no row then: it is tried every few seconds.
    """
    values = _ended(message_id, token, now) | {
        "came": failure.verdict,
        "reported": failure.code,
        "words": failure.detail,
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
            detail=failure.detail,
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
