"""DHL's unified tracking (all divisions) in JSON: answers, and the pushes that carry the same shipments."""

from collections.abc import Iterator
from typing import Any

from app.carriers.adapter import Adapter
from app.carriers.documents import dig, rows, words
from app.carriers.instants import read_day, written
from app.carriers.places import country_named
from app.carriers.scans import Meaning, Parcel, Scan
from app.tracking.ports import Place
from app.tracking.states import ShipmentState

CODES = {
    "PRE-TRANSIT": Meaning(ShipmentState.INFO_RECEIVED),
    "TRANSIT": Meaning(ShipmentState.IN_TRANSIT),
    "DELIVERED": Meaning(ShipmentState.DELIVERED),
    "FAILURE": Meaning(ShipmentState.DELIVERY_FAILED),
    "UNKNOWN": Meaning(ShipmentState.UNKNOWN),
}


def parcels(document: Any) -> list[Parcel]:
    """Every shipment of an answer, also inside the envelope of a recorded call."""
    inner = dig(document, "trackingResponse")
    return [_parcel(shipment) for shipment in rows(inner or document, "shipments")]


def _parcel(shipment: dict[str, Any]) -> Parcel:
    return Parcel(
        number=words(shipment.get("id")) or "",
        scans=tuple(_scans(shipment)),
        hints=tuple(filter(None, [words(dig(shipment, "status", "statusCode"))])),
        estimate_from=read_day(words(dig(shipment, "estimatedDeliveryTimeFrame", "estimatedFrom"))),
        estimate_until=read_day(words(shipment.get("estimatedTimeOfDelivery"))),
        signed_by=words(dig(shipment, "details", "proofOfDelivery", "signed", "name")),
    )


def _scans(shipment: dict[str, Any]) -> Iterator[Scan]:
    """The events; where there are none, the headline is the only scan."""
    events = rows(shipment, "events")
    if not events and isinstance(shipment.get("status"), dict):
        events = [shipment["status"]]
    for position, event in enumerate(events):
        address = dig(event, "location", "address")
        yield Scan(
            text=words(event.get("description")) or words(event.get("status")) or "",
            time=written(words(event.get("timestamp"))),
            code=words(event.get("statusCode")),
            place=Place(
                city=words(dig(address, "addressLocality")),
                postcode=words(dig(address, "postalCode")),
                country=country_named(words(dig(address, "countryCode"))),
            ),
            sequence=len(events) - position,
        )


ADAPTER = Adapter(
    name="dhl_universal",
    title="DHL",
    parcels=parcels,
    connector="dhl_universal",
    shape=lambda document, number: [dig(document, "trackingResponse") or document],
    codes=CODES,
)
