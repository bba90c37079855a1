"""What the order page knows of an order: plain records, read by one statement, with nothing in words yet."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.tracking.carrier_pages import carrier_page
from app.tracking.clocks import shown_zone
from app.tracking.estimate import Outlook
from app.tracking.fold.facts import MilestoneName
from app.tracking.ports import Place
from app.tracking.states import FINISHED, ShipmentState


@dataclass(frozen=True, slots=True)
class TrackedLine:
    """A line of the order, or as much of it as is in one parcel; ``pictured`` when its picture was fetched.

    ``price`` is that of all that was ordered, before the line's discount; ``cancelled`` pieces of it will not come,
    ``returned`` ones came back by the shop's count. ``again``: sent once more, beyond all that was ordered.
    """

    row_id: int
    title: str
    variant: str | None
    quantity: int
    ordered: int
    image_url: str | None
    price: int
    cancelled: int
    quantity_text: str | None
    origin: str
    line_id: str
    for_line: str | None
    returned: int
    kind: str
    url: str | None
    pictured: bool
    again: bool = False

    @property
    def sold(self) -> int:
        """How many of the line were ordered and not cancelled."""
        return self.ordered - self.cancelled


@dataclass(frozen=True, slots=True)
class TrackedScan:
    """One line of a parcel's timeline."""

    at: datetime
    exact: bool
    zone: str | None
    state: ShipmentState
    by: str
    words: str
    incident: str | None
    city: str | None
    country: str | None

    def zone_in(self, home: str) -> str:
        """The zone in which its time is told; ``home`` is where its parcel goes."""
        return shown_zone(self.zone, Place(city=self.city, country=self.country), self.at, home)


@dataclass(frozen=True, slots=True)
class TrackedParcel:
    """One outbound shipment; ``place`` counts from 1, ``reached`` maps each stage of its last leg to its instant.

    ``goods`` are in it, or where ``goods_of`` is more than 1 in so many parcels together. ``askable``: its carrier
    can be asked about it here.
    """

    id: int
    place: int
    carrier: str | None
    service: str | None
    number: str | None
    group: str | None
    goods_of: int
    method: str
    pickup_point: dict[str, Any] | None
    origin: dict[str, Any] | None
    zone: str
    state: ShipmentState
    state_since: datetime | None
    reached: dict[MilestoneName, datetime]
    flags: frozenset[str]
    scans: tuple[TrackedScan, ...]
    goods: tuple[TrackedLine, ...]
    outlook: Outlook
    estimate_before: date | None
    estimate_source: str | None
    label_created_at: datetime | None
    delivered_at: datetime | None
    late_since: datetime | None
    signed_by: str | None
    next_poll_at: datetime | None
    polled_at: datetime | None
    finished_at: datetime | None
    version: int
    tracking_url: str | None = None
    carrier_word: str | None = None
    askable: bool = False

    @property
    def live(self) -> bool:
        """Whether something can still change."""
        return self.finished_at is None and self.state not in FINISHED

    @property
    def page(self) -> str | None:
        """Where others show it: the carrier's own page, else the link that the shop gave."""
        return carrier_page(self.carrier, self.number) or self.tracking_url

    @property
    def followed(self) -> bool:
        """Whether the carrier's news reach us: it is asked, or it has told us something."""
        return self.askable or any(scan.by != "shop" for scan in self.scans)

    def exact(self, at: datetime) -> bool:
        """Whether the time of day of a scan at ``at`` is known, and not only its day."""
        return all(scan.exact for scan in self.scans if scan.at == at)

    def zone_at(self, at: datetime) -> str:
        """The zone in which a stage at ``at`` is told: that of its scan, so that no page tells it twice."""
        scan = next((scan for scan in self.scans if scan.at == at), None)
        return scan.zone_in(self.zone) if scan else self.zone

    @property
    def retired(self) -> bool:
        """Whether we stopped asking without knowing how it ended."""
        return self.finished_at is not None and self.state not in FINISHED


@dataclass(frozen=True, slots=True)
class TrackedOrder:
    """An order as its page needs it; ``unsent`` is what is in no parcel yet, ``cancelled`` what will not come.

    ``without_parcel`` are downloads, gift cards and services that are in none; ``refunds`` those of the shop's own
    system. ``had_lines``: an older document named items, if this one does not.
    """

    id: int
    ref: str
    number: str
    kind: str
    purchase_order: str | None
    placed_at: datetime
    updated_at: datetime
    status: str
    hold: str | None
    hold_until: date | None
    currency: str
    locale: str
    ship_to: dict[str, Any] | None
    promise_from: date | None
    promise_until: date | None
    totals: dict[str, Any]
    payments: list[dict[str, Any]]
    gift: bool
    version: int
    payment_status: str | None
    prices_include_tax: bool | None
    refunds: list[dict[str, Any]]
    invoices: list[dict[str, Any]]
    had_lines: bool
    brand: dict[str, Any]
    lines: tuple[TrackedLine, ...]
    cancelled: tuple[TrackedLine, ...]
    unsent: tuple[TrackedLine, ...]
    without_parcel: tuple[TrackedLine, ...]
    parcels: tuple[TrackedParcel, ...]

    @property
    def over(self) -> bool:
        """Whether the shop considers it done."""
        return self.status in ("completed", "cancelled")

    @property
    def planned(self) -> bool:
        """Whether it waits for a day that was agreed, which is no trouble."""
        return self.status == "on_hold" and self.hold == "scheduled"

    @property
    def all_returned(self) -> bool:
        """Whether the shop counts every piece as returned."""
        return bool(self.lines) and all(line.returned >= line.quantity for line in self.lines)

    @property
    def paid_back(self) -> bool:
        """Whether the shop says that all that was paid was given back."""
        returned = sum(refund.get("amount") or 0 for refund in self.refunds)
        return self.payment_status == "refunded" or returned >= (self.totals.get("paid") or 0)

    @property
    def zone(self) -> str:
        """The zone in which the order's own times are told."""
        return str(self.brand["time_zone"])
