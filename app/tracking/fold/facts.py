"""What the fold takes and gives: stored events, facts of a shipment, and what they add up to. Frozen records."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.tracking.ports import ReportedEvent
from app.tracking.states import ShipmentState


class Flag(StrEnum):
    """Something odd about an event or a shipment, shown to staff."""

    FUTURE = "future"
    BEFORE_LABEL = "before_label"
    UNDATED = "undated"
    OTHER_PERIOD = "other_period"
    ECHO = "echo"
    LATE_PICKUP = "late_pickup"
    WITHDRAWN = "withdrawn"
    NUMBER_REUSED = "number_reused"
    TOO_SOON = "too_soon"
    WRONG_COUNTRY = "wrong_country"
    SHARED_NUMBER = "shared_number"
    CONTESTED_NUMBER = "contested_number"
    CORRECTED = "corrected"
    UNKNOWN_WORD = "unknown_word"


class LegKind(StrEnum):
    """Which way a parcel goes: to its addressee, or back to who sent it."""

    DELIVERY = "delivery"
    RETURN = "return"


class MilestoneName(StrEnum):
    """A stage that is reached once per leg."""

    SHIPPED = "shipped"
    OUT_FOR_DELIVERY = "out_for_delivery"
    READY_FOR_PICKUP = "ready_for_pickup"
    DELIVERY_FAILED = "delivery_failed"
    DELIVERED = "delivered"
    RETURNING = "returning"
    RETURNED = "returned"
    HELD = "held"
    LOST = "lost"
    DAMAGED = "damaged"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """A reported event as it is kept: under its identity, with the instant of its first sighting.

    ``explained``: a person said what it means, be it that it says nothing.
    """

    identity: str
    event: ReportedEvent
    seen_at: datetime
    withdrawn: bool = False
    explained: bool = False


@dataclass(frozen=True, slots=True)
class ShipmentFacts:
    """What the order says of the shipment.

    ``ready_at`` and ``delivered_at`` are the shop's word of its arrival, ``closed_at`` when the shop said that the
    whole order is with the customer, ``next_label_at`` when a later shipment took the same number. ``destinations``
    are the countries in which it may rightly end: its point's and its addressee's.
    ``shared``: a live shipment of another order has it now, as when two orders travel in one parcel; ``contested``:
    that one had it first and goes elsewhere. ``zone`` is the destination's, ``packing_zone`` that of where it starts.
    """

    label_created_at: datetime | None = None
    shipped_at: datetime | None = None
    ready_at: datetime | None = None
    delivered_at: datetime | None = None
    closed_at: datetime | None = None
    next_label_at: datetime | None = None
    destinations: frozenset[str] = frozenset()
    in_store: bool = False
    shared: bool = False
    contested: bool = False
    released: bool = False
    zone: str = "UTC"
    packing_zone: str | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """An event with the instant that counts for its order, and what is odd about it."""

    at: datetime
    stored: StoredEvent
    flags: frozenset[Flag] = frozenset()

    @property
    def event(self) -> ReportedEvent:
        """The event as told."""
        return self.stored.event

    @property
    def status(self) -> ShipmentState:
        """Our word for it."""
        return self.stored.event.status


@dataclass(frozen=True, slots=True)
class Leg:
    """One way of the parcel; ``corrected`` when it follows a delivery that was taken back."""

    number: int
    kind: LegKind
    state: ShipmentState
    since: datetime
    started_at: datetime
    ended_at: datetime | None = None
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class Milestone:
    """A stage reached in a leg: when it happened, and when we were told."""

    leg: int
    name: MilestoneName
    at: datetime
    told_at: datetime
    incident: str | None = None


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One line of the timeline; ``staff_only`` ones are no news for a customer."""

    at: datetime
    leg: int
    event: ReportedEvent
    flags: frozenset[Flag]
    staff_only: bool


@dataclass(frozen=True, slots=True)
class Folded:
    """What a bag of events adds up to; the same whatever order, repetition or batching they came in."""

    state: ShipmentState
    since: datetime | None
    legs: tuple[Leg, ...]
    milestones: tuple[Milestone, ...]
    timeline: tuple[TimelineEntry, ...]
    flags: frozenset[Flag]
    last_event_at: datetime | None

    @property
    def quarantined(self) -> bool:
        """Whether the events are likely of another parcel, so that no customer hears of them."""
        return bool(self.flags & QUARANTINE)


# E-08: likely scans of another parcel with this number, so no customer hears of them.
QUARANTINE = frozenset({Flag.TOO_SOON, Flag.WRONG_COUNTRY, Flag.CONTESTED_NUMBER})


# Shops and carriers write one for the other: territories that the post of a country serves, or that bear a code of
# their own only at customs (Northern Ireland, the Canaries, Ceuta and Melilla), and two codes that are none of ISO's.
SERVED_BY = {
    "GB": "XI UK JE GG IM",
    "GR": "EL",
    "FR": "MC GP MQ GF RE YT PM BL MF",
    "IT": "SM VA",
    "ES": "IC EA XC XL",
    "CH": "LI",
    "FI": "AX",
    "DK": "FO GL",
    "NO": "SJ",
    "US": "PR VI GU AS MP",
    "AU": "CX CC NF",
}
_SERVES = {territory: country for country, those in SERVED_BY.items() for territory in those.split()}
# Both neighbours' posts deliver in Andorra.
_BESIDE = {"AD": ("ES", "FR")}


def destinations(ship_to: dict[str, Any] | None, pickup_point: dict[str, Any] | None) -> frozenset[str]:
    """The countries in which a parcel may rightly end: its point's, even across a border, and its address's.

    Each under every code that scans there bear.
    """
    return frozenset(code for country in _countries(ship_to, pickup_point) for code in _codes_of(country))


def _codes_of(country: str) -> set[str]:
    own = _SERVES.get(country, country)
    # Another territory of the same country is as far away as any.
    territories = SERVED_BY.get(country, "").split()
    return {country, own, *territories, *_BESIDE.get(country, ())}


def _countries(*places: dict[str, Any] | None) -> frozenset[str]:
    return frozenset(place["country"] for place in places if place and place.get("country"))


def abroad(origin: dict[str, Any] | None, ship_to: dict[str, Any] | None, pickup_point: dict[str, Any] | None) -> bool:
    """Whether it is known to cross a border on its way."""
    ends, begins = _countries(ship_to, pickup_point), (origin or {}).get("country")
    return bool(begins and ends - {begins})
