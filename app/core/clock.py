"""The one place that reads the time: the present instant, and how much is left of a span."""

import time
from datetime import UTC, datetime


def utcnow() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


class Span:
    """Some seconds from now on.

    Measured by a clock that only goes forward: when a machine's time is set anew, no work ends too early and none goes
    on for ever.
    """

    def __init__(self, seconds: float) -> None:
        """Begins now."""
        self._began = time.monotonic()
        self._seconds = seconds

    def over(self) -> bool:
        """Whether so much time has passed."""
        return self.left() <= 0

    def left(self) -> float:
        """The seconds that are left; less than none when it is over."""
        return self._seconds - (time.monotonic() - self._began)
