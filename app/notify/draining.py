"""The drain: one job sends all that waits, in lanes that each finish one message and begin the next (a hot path)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from queue import Empty, Queue

from sqlalchemy.orm import Session, sessionmaker

from app.db import transaction
from app.notify.breaker import Breaker
from app.notify.office import Office
from app.notify.outcomes import Fault, Verdict
from app.notify.senders.ports import Accepted
from app.notify.sending import Ready, call, prepare, record, start

LANES, BATCH = 16, 48
Clock = Callable[[], datetime]
Done = tuple[Ready, Accepted | Fault]
_ILL = frozenset({Verdict.RETRY, Verdict.IN_DOUBT, Verdict.OUR_FAULT})


def drain(
    sessions: sessionmaker[Session], office: Office, breaker: Breaker, *, clock: Clock, lanes: int = LANES
) -> int:
    """Send until nothing waits; gives how many calls were made. A lane that breaks ends the drain."""
    work = _Work(sessions, office, breaker, clock, Queue(maxsize=BATCH))
    with ThreadPoolExecutor(lanes, thread_name_prefix="send") as pool:
        running = [pool.submit(work.lane) for _ in range(lanes)]
        try:
            while not work.broken and (ready := work.prepare()) is not None:
                for one in ready:
                    work.todo.put(one)
        finally:
            for _ in range(lanes):
                work.todo.put(None)
        return sum(future.result() for future in running)


class _Work:
    """What the lanes of one drain share."""

    def __init__(
        self,
        sessions: sessionmaker[Session],
        office: Office,
        breaker: Breaker,
        clock: Clock,
        todo: Queue[Ready | None],
    ) -> None:
        self._sessions, self._office, self._breaker, self._clock = sessions, office, breaker, clock
        self.todo, self.broken = todo, False

    def prepare(self) -> list[Ready] | None:
        """The next batch, claimed and rendered; None when nothing waits."""
        now = self._clock()
        limit, resting = self._breaker.room(BATCH, now)
        with self._sessions() as session, transaction(session):
            return prepare(session, limit=limit, resting=resting, now=now, office=self._office)

    def lane(self) -> int:
        """Work until told to stop; once broken, messages pass by and are taken up again when their lease ends."""
        calls, last = 0, None
        while True:
            following, stop = self._following(wait=last is None)
            if self.broken:
                following = None
            try:
                begun = self._turn(last, following)
                last = (following, self._call(following)) if begun and following else None
            except BaseException:
                self.broken = True
                self._pass_by(stop)
                raise
            calls += last is not None
            if stop:
                return calls

    def _following(self, *, wait: bool) -> tuple[Ready | None, bool]:
        """The next message, or None; and whether this was the last word."""
        try:
            found = self.todo.get(block=wait)
        except Empty:
            return None, False
        return found, found is None

    def _turn(self, last: Done | None, following: Ready | None) -> bool:
        """Write how the last message ended and that the next begins, in one transaction."""
        if last is None and following is None:
            return False
        now = self._clock()
        with self._sessions() as session, transaction(session):
            if last is not None:
                record(session, *last, now=now, office=self._office)
            return following is not None and start(session, following, now=now)

    def _call(self, ready: Ready) -> Accepted | Fault:
        outcome = call(ready, self._office)
        good = isinstance(outcome, Accepted) or outcome.verdict not in _ILL
        self._breaker.note(ready.sender, good=good, at=self._clock())
        return outcome

    def _pass_by(self, stop: bool) -> None:
        while not stop:
            stop = self.todo.get() is None
