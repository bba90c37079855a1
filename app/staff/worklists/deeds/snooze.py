"""Until when a row rests: tomorrow, in some days, on a day that was typed; always at nine by the shop's clock. Pure."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MORNING = time(9)
DAYS = {"tomorrow": 1, "three": 3, "week": 7}
# Whoever lets something rest longer has forgotten it.
LONGEST = timedelta(days=365)


def snooze_end(choice: str, typed: str, zone: str, now: datetime) -> datetime | None:
    """The moment in UTC; None for a choice or a day that is none, is not to come, or is more than a year away."""
    today = now.astimezone(ZoneInfo(zone)).date()
    # By the calendar and not by hours: on the two days a year that have 23 or 25 of them it is nine as well.
    day = today + timedelta(days=DAYS[choice]) if choice in DAYS else _typed_day(typed)
    # What is further away is a slip of the year, or something that belongs into no list of today.
    if day is None or day > today + LONGEST:
        return None

    end = datetime.combine(day, MORNING, ZoneInfo(zone)).astimezone(UTC)
    return end if end > now else None


def _typed_day(typed: str) -> date | None:
    """What the browser's own field sends; where it has none, people type the same."""
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        return None
