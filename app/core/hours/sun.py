"""When the sun rises and sets at a place, to the minute or two: the usual low-precision formulas of astronomy."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from math import acos, asin, cos, degrees, radians, sin
from zoneinfo import ZoneInfo

from app.core.hours.rules import SunEvent

# Degrees of the sun's centre under the horizon: its own radius and the air's bending, or civil twilight.
_UNDER = {SunEvent.SUNRISE: 0.833, SunEvent.SUNSET: 0.833, SunEvent.DAWN: 6.0, SunEvent.DUSK: 6.0}
_MORNING = frozenset({SunEvent.DAWN, SunEvent.SUNRISE})
_J2000 = datetime(2000, 1, 1, 12, tzinfo=UTC)


# Each rule that speaks of the sun asks for the same days.
@lru_cache(maxsize=4096)
def sun_minutes(event: SunEvent, day: date, *, latitude: float, longitude: float, zone: ZoneInfo) -> int | None:
    """Minutes after the day's midnight by the place's clock; None where the sun does not do so that day."""
    noon = datetime.combine(day, time(12), UTC) - timedelta(minutes=4 * longitude)
    centuries = (noon - _J2000) / timedelta(days=36_525)
    mean = radians(280.466 + 36_000.77 * centuries)
    anomaly = radians(357.529 + 35_999.05 * centuries)
    apparent = mean + radians(1.915 * sin(anomaly) + 0.020 * sin(2 * anomaly))
    tilt = radians(23.439 - 0.013 * centuries)
    declination = asin(sin(tilt) * sin(apparent))
    # The equation of time, by the same two angles: the dial is up to a quarter of an hour off the clock.
    late = degrees(-radians(1.915) * sin(anomaly) - radians(0.020) * sin(2 * anomaly)) * 4
    late += degrees(radians(2.466) * sin(2 * apparent) - radians(0.053) * sin(4 * apparent)) * 4
    height = -sin(radians(_UNDER[event])) - sin(radians(latitude)) * sin(declination)
    share = height / max(1e-9, cos(radians(latitude)) * cos(declination))
    if not -1 <= share <= 1:
        return None
    half_day = timedelta(minutes=4 * degrees(acos(share)))
    moment = noon - timedelta(minutes=late) + (-half_day if event in _MORNING else half_day)
    local = moment.astimezone(zone).replace(tzinfo=None)
    return round((local - datetime.combine(day, time.min)) / timedelta(minutes=1))
