"""The drain: one job sends all that waits, over a pool of threads that is refilled before it runs dry (a hot path)."""

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime

from sqlalchemy.orm import Session, sessionmaker

from app.db import transaction
from app.notify.breaker import Breaker
from app.notify.office import Office
from app.notify.outcomes import Verdict
from app.notify.senders.ports import Accepted
from app.notify.sending import Ready, call, prepare, record, start

THREADS = 16
Clock = Callable[[], datetime]
_ILL = frozenset({Verdict.RETRY, Verdict.IN_DOUBT, Verdict.OUR_FAULT})


def drain(
    sessions: sessionmaker[Session], office: Office, breaker: Breaker, *, clock: Clock, threads: int = THREADS
) -> int:
    """Send until nothing waits; gives how many calls were made."""
    calls, running, dry = 0, set[Future[bool]](), False
    with ThreadPoolExecutor(threads, thread_name_prefix="send") as pool:
        while True:
            if not dry and len(running) <= threads:
                ready = _prepare(sessions, office, breaker, batch=threads, now=clock())
                running |= {pool.submit(deliver, sessions, one, office, breaker, clock=clock) for one in ready or ()}
                dry = ready is None
            if not running:
                if dry:
                    return calls
                continue
            done, running = wait(running, return_when=FIRST_COMPLETED)
            calls += sum(future.result() for future in done)


def deliver(sessions: sessionmaker[Session], ready: Ready, office: Office, breaker: Breaker, *, clock: Clock) -> bool:
    """One message: start, call, record, each step committed by itself; False when the call was not begun."""
    with sessions() as session, transaction(session):
        begun = start(session, ready, now=clock())
    if not begun:
        return False
    outcome = call(ready, office)
    breaker.note(ready.sender, good=isinstance(outcome, Accepted) or outcome.verdict not in _ILL, at=clock())
    with sessions() as session, transaction(session):
        record(session, ready, outcome, now=clock(), office=office)
    return True


def _prepare(
    sessions: sessionmaker[Session], office: Office, breaker: Breaker, *, batch: int, now: datetime
) -> list[Ready] | None:
    limit, resting = breaker.room(batch, now)
    with sessions() as session, transaction(session):
        return prepare(session, limit=limit, resting=resting, now=now, office=office)
