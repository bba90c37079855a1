"""Quiet hours of texts: whether one may ring now, else when; pure."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import phonenumbers
from phonenumbers import timezone as number_zones

from app.core.i18n.zones import zone_of

# By the recipient's clock; the hours that the law of the United States leaves to calls, kept everywhere.
OPENS, CLOSES = time(8), time(21)
# Zones lie quarters of an hour apart: no finer step finds an earlier moment.
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
    for considered in (zones, zones[:1]):
        for step in range(4 * 48):
            moment = start + step * _STEP
            if may_ring(moment, considered):
                return moment
    raise AssertionError("unreachable: it is day somewhere in the two days of every zone")


def zones_of(
    country: str | None, postcode: str | None, region: str | None, phone: str | None, default: str
) -> tuple[str, ...]:
    """The zones in which the recipient may be, most likely first; never empty."""
    if zone := zone_of(country, postcode=postcode, region=region):
        return (zone,)
    return _of_number(phone) or (default,)


def _of_number(phone: str | None) -> tuple[str, ...]:
    try:
        zones = number_zones.time_zones_for_number(phonenumbers.parse(phone or "", None))
    except phonenumbers.NumberParseException:
        return ()
    # What the library says of numbers that it cannot place.
    return tuple(zone for zone in zones if zone != "Etc/Unknown")
