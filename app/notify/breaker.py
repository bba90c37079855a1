"""When a provider is to rest: by its last outcomes in this process, over all lanes."""

import threading
from collections import deque
from collections.abc import Iterable
from datetime import datetime, timedelta

from app.notify.outcomes import FailureVerdict

# Eight of the last ten within a minute: an outage shows at once, a provider that fails now and then goes on.
LAST, ILL = 10, 8
WINDOW = timedelta(seconds=60)
_ILL = frozenset({FailureVerdict.IN_DOUBT, FailureVerdict.CLOSED})


class Breaker:
    """Counts the outcomes of each provider; who rests is written in the database (rests.py) and learned from there."""

    def __init__(self) -> None:
        self._last: dict[str, deque[tuple[datetime, bool]]] = {}
        self._resting: set[str] = set()
        self._unwritten: set[str] = set()
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
            found = self._last.setdefault(name, deque(maxlen=LAST))
            found.append((at, ill))
            lately = sum(1 for when, bad in found if bad and when > at - WINDOW)
            # A closed door is closed to all: nobody need try it eight times.
            if name in self._resting or not (verdict is FailureVerdict.CLOSED or lately >= ILL):
                return False
            found.clear()
            self._resting.add(name)
            self._unwritten.add(name)
            return True
