"""Providers that rest after a run of faults: a row each, seen by every worker and by the shop's people."""

import threading
from collections import deque
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.notify.models import ProviderRest
from app.notify.send.outcomes import FailureVerdict, SendFailure

log = structlog.get_logger()

# What an outage held back shall leave within a minute of its end: the longest pause is a third of that.
FIRST, LATER, LAST = timedelta(seconds=3), timedelta(seconds=10), timedelta(seconds=20)
_FIRST_TRIES, _LATER_TRIES = 20, 50
# A provider may ask for more, but an hour without a try would hide that it is well again.
_LONGEST_WISH_S = 3600.0


@dataclass(frozen=True, slots=True)
class Rest:
    """A provider that rests: since when, why in its own word, when one message tries it next."""

    provider: str
    since: datetime
    reason: str
    tries: int
    next_probe_at: datetime


def resting(session: Session) -> dict[str, Rest]:
    """Who rests, by name."""
    rows = session.scalars(select(ProviderRest).order_by(ProviderRest.provider))
    return {row.provider: Rest(row.provider, row.since, row.reason, row.tries, row.next_probe_at) for row in rows}


def begin_rest(session: Session, provider: str, failure: SendFailure, *, now: datetime) -> None:
    """From now on one message at a time tries this provider."""
    log.warning("a provider rests", provider=provider, code=failure.code)
    pause = max(FIRST, timedelta(seconds=min(failure.retry_after or 0.0, _LONGEST_WISH_S)))
    row = {"provider": provider, "since": now, "reason": failure.code, "next_probe_at": now + pause}
    # Since when and how often it was tried stay: with each failure the pauses would begin anew.
    changes = {"reason": failure.code, "next_probe_at": now + pause}
    session.execute(insert(ProviderRest).values(row).on_conflict_do_update(index_elements=["provider"], set_=changes))


def take_probe(session: Session, provider: str, *, now: datetime) -> bool:
    """Whether this message may try the provider; of all workers one gets each turn."""
    # The row's lock decides: who waited for it finds the next turn in the future.
    due = (ProviderRest.provider == provider, ProviderRest.next_probe_at <= now)
    tries = session.scalar(
        update(ProviderRest).where(*due).values(tries=ProviderRest.tries + 1).returning(ProviderRest.tries)
    )
    if tries is None:
        return False
    rest = update(ProviderRest).where(ProviderRest.provider == provider)
    session.execute(rest.values(next_probe_at=now + pause_after(tries)))
    return True


def end_rest(session: Session, provider: str) -> None:
    """The provider takes messages again."""
    gone: Sequence[str] = session.scalars(
        delete(ProviderRest).where(ProviderRest.provider == provider).returning(ProviderRest.provider)
    ).all()
    # Many workers see it well again: one of them says so.
    if gone:
        log.info("a provider takes messages again", provider=provider)


def forget_strangers(session: Session, configured: Collection[str]) -> None:
    """Who was taken out of the settings rests no more: nobody would ever try it again."""
    session.execute(delete(ProviderRest).where(ProviderRest.provider.not_in(configured)))


def pause_after(tries: int) -> timedelta:
    """Every few seconds for a minute, then more seldom."""
    return FIRST if tries < _FIRST_TRIES else LATER if tries < _LATER_TRIES else LAST


# Eight of the last ten within a minute: an outage shows at once, a provider that fails now and then goes on.
COUNTED, ILL = 10, 8
WINDOW = timedelta(seconds=60)
# A refusal of one message says nothing of the provider.
_ILL = frozenset({FailureVerdict.IN_DOUBT, FailureVerdict.CLOSED})


class Breaker:
    """Counts the outcomes of each provider; who rests is written in the database (``Rest``) and learned from there."""

    def __init__(self) -> None:
        self._last: dict[str, deque[tuple[datetime, bool]]] = {}
        self._resting: set[str] = set()
        self._unwritten: set[str] = set()
        # The lanes of all channels share one breaker.
        self._lock = threading.Lock()

    def learn(self, resting: Iterable[str]) -> None:
        """What the database says; what this process has yet to write there holds as well."""
        with self._lock:
            self._resting = set(resting) | self._unwritten

    def wrote(self, name: str) -> None:
        """The rest of this provider is in the database."""
        with self._lock:
            self._unwritten.discard(name)

    def rests(self, name: str) -> bool:
        """Whether no lane should call it."""
        with self._lock:
            return name in self._resting

    def note(self, name: str, verdict: FailureVerdict | None, *, at: datetime) -> bool:
        """Count an outcome (None: accepted); True when the provider is to rest from now on."""
        ill = verdict in _ILL
        with self._lock:
            outcomes = self._last.setdefault(name, deque(maxlen=COUNTED))
            outcomes.append((at, ill))
            lately = sum(1 for when, bad in outcomes if bad and when > at - WINDOW)
            # A closed door is closed to all: nobody need try it eight times.
            if name in self._resting or not (verdict is FailureVerdict.CLOSED or lately >= ILL):
                return False
            outcomes.clear()
            self._resting.add(name)
            self._unwritten.add(name)
            return True
