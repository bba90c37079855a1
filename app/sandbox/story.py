"""The demo shop's orders as stories: who bought what, how long ago, and what has happened to each parcel since."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class StoryScan:
    """One scan of the simulated carrier: days from today, local time, our state, its code, where, and any incident."""

    day: int
    time: str
    status: str
    city: str = "Madrid"
    incident: str | None = None


@dataclass(frozen=True, slots=True)
class StoryParcel:
    """One shipment of a story. ``promise`` are days from today; ``moves`` says that the carrier goes on with it."""

    carrier: str | None
    service: str | None
    items: tuple[tuple[str, int], ...]
    promise: tuple[int, int]
    scans: tuple[StoryScan, ...] = ()
    method: str = "delivery"
    numbered: bool = True
    moves: bool = True
    origin: str = "28906"


@dataclass(frozen=True, slots=True)
class Story:
    """One order: ``ago`` in days, its items as (sku, quantity), and its parcels."""

    number: str
    person: str
    ago: int
    status: str
    items: tuple[tuple[str, int], ...]
    parcels: tuple[StoryParcel, ...] = ()
    hold: str | None = None
    channel: str = "web"
    kind: str = "b2c"
    purchase_order: str | None = None
    company: str | None = None
    promise: tuple[int, int] | None = None
    contacts: tuple[str, ...] = field(default=())
    title: str = ""


CEX, SEUR, DHL, GLS = "correos_express", "seur", "dhl_universal", "gls"


def _way(start: int, *, hub: str, city: str, until: str = "in_transit") -> tuple[StoryScan, ...]:
    """The scans of an uneventful journey that began ``start`` days from today, up to and with ``until``."""
    scans = (
        StoryScan(start, "18:40", "info_received", "Getafe"),
        StoryScan(start, "20:55", "picked_up", "Getafe"),
        StoryScan(start + 1, "04:10", "in_transit", hub),
        StoryScan(start + 2, "07:35", "in_transit", city),
        StoryScan(start + 2, "09:05", "out_for_delivery", city),
        StoryScan(start + 2, "12:48", "delivered", city),
    )
    names = [scan.status for scan in scans]
    # From the end: a parcel is «in transit» twice.
    last = len(names) - 1 - names[::-1].index(until)
    return scans[: last + 1]


OIL2, BOWL, MUGS, APRON = ("OIL-500", 2), ("BWL-18", 1), ("MUG-2", 1), ("APR-1", 1)
CLOTHS, BOARD, SOAP, BOX, KNIFE = ("TWL-3", 1), ("BRD-40", 1), ("SOAP-4", 1), ("BOX-N", 1), ("KNF-9", 1)

STORIES = (
    Story("A-10471", "rocio", 0, "received", (OIL2, CLOTHS), promise=(2, 3), title="just received"),
    Story("A-10468", "noah", 1, "on_hold", (BOARD, KNIFE), hold="payment", promise=(4, 6), title="on hold for payment"),
    Story("A-10466", "marcos", 2, "on_hold", (("CAN-5L", 1),), hold="stock", title="on hold for stock"),
    Story("A-10465", "rocio", 1, "preparing", (("CAN-5L", 12), ("OIL-500", 48)), kind="b2b", channel="b2b",
          purchase_order="OC-2026-118", company="Taberna Betis, S. L.", contacts=("marcos",), promise=(2, 4), title="for a company, being prepared"),
    Story("A-10462", "lucia", 3, "partly_shipped", (OIL2, BOWL, APRON), (
        StoryParcel(CEX, "Paq 24", (OIL2, BOWL), (0, 0), _way(-2, hub="Coslada", city="Madrid", until="out_for_delivery")),
        StoryParcel(CEX, "Paq 24", (APRON,), (1, 3), (StoryScan(-1, "17:20", "info_received", "Getafe"),), origin="28904"),
    ), title="split, out for delivery"),
    Story("A-10460", "emma", 4, "shipped", (MUGS, CLOTHS), (
        StoryParcel(DHL, "Parcel Connect", (MUGS, CLOTHS), (1, 2), _way(-2, hub="Leipzig", city="London")),
    ), title="on its way"),
    Story("A-10455", "marcos", 6, "shipped", (BOARD,), (
        StoryParcel(SEUR, "24 Estándar", (BOARD,), (-2, -1), _way(-4, hub="Zaragoza", city="Barcelona")[:3], moves=False),
    ), title="late"),
    Story("A-10452", "lucia", 5, "shipped", (SOAP, CLOTHS), (
        StoryParcel(GLS, "ParcelShop", (SOAP, CLOTHS), (-1, 1), (
            *_way(-3, hub="Coslada", city="Madrid")[:4], StoryScan(0, "08:15", "ready_for_pickup", "Madrid")),
            method="pickup_point", moves=False),
    ), title="waiting in a locker"),
    Story("A-10449", "rocio", 5, "shipped", (MUGS,), (
        StoryParcel(CEX, "Paq 24", (MUGS,), (-1, 0), (
            *_way(-3, hub="Córdoba", city="Sevilla", until="out_for_delivery"),
            StoryScan(-1, "13:10", "delivery_failed", "Sevilla", "consignee_absent"))),
    ), title="failed attempt"),
    Story("A-10440", "lucia", 9, "completed", (OIL2, BOARD, SOAP, BOX), (
        StoryParcel(CEX, "Paq 24", (OIL2, BOARD, SOAP, BOX), (-5, -4), _way(-7, hub="Coslada", city="Madrid", until="delivered")),
    ), title="delivered, can be returned"),
    Story("A-10438", "emma", 11, "completed", (APRON, BOWL), (
        StoryParcel(DHL, "Parcel Connect", (APRON, BOWL), (-6, -5), _way(-8, hub="Leipzig", city="London", until="delivered")),
    ), title="delivered, a return on its way"),
    Story("A-10431", "noah", 16, "completed", (MUGS, CLOTHS), (
        StoryParcel(DHL, "Parcel Connect", (MUGS, CLOTHS), (-11, -9), _way(-13, hub="Leipzig", city="Edinburgh", until="delivered")),
    ), title="returned and refunded"),
    Story("A-10429", "ximena", 14, "shipped", (APRON,), (
        StoryParcel(DHL, "Express Worldwide", (APRON,), (-6, -4), (
            *_way(-11, hub="Leipzig", city="Ciudad de México")[:4],
            StoryScan(-3, "10:30", "return_to_sender", "Ciudad de México", "address_incorrect")), moves=False),
    ), title="going back to the sender"),
    Story("A-10464", "marcos", 2, "partly_shipped", (BOWL, KNIFE), (
        StoryParcel(None, None, (BOWL,), (-1, -1), (), method="store_pickup", numbered=False, moves=False),
        StoryParcel(SEUR, "24 Estándar", (KNIFE,), (0, 1), _way(-1, hub="Zaragoza", city="Barcelona")[:3]),
    ), channel="store", title="part collected in a shop"),
    Story("A-10435", "rocio", 8, "cancelled", (KNIFE,), title="cancelled"),
)  # fmt: skip
