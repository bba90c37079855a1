"""The drain: sends what waits in one channel, in lanes that each finish one message and begin the next (a hot path)."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from queue import Queue

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm import Session, sessionmaker

from app.core.clock import Span
from app.core.db import transaction
from app.notify.kinds import Channel
from app.notify.models import Message
from app.notify.providers.ports import NotBegun
from app.notify.send.claim import Ready, begin, call, give_back, prepare, record, way_of
from app.notify.send.config import MailConfig
from app.notify.send.outcomes import SendFailure
from app.notify.send.reconcile import take_over
from app.notify.send.rests import Breaker, resting

# «SE» for sending: the first half of the lock's key, so that no other use of advisory locks means the same.
TURNS = 0x5345
_NUMBER = {Channel.EMAIL: 1, Channel.SMS: 2}
# The turn of a machine that vanished ends within some ten seconds, not after the two hours of TCP's default.
_KEEPALIVE = {"tcp_keepalives_idle": "5", "tcp_keepalives_interval": "2", "tcp_keepalives_count": "3"}


@contextmanager
def alone(sessions: sessionmaker[Session], channel: Channel) -> Iterator[bool]:
    """Whether it is ours to drain this channel now.

    The turn is a session's advisory lock: PostgreSQL ends it with the connection, so with the process, at once.
    Correctness does not rest on it: each message has its token.
    """
    bind = sessions.kw["bind"]
    # Outside of any transaction: one that is open as long as a drain would keep vacuum from the tables of messages.
    with bind.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(select(*(func.set_config(name, value, False) for name, value in _KEEPALIVE.items())))
        turn = (TURNS, _NUMBER[channel])
        has_turn = bool(connection.scalar(select(func.pg_try_advisory_lock(*turn))))
        try:
            yield has_turn
        finally:
            if has_turn:
                try:
                    connection.execute(select(func.pg_advisory_unlock(*turn)))
                except DBAPIError:
                    # A connection that is gone has given its locks back; one that only seems so must not be lent again.
                    connection.invalidate()


# Lanes instead of batches with a barrier: one slow call holds up its lane alone. A batch is three messages a lane, so
# that what is claimed has its turn long before its lease ends.
LANES, BATCH = 16, 48
# A job of the worker is bounded: a full place is given up for others, and the next job goes on (docs/messages.md).
SPAN_S = 20.0
# A beginning that took so long to write may be thought dead by others already.
LATE_S = 5.0
# An outcome is worth waiting for the database, which comes back within ten seconds: without it the message is in
# doubt.
KEPT_S = 25.0
# What waits longer than the clock's beat and a provider's longest rest need not be waited for by a job.
SOON = timedelta(seconds=30)
Clock = Callable[[], datetime]
_AWAY = (OperationalError, InterfaceError, NoConnection)


def drain(
    sessions: sessionmaker[Session],
    config: MailConfig,
    breaker: Breaker,
    channel: Channel,
    *,
    clock: Clock,
    lanes: int = LANES,
    seconds: float = SPAN_S,
) -> int:
    """Send for at most ``seconds`` what waits; gives how many calls were made. A lane that breaks ends the drain."""
    work, calls = _Work(sessions, config, breaker, channel, clock, Span(seconds)), 0
    while not work.over():
        with alone(sessions, channel) as has_turn:
            if not has_turn:
                break
            calls += work.run(lanes)
        # Whoever came while this drain was ending found the door shut and left: look once more.
        with sessions() as session:
            if not waits(session, config, channel, now=clock()):
                break
    return calls


def waits(session: Session, config: MailConfig, channel: Channel, *, now: datetime) -> bool:
    """Whether something could be sent in this channel now."""
    due = (Message.channel == channel, Message.state == "created", Message.next_try_at <= now)
    if way_of(channel, config, resting(session), now=now) is None:
        return False
    return session.scalar(select(Message.id).where(*due).limit(1)) is not None


def next_turn(session: Session, config: MailConfig, channel: Channel, *, now: datetime) -> datetime | None:
    """When the next drain has something to do at the latest; None: nothing is known, the clock's beat suffices."""
    if waits(session, config, channel, now=now):
        return now
    names, rests = config.names().get(channel, ()), resting(session)
    probe = min((rests[name].next_probe_at for name in names if name in rests), default=None)
    waiting = (Message.channel == channel, Message.state == "created", Message.next_try_at <= now + SOON)
    first = session.scalar(select(func.min(Message.next_try_at)).where(*waiting)) if probe else None
    return max(probe, first) if probe and first else None


