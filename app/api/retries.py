"""When a webhook is tried again: the schedule of Standard Webhooks, with jitter, pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

MINUTE, HOUR = 60, 3600
WAITS_S = (0, 5, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR)
"""The wait before each try; all of them make 75 hours and 35 minutes."""

JITTER = 0.1
LONGEST_ASKED = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class DeliveryOutcome:
    """What a try led to: ``state`` waiting, delivered or failed; ``gone`` when the receiver wants no more of it."""

    state: str
    next_try_at: datetime | None = None
    gone: bool = False


def judge(
    *, status: int | None, headers: Mapping[str, str], attempts: int, barred: bool = False, now: datetime, random: float
) -> DeliveryOutcome:
    """What follows from an answer (``status`` None: there was none) to try number ``attempts``, counted from 1.

    ``barred``: the address may not be called, which no waiting mends.
    """
    if status is not None and 200 <= status < 300:
        return DeliveryOutcome("delivered")
    if status == 410:
        return DeliveryOutcome("failed", gone=True)
    if barred or attempts >= len(WAITS_S):
        return DeliveryOutcome("failed")
    wait = timedelta(seconds=WAITS_S[attempts] * (1 + JITTER * random))
    asked = asked_wait(headers.get("retry-after"), now) if status in (429, 503) else None
    return DeliveryOutcome("waiting", next_try_at=now + max(wait, asked or wait))


def asked_wait(text: str | None, now: datetime) -> timedelta | None:
    """The wait a ``Retry-After`` asks for, in seconds or as a date, at most a day."""
    if text is None:
        return None
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), LONGEST_ASKED)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    wait = (at if at.tzinfo else at.replace(tzinfo=UTC)) - now
    return min(max(wait, timedelta()), LONGEST_ASKED)
