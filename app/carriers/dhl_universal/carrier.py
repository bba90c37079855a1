"""DHL's unified tracking (all divisions) in JSON: answers, and the pushes that carry the same shipments."""

from collections.abc import Iterator
from typing import Any

from app.carriers.base.declaration import AskingAccess, Carrier, Endpoint, variables
from app.carriers.base.documents import dig, rows, words
from app.carriers.base.instants import read_day, written
from app.carriers.base.places import country_named
from app.carriers.base.scans import CodeMeaning, ReportedParcel, ReportedScan
from app.carriers.webhooks import signatures
from app.tracking.ports import Place
from app.tracking.states import ShipmentState

CODES = {
    # The code counts, not the word beside it: DHL's own sample says «DELIVERED» there.
    "PRE-TRANSIT": CodeMeaning(ShipmentState.INFO_RECEIVED),
    "TRANSIT": CodeMeaning(ShipmentState.IN_TRANSIT),
    "DELIVERED": CodeMeaning(ShipmentState.DELIVERED),
    "FAILURE": CodeMeaning(ShipmentState.DELIVERY_FAILED),
    "UNKNOWN": CodeMeaning(ShipmentState.UNKNOWN),
}


def parcels(document: Any) -> list[ReportedParcel]:
    """Every shipment of an answer, also inside the envelope of a recorded call."""
    inner = dig(document, "trackingResponse")
    return [_parcel(shipment) for shipment in rows(inner or document, "shipments")]


def _parcel(shipment: dict[str, Any]) -> ReportedParcel:
    return ReportedParcel(
        number=words(shipment.get("id")) or "",
        scans=tuple(_scans(shipment)),
        hints=tuple(filter(None, [words(dig(shipment, "status", "statusCode"))])),
        estimate_from=read_day(words(dig(shipment, "estimatedDeliveryTimeFrame", "estimatedFrom"))),
        estimate_until=read_day(words(shipment.get("estimatedTimeOfDelivery"))),
        signed_by=words(dig(shipment, "details", "proofOfDelivery", "signed", "name")),
    )


def _scans(shipment: dict[str, Any]) -> Iterator[ReportedScan]:
    """The events; where there are none, the headline is the only scan."""
    events = rows(shipment, "events")
    if not events and isinstance(shipment.get("status"), dict):
        events = [shipment["status"]]
    for position, event in enumerate(events):
        address = dig(event, "location", "address")
        yield ReportedScan(
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


CARRIER = Carrier(
    name="dhl_universal",
    title="DHL",
    language="en",
    stands_for="dhl",
    page="https://www.dhl.com/global-en/home/tracking.html?tracking-id={}",
    aliases=(
        "dhl",
        "dhl_group",
    ),
    branches=True,
    parcels=parcels,
    connector="dhl_universal",
    shape=lambda document, number: [dig(document, "trackingResponse") or document],
    codes=CODES,
    access=AskingAccess(variables("DHL_UNIVERSAL", "consumer_key", "consumer_secret"), at_once=1),
    endpoint=Endpoint("DHL_WEBHOOK_CREDENTIAL", signatures.credential("credential"), source="dhl"),
)
