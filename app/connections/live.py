"""The settings in force in one process: looked at every few seconds, made anew when a page has changed something."""

import threading
import time
from collections.abc import Callable

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from app.connections import store
from app.connections.reading import joined
from app.core import tokens
from app.core.clock import utcnow
from app.core.db import in_transaction
from app.core.settings import Settings

# Seconds between two looks: one statement of a row, whatever the process does meanwhile.
EVERY_S = 2.0
# A database that is away is not asked at every request whether something was set.
AWAY_S = 10.0
CLOSED = "was sealed with another SECRET_KEY: enter it again, or name that key in SECRET_KEY_PREVIOUS"

log = structlog.get_logger()


class LiveSettings:
    """What is in force now. ``settings`` is swapped whole: who has read it goes on with what they have."""

    def __init__(
        self, base: Settings, *, every: float = EVERY_S, use: Callable[[Settings], object] = lambda settings: None
    ) -> None:
        """``base`` are the environment's, which stay while the process lives; ``use`` is told of every other."""
        self.base, self.every, self._use = base, every, use
        self.settings: Settings = base
        self.faults: tuple[str, ...] = ()
        self._mark: str | None = None
        self._next, self._was_read = 0.0, False
        self._lock = threading.Lock()
        self._noted: dict[bytes, float] = {}

    def rest(self) -> None:
        """Look no more: what is in force stays as it is."""
        self._next, self._was_read, self.every = float("inf"), True, float("inf")

    def look(self, sessions: sessionmaker[Session], *, at_once: bool = False) -> bool:
        """Read what was set, if it changed and the last look is long enough ago; True when other settings hold now.

        It raises nothing: while the database cannot be asked, what is in force stays in force.
        """
        if not at_once and time.monotonic() < self._next:
            return False
        # One thread looks for all; at the beginning the others wait for it, since nothing was read yet.
        if not self._lock.acquire(blocking=at_once or not self._was_read):
            return False
        try:
            return (at_once or time.monotonic() >= self._next) and self._read(sessions)
        finally:
            self._lock.release()

    def used(self, sessions: sessionmaker[Session], secret: str) -> None:
        """A delivery was verified with this secret: written down once a minute, so that a page can tell which are used.

        It raises nothing: the delivery is taken whether that can be written or not.
        """
        mark, moment = tokens.digest(secret), time.monotonic()
        if moment < self._noted.get(mark, 0.0):
            return
        self._noted[mark] = moment + store.USE_NOTED_EVERY.total_seconds()
        try:
            in_transaction(
                sessions, lambda session: store.note_use(session, secret, self.base.sealing_keys, now=utcnow())
            )
        except SQLAlchemyError as error:
            log.warning("the use of a secret cannot be noted", error=type(error).__name__)

    def _read(self, sessions: sessionmaker[Session]) -> bool:
        pause, before = self.every, self.settings
        try:
            with sessions() as session:
                if store.mark(session) != self._mark:
                    self.take(store.stored(session, self.base.sealing_keys))
        except SQLAlchemyError as error:
            log.warning("connections cannot be looked at", error=type(error).__name__)
            pause = max(pause, AWAY_S)
        self._next, self._was_read = time.monotonic() + pause, True
        return self.settings is not before

    def take(self, stored: store.StoredValues) -> None:
        """From now on these hold, beside the environment."""
        in_force, before = joined(self.base, stored.values), self.settings
        self.settings, self._mark = in_force.settings, stored.mark
        if self.settings is not before:
            self._use(self.settings)
        self.faults = in_force.faults + tuple(f"{variable}: {CLOSED}" for variable in stored.closed)
        # Of names alone: what was set is in nobody's log.
        log.info("connections were set", variables=sorted(stored.values), faults=self.faults)
