"""What becomes of a message whose answer was lost: asked first, else decided by its class and the shop; pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.notify.kinds import Purpose

# How long a provider that could be asked may refuse to answer before it counts as one that cannot.
NEWS_WAITS = timedelta(hours=6)
RECEIPT_WAITS = timedelta(minutes=10)
# Between two looks: a provider's list may be behind, and SendGrid allows six questions a minute.
AGAIN = timedelta(seconds=10)
# A first look that can only find: most were taken, and need not wait for the whole lag.
EARLY = 0.25
# Where nobody can be asked: the first pause leaves time for a report, the others are those of any failure.
PAUSES = tuple(timedelta(minutes=m) for m in (1, 2, 10, 30, 120))
# Nothing was said: it may well have left each time. Of a receipt one copy at most.
REPEATS, COPIES = 2, 1


class Choice(StrEnum):
    """What the shop wants where nobody can say whether a message left: it might come twice, or not at all."""

    SEND_AGAIN = "send_again"
    LEAVE = "leave"


class ProviderLookup(StrEnum):
    """What the provider said when it was asked for the message."""

    FOUND = "found"
    ABSENT = "absent"
    SILENT = "silent"


class DoubtResolution(StrEnum):
    """What to do with a message in doubt; ``send``: it has surely not left, ``repeat``: it may have."""

    ADOPT = "adopt"
    SEND = "send"
    REPEAT = "repeat"
    REPEAT_AS_COPY = "repeat_as_copy"
    WAIT = "wait"
    GIVE_UP = "give_up"


@dataclass(frozen=True, slots=True)
class Doubt:
    """A message in doubt since then; ``lag`` of the provider's list, None where it cannot be asked.

    ``absent_at``: when, after the lag, the provider first said that it has it not. ``repeats``: how often it was sent
    again in doubt. ``answered``: the provider said something (a 5xx), so that it has probably not taken it.
    """

    purpose: Purpose
    since: datetime
    lag: timedelta | None
    choice: Choice
    absent_at: datetime | None = None
    repeats: int = 0
    answered: bool = False


def first_look(doubt: Doubt) -> datetime:
    """When to look at it for the first time."""
    return doubt.since + (_pause(doubt) if doubt.lag is None else doubt.lag * EARLY)


def next_look(doubt: Doubt, *, now: datetime) -> datetime:
    """When to look again at what has to wait: at the end of the lag exactly, else in a moment."""
    end = doubt.since + (_pause(doubt) if doubt.lag is None else doubt.lag)
    return end if end > now else now + AGAIN


def resolve(doubt: Doubt, lookup: ProviderLookup, *, now: datetime) -> DoubtResolution:
    """«Absent» counts when the provider says it twice after its lag: once more, since a list may be behind."""
    if lookup is ProviderLookup.FOUND:
        return DoubtResolution.ADOPT
    # Its reader asks for another; a second code would come beside that one.
    if doubt.purpose is Purpose.CODE:
        return DoubtResolution.GIVE_UP
    if lookup is ProviderLookup.ABSENT:
        surely = doubt.absent_at is not None and now >= doubt.absent_at + AGAIN
        return DoubtResolution.SEND if surely else DoubtResolution.WAIT
    if now < patience_ends(doubt):
        return DoubtResolution.WAIT
    return _unasked(doubt)


def counts_as_absent(doubt: Doubt, lookup: ProviderLookup, *, now: datetime) -> bool:
    """Whether this is the first time after the lag that the provider has it not."""
    late = doubt.lag is not None and now >= doubt.since + doubt.lag
    return lookup is ProviderLookup.ABSENT and late and doubt.absent_at is None


def _unasked(doubt: Doubt) -> DoubtResolution:
    # Receipts must come, so the shop's choice does not hold for them.
    receipt = doubt.purpose is Purpose.RECEIPT
    if not receipt and doubt.choice is Choice.LEAVE:
        return DoubtResolution.GIVE_UP
    most = len(PAUSES) if doubt.answered else COPIES if receipt else REPEATS
    if doubt.repeats >= most:
        return DoubtResolution.GIVE_UP
    return DoubtResolution.REPEAT_AS_COPY if receipt else DoubtResolution.REPEAT


def patience_ends(doubt: Doubt) -> datetime:
    """Until when somebody may still say what became of it; then it is decided without."""
    if doubt.lag is None:
        return doubt.since + _pause(doubt)
    return doubt.since + (RECEIPT_WAITS if doubt.purpose is Purpose.RECEIPT else NEWS_WAITS)


def _pause(doubt: Doubt) -> timedelta:
    return PAUSES[min(doubt.repeats, len(PAUSES) - 1)]
