"""Quiet hours of texts: whether one may ring now, else when; pure."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

OPENS, CLOSES = time(8), time(21)
_STEP = timedelta(minutes=15)


def may_ring(at: datetime, zones: Sequence[str]) -> bool:
    """Whether it is between eight and nine in the evening in every zone where the recipient may be."""
    return all(OPENS <= at.astimezone(ZoneInfo(zone)).time() < CLOSES for zone in zones)


def next_ring(at: datetime, zones: Sequence[str]) -> datetime:
    """``at`` itself, or the next quarter of an hour at which it may ring; zones too far apart: the first decides."""
    if may_ring(at, zones):
        return at
    start = at.astimezone(UTC).replace(second=0, microsecond=0)
    start += timedelta(minutes=-start.minute % 15)
    for wanted in (zones, zones[:1]):
        for step in range(4 * 48):
            moment = start + step * _STEP
            if may_ring(moment, wanted):
                return moment
    raise AssertionError("unreachable: it is day somewhere in the two days of every zone")
