"""What tracking takes in from the outside: reports of carriers as frozen facts, and the port that fetches them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from app.tracking.states import Blame, ShipmentState, TimeQuality


@dataclass(frozen=True, slots=True)
class Place:
    """Where a scan happened; every part as the carrier wrote it, ``country`` as ISO 3166-1 alpha-2."""

    city: str | None = None
    region: str | None = None
    postcode: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class ReportedEvent:
    """One scan as it was told to us: the carrier's words beside ours.

    ``occurred_raw`` is the time as written; ``occurred_at`` the instant in UTC, or None when no time could be read;
    ``zone`` an IANA name or a fixed offset such as ``+01:00``, in which the time is shown.
    """

    carrier: str
    number: str
    status: ShipmentState
    description: str
    occurred_raw: str
    occurred_at: datetime | None
    zone: str | None
    time_quality: TimeQuality
    code: str | None = None
    place: Place | None = None
    sequence: int | None = None
    event_id: str | None = None
    incident: str | None = None
    blame: Blame | None = None


@dataclass(frozen=True, slots=True)
class ReportError:
    """Why a carrier would not tell: its code and its words."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class TrackingReport:
    """What one payload says of one number. ``errors`` alone means that the carrier refused."""

    carrier: str
    number: str
    status: ShipmentState = ShipmentState.UNKNOWN
    events: tuple[ReportedEvent, ...] = ()
    estimate_from: date | None = None
    estimate_until: date | None = None
    delivered_at: datetime | None = None
    signed_by: str | None = None
    errors: tuple[ReportError, ...] = field(default=())


class NumberFit(StrEnum):
    """How well a number fits a carrier: by its form alone, or with a check digit that speaks for it."""

    FORM = "form"
    CHECKED = "checked"


@runtime_checkable
class CarrierNames(Protocol):
    """How a carrier is called and shown: its name and others for it, its title, and its page for a number, ``{}``.

    ``language`` is that of its scans' own words, where it is always the same. ``branches``: a country may follow its
    name. ``many``: it speaks for many carriers and is none itself; ``stands_for``: so begin the names of those that
    are its divisions.
    """

    name: str
    title: str
    page: str | None
    language: str | None
    aliases: tuple[str, ...]
    branches: bool
    many: bool
    stands_for: str | None

    def fit(self, number: str, country: str | None = None) -> NumberFit | None:
        """How well a number, without blanks and dashes, is one of its own for a parcel to this country."""
        ...


@runtime_checkable
class GreetingSource(Protocol):
    """A source that can be asked whether our credentials are right, about no number."""

    def greet(self) -> None:
        """Ask it. Raises ProviderUnavailable or ProviderRejected."""
        ...


class TrackingSource(Protocol):
    """A carrier, or an aggregator, that can be asked; ``at_once`` is how many numbers go into one call."""

    name: str
    at_once: int

    def fetch(self, numbers: list[str]) -> Iterable[TrackingReport]:
        """Ask for up to ``at_once`` numbers. What was given before it raises stays answered.

        Raises ProviderUnavailable (ask again later) or ProviderRejected (asking again is of no use).
        """
        ...