class Lines:
    """Messages of one order to one person, each line in one lane.

    In two lanes they would race, and the older one could be the newest in its reader's mailbox.
    """

    def __init__(self) -> None:
        self._open: dict[object, deque[Ready]] = {}
        self._lock = threading.Lock()

    def join(self, ready: Ready) -> deque[Ready] | None:
        """Stand it behind those of its line that a lane has; else the line that begins with it, for any lane."""
        with self._lock:
            line = self._open.get(ready.line) if ready.line else None
            if line is not None:
                line.append(ready)
                return None
            begun = deque([ready])
            if ready.line:
                self._open[ready.line] = begun
            return begun

    def next_of(self, line: deque[Ready], before: Ready | None = None) -> Ready | None:
        """Whose turn it is after ``before``; None ends the line: who comes later begins it anew."""
        with self._lock:
            if line:
                return line.popleft()
            if before is not None and before.line:
                del self._open[before.line]
            return None


@dataclass
class _Work:
    """What the lanes of one drain share."""

    sessions: sessionmaker[Session]
    config: MailConfig
    breaker: Breaker
    channel: Channel
    clock: Clock
    span: Span
    # Bounded: what waits here is claimed already, and its lease runs.
    todo: Queue[deque[Ready] | None] = field(default_factory=lambda: Queue(maxsize=BATCH))
    lines: Lines = field(default_factory=Lines)
    broken: bool = False

    def over(self) -> bool:
        """Whether the time is up."""
        return self.span.over()

    def run(self, lanes: int) -> int:
        """Feed the lanes until nothing waits."""
        with self.sessions() as session, transaction(session):
            # Before any lane runs: whatever is being sent now was left by a drain that died.
            take_over(session, self.channel, now=self.clock(), config=self.config)
        with ThreadPoolExecutor(lanes, thread_name_prefix=f"send-{self.channel}") as pool:
            running = [pool.submit(self._lane) for _ in range(lanes)]
            try:
                while not self.broken and not self.over() and (ready := self._prepare()) is not None:
                    for message in ready:
                        if (begun := self.lines.join(message)) is not None:
                            self.todo.put(begun)
            # After an error as well: a lane that waits for a message would wait for ever.
            finally:
                for _ in range(lanes):
                    self.todo.put(None)
            return sum(future.result() for future in running)

    def _prepare(self) -> list[Ready] | None:
        """The next batch, claimed and rendered; None when nothing can go."""
        now = self.clock()
        with self.sessions() as session, transaction(session):
            self.breaker.learn(resting(session))
            return prepare(session, self.channel, limit=BATCH, now=now, config=self.config)

    def _lane(self) -> int:
        """Work until told to stop; once broken, messages pass by and are taken up by the next drain."""
        calls = 0
        while (following := self.todo.get()) is not None:
            if self.broken:
                continue
            ready = None
            try:
                while (ready := self.lines.next_of(following, ready)) is not None:
                    calls += self._send(ready)
            # Of every kind: a lane that ends with the queue full leaves the feeder waiting for room in it.
            except BaseException:
                self.broken = True
                while self.todo.get() is not None:
                    pass
                raise
        return calls

    def _send(self, ready: Ready) -> bool:
        """Send one message; whether its provider was called."""
        # The provider may have failed since this was claimed: given back, it costs no time-out and no try.
        resting_now = not ready.probe and self.breaker.rests(ready.sender)
        outcome = None if resting_now or self.over() else call(ready, self.config, partial(self._begin, ready))
        if outcome is None:
            self._write(partial(give_back, message_id=ready.message_id, token=ready.token))
            return False
        verdict = outcome.verdict if isinstance(outcome, SendFailure) else None
        rests = self.breaker.note(ready.sender, verdict, at=self.clock())
        self._write(partial(record, ready=ready, outcome=outcome, config=self.config, rests=rests))
        self.breaker.wrote(ready.sender)
        return True

    def _begin(self, ready: Ready) -> None:
        soon = Span(LATE_S)
        with self.sessions() as session, transaction(session):
            begun = begin(session, message_id=ready.message_id, token=ready.token, now=self.clock())
        if not begun or soon.over():
            raise NotBegun

    def _write(self, write: Callable[..., None]) -> None:
        """Write it down, and wait for the database if it is away for a moment."""
        patience, pause = Span(KEPT_S), 0.1
        while True:
            try:
                with self.sessions() as session, transaction(session):
                    write(session, now=self.clock())
                return
            except _AWAY:
                if patience.over():
                    raise
                # Soon at first, since most faults of a database are over at once; then seldom, since sixteen lanes ask.
                time.sleep(pause)
                pause = min(2 * pause, 2.0)
