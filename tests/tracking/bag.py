"""Events for tests of the fold, written as «hours after the first scan, state, place»."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

from app.tracking.fold.facts import StoredEvent
from app.tracking.ports import Place, ReportedEvent
from app.tracking.states import ShipmentState, TimeQuality

START = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


def at(hours: float) -> datetime:
    """An instant, in hours after the start."""
    return START + timedelta(hours=hours)


def scan(
    hours: float | None,
    state: str,
    *,
    country: str | None = None,
    city: str | None = None,
    sequence: int | None = None,
    seen: float | None = None,
    text: str = "",
    withdrawn: bool = False,
) -> StoredEvent:
    """One stored scan, seen when it happened if nothing else is said."""
    when = None if hours is None else at(hours)
    place = Place(city=city, country=country) if city or country else None
    quality = TimeQuality.GUESSED if hours is None else TimeQuality.OFFSET
    event = ReportedEvent(
        "ups", "1Z", ShipmentState(state), text, str(when), when, "UTC", quality, place=place, sequence=sequence
    )
    name = sha256(repr((hours, state, country, city, sequence, text)).encode()).hexdigest()
    return StoredEvent(name, event, at((hours or 0) if seen is None else seen), withdrawn)


def bag(*scans: tuple[float, str]) -> list[StoredEvent]:
    """Scans of (hours, state)."""
    return [scan(hours, state) for hours, state in scans]
