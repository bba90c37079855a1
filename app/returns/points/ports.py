"""Drop-off points as frozen facts: what an import brings, what a search finds, and where a search starts."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PointKind(StrEnum):
    """What sort of place a point is; ``store`` is one of the shop's own."""

    LOCKER = "locker"
    SHOP = "shop"
    POST_OFFICE = "post_office"
    STORE = "store"


class Accepts(StrEnum):
    """In what form a point takes a return: with its label on it, by a code alone, or not even packed."""

    LABEL = "label"
    CODE = "code"
    UNPACKED = "unpacked"


@dataclass(frozen=True, slots=True)
class PointRow:
    """One point as a file tells it; ``opening_hours`` in the OpenStreetMap notation, no ``time_zone`` = look it up."""

    network: str
    external_id: str
    kind: PointKind
    name: str
    line1: str
    postcode: str
    city: str
    country: str
    latitude: float
    longitude: float
    opening_hours: str | None = None
    accepts: frozenset[Accepts] = frozenset({Accepts.LABEL})
    time_zone: str | None = None


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One postcode and place name with its coordinates, as a file tells it."""

    country: str
    postcode: str
    place: str
    region: str | None
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line of a file, or a feature by its number, that could not be taken, and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Opening:
    """A place's hours at one moment.

    ``open`` is None when no hours are known; ``until`` is when it closes, or opens when closed, in the place's own
    zone, None when it never does; ``holiday`` says that today is a public holiday there, so hours may differ.
    """

    open: bool | None
    until: datetime | None = None
    holiday: bool = False


@dataclass(frozen=True, slots=True)
class SearchOrigin:
    """Where a search starts: degrees north and east, and the place's name as it was found."""

    latitude: float
    longitude: float
    name: str = ""


@dataclass(frozen=True, slots=True)
class NearPoint:
    """A point found by a search, with its distance in metres as the crow flies and its hours now."""

    id: int
    network: str
    external_id: str
    kind: str
    name: str
    line1: str
    postcode: str
    city: str
    country: str
    latitude: float
    longitude: float
    time_zone: str
    opening_hours: str | None
    accepts: tuple[str, ...]
    metres: int
    opening: Opening
