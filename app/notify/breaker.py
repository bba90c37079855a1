"""A rest for a provider that fails in a row: more than fifty errors in a minute, then one try every ten seconds."""

import threading
from collections import deque
from datetime import datetime, timedelta

ERRORS = 50
WINDOW = timedelta(seconds=60)
PROBE = timedelta(seconds=10)


class Breaker:
    """Counts the errors of each sender in this process."""

    def __init__(self) -> None:
        self._errors: dict[str, deque[datetime]] = {}
        self._probed: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def note(self, name: str, *, good: bool, at: datetime) -> None:
        """An outcome: a good one ends the rest, an error may begin it."""
        with self._lock:
            found = self._errors.setdefault(name, deque(maxlen=ERRORS + 1))
            if good:
                found.clear()
                self._probed.pop(name, None)
                return
            found.append(at)
            if len(found) > ERRORS and found[0] > at - WINDOW:
                self._probed.setdefault(name, at)

    def room(self, batch: int, at: datetime) -> tuple[int, frozenset[str]]:
        """How many messages may be claimed now, and who rests; a try is one message."""
        with self._lock:
            resting = {name for name, last in self._probed.items() if at < last + PROBE}
            probing = set(self._probed) - resting
            for name in probing:
                self._probed[name] = at
        return (1 if probing else batch), frozenset(resting)
