"""Places whose hours are asked for, moments by their clock, and hours laid out as a line of text."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.core.hours.opening import Opening, opening_at
from app.core.hours.reading import read
from app.core.hours.rules import State
from app.core.hours.timeline import Site, Stretch, lay_out

MADRID = Site("Europe/Madrid", "ES", "MD", 40.4169, -3.7035)


def at(text: str, place: Site = MADRID) -> datetime:
    """A moment by the place's clock."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(place.zone))


def hours(text: str | None, when: str, place: Site = MADRID) -> Opening:
    """The state at a moment by the place's clock."""
    return opening_at(text, place, now=at(when, place))


def laid(text: str, first: str, days: int = 1, place: Site = MADRID) -> str:
    """All stretches of some days, such as «23 09:00-14:00», with «?» behind what nobody knows."""
    rules = read(text)
    assert rules is not None, text
    stretches = lay_out(rules, place, date.fromisoformat(first), days)
    return " ".join(_shown(stretch) for stretch in stretches)


def _shown(stretch: Stretch) -> str:
    end = "24:00" if stretch.end.time() == datetime.min.time() else f"{stretch.end:%H:%M}"
    doubt = "?" if stretch.state is State.UNKNOWN else ""
    return f"{stretch.begin:%d %H:%M}-{end}{doubt}"
