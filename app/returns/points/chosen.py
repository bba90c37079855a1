"""The point that a customer has chosen, as pages, mails and labels show it: what was kept of it, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.core.hours.timeline import Site
from app.core.hours.words import Voice, place_at, today_words, week_rows, week_words


@dataclass(frozen=True, slots=True)
class PointInWords:
    """The chosen point in words, for ``returns/_chosen_point.html``.

    ``today`` says whether it is open, ``week`` has rows of (day, hours), ``usual`` the week on one line where it is
    always the same; ``directions`` leads there, None where nobody knows exactly where it lies. ``is_locker``: nobody
    stands behind a counter there.
    """

    name: str
    kind: str
    address: str
    today: str | None
    week: tuple[tuple[str, str], ...]
    usual: str | None
    directions: str | None
    is_locker: bool


def chosen_point(
    snapshot: Mapping[str, Any], *, directions_url: str, now: datetime, locale: str | None = None
) -> PointInWords:
    """A point as a return keeps it, in the reader's language or in ``locale``; older returns keep less of it."""
    hours, place = snapshot.get("opening_hours"), _site(snapshot)
    return PointInWords(
        name=snapshot.get("name") or "",
        kind=kind_words(snapshot.get("kind"), locale=locale),
        address=address_words(*(snapshot.get(part) or "" for part in ("line1", "postcode", "city"))),
        today=today_words(hours, place, now=now, locale=locale),
        week=tuple(week_rows(hours, place, now=now, locale=locale)),
        usual=week_words(hours, locale=locale),
        directions=directions_to(snapshot, directions_url),
        is_locker=snapshot.get("kind") == "locker",
    )


def address_words(line1: str, postcode: str, city: str) -> str:
    """Street, postcode and town, as far as the place has them."""
    town = " ".join(part for part in (postcode, city) if part)
    return ", ".join(part for part in (line1, town) if part)


def kind_words(kind: str | None, *, locale: str | None = None) -> str:
    """What sort of place it is."""
    t = Voice(locale)
    kinds = {
        "locker": t._("Parcel locker"),
        "post_office": t._("Post office"),
        "store": t._("Our shop"),
    }
    return kinds.get(kind or "") or t._("Partner shop")


def directions_to(snapshot: Mapping[str, Any], directions_url: str) -> str | None:
    """The link that leads there; none to the middle of a postcode."""
    latitude, longitude = snapshot.get("latitude"), snapshot.get("longitude")
    if not directions_url or latitude is None or longitude is None or snapshot.get("approximate"):
        return None
    return directions_url.replace("{lat}", f"{latitude:.5f}").replace("{lon}", f"{longitude:.5f}")


def _site(snapshot: Mapping[str, Any]) -> Site:
    at = place_at(snapshot.get("country"), snapshot.get("postcode"), snapshot.get("time_zone"))
    return Site(at.zone, at.country, at.region, snapshot.get("latitude"), snapshot.get("longitude"))
