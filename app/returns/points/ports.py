"""Drop-off points as frozen facts: what an import brings, what a search finds, and where a search starts."""

from dataclasses import dataclass, field
from enum import StrEnum

from app.core.hours.opening import Opening


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
    """One point as a file tells it, in its ``line``; ``postcode`` is empty where a country has none.

    ``opening_hours`` in OpenStreetMap's notation, else as somebody wrote them. No ``latitude`` and ``longitude``: it
    lies somewhere in its postcode; no ``time_zone``: look it up.
    """

    network: str
    external_id: str
    kind: PointKind
    name: str
    line1: str
    postcode: str
    city: str
    country: str
    latitude: float | None = None
    longitude: float | None = None
    opening_hours: str | None = None
    accepts: frozenset[Accepts] = frozenset({Accepts.LABEL})
    time_zone: str | None = None
    line: int = field(default=0, compare=False)


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
class ColumnFault:
    """What is wrong in a column of a line of a file, or of a feature by its number, and how to mend it."""

    line: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that could not be taken, with all that is wrong in it."""

    faults: tuple[ColumnFault, ...]


@dataclass(frozen=True, slots=True)
class SearchOrigin:
    """Where a search starts: degrees north and east, and the place as it was found.

    ``region`` tells towns of one name apart; ``postcode`` only where the text named one, ``country`` where it is
    another than was asked for.
    """

    latitude: float
    longitude: float
    name: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class NearPoint:
    """A point found by a search, with its distance in metres as the crow flies and its hours now.

    ``approximate``: nobody says where it lies, and it is taken to be in the middle of its postcode.
    """

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
    approximate: bool
    metres: int
    opening: Opening
