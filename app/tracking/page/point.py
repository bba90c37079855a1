"""The point where a parcel waits: its place, whether it is open, its week, until when, and which code opens it."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from app.core.hours.words import is_notation, place_at, today_words, week_rows, week_words
from app.core.i18n import words
from app.core.i18n.locale import gettext as _
from app.tracking.page.records import TrackedParcel
from app.tracking.states import ShipmentState as S
from app.tracking.summary.parcel_words import is_locker, keep_until

# Keyless, and on a phone the way from there to its own program of maps is one step.
MAP = "https://www.openstreetmap.org/search"


@dataclass(frozen=True, slots=True)
class PointWords:
    """A point in words; ``week`` are rows of (day, hours) where one line says less than all."""

    lines: list[str]
    today: str | None
    usual: str | None
    week: list[tuple[str, str]]
    map_url: str | None
    until: str | None
    code: str | None


def point_of(parcel: TrackedParcel, now: datetime) -> PointWords | None:
    """Where it is to be fetched; None for what is brought to the door, or was fetched already."""
    point = parcel.pickup_point
    if not point or parcel.state in (S.DELIVERED, S.RETURNED, S.RETURN_TO_SENDER, S.CANCELLED):
        return None
    town = " ".join(part for part in (point.get("postcode"), point.get("city")) if part)
    lines = [part for part in (point.get("name"), point.get("line1"), town) if part]
    hours = point.get("opening_hours")
    site = place_at(point.get("country"), point.get("postcode"), parcel.zone)
    usual = week_words(hours)
    # Somebody's own words are said once, as they were written.
    own_words = hours is not None and not is_notation(hours)
    until = keep_until(parcel)
    return PointWords(
        lines=lines,
        today=today_words(hours, site, now=now),
        # «Open 24 hours» says it already.
        usual=None if own_words or usual == _("all day") else usual,
        week=[] if usual or own_words else week_rows(hours, site, now=now),
        map_url=way_to(parcel),
        until=words.day(until) if until else None,
        code=_code(parcel),
    )


def _code(parcel: TrackedParcel) -> str | None:
    """Which code opens it, in the words of whoever sent the order; else, for a locker, where the code came from."""
    hint = (parcel.pickup_point or {}).get("code_hint")
    if hint:
        return str(hint)
    return _("From the carrier, for this parcel") if is_locker(parcel) else None


def way_to(parcel: TrackedParcel) -> str | None:
    """A map of the point; None where its address is not known."""
    point = parcel.pickup_point or {}
    town = " ".join(part for part in (point.get("postcode"), point.get("city")) if part)
    return _map_url(point.get("line1"), town, point.get("country"))


def _map_url(*parts: str | None) -> str | None:
    # A country alone leads nowhere near.
    if not parts[0] and not parts[1]:
        return None
    return f"{MAP}?{urlencode({'query': ', '.join(part for part in parts if part)})}"
