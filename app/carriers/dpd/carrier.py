"""DPD: SOAP parcel life cycle; American dates in the clock of the place, whose country stands in brackets."""

from typing import Any
from xml.etree.ElementTree import Element

from app.carriers import check_digits as check
from app.carriers.base import karrio
from app.carriers.base.declaration import AskingAccess, Carrier, variables
from app.carriers.base.documents import every, text_of
from app.carriers.base.instants import written
from app.carriers.base.number_forms import NumberForm, ends
from app.carriers.base.places import bracketed_country
from app.carriers.base.scans import CodeMeaning, ReportedParcel, ReportedScan
from app.tracking.ports import Place
from app.tracking.states import ShipmentState

_S = ShipmentState
CODES = {
    "SHIPMENT": CodeMeaning(_S.INFO_RECEIVED),
    "ACCEPTED": CodeMeaning(_S.PICKED_UP),
    "PICKUP": CodeMeaning(_S.PICKED_UP),
    "AT_SENDING_DEPOT": CodeMeaning(_S.IN_TRANSIT),
    "DEPOT": CodeMeaning(_S.IN_TRANSIT),
    "BETWEENDEPOTS": CodeMeaning(_S.IN_TRANSIT),
    "ON_THE_ROAD": CodeMeaning(_S.IN_TRANSIT),
    "AT_DELIVERY_DEPOT": CodeMeaning(_S.IN_TRANSIT),
    "COURIER": CodeMeaning(_S.OUT_FOR_DELIVERY),
    # «After an unsuccessful delivery attempt the parcel is back at the depot», says DPD's list.
    "RETURNINGFROMDELIVERY": CodeMeaning(_S.DELIVERY_FAILED),
    "DELIVERYFAILURE": CodeMeaning(_S.DELIVERY_FAILED),
    "PARCELSHOP": CodeMeaning(_S.READY_FOR_PICKUP),
    "DELIVERED": CodeMeaning(_S.DELIVERED),
}


def parcels(document: Any) -> list[ReportedParcel]:
    """The one parcel of an answer; its number is not in it and comes from the question."""
    if not isinstance(document, Element):
        return []
    return [_parcel(result) for result in every(document, "trackingresult")]


def _parcel(result: Element) -> ReportedParcel:
    nodes = every(result, "statusInfo")
    return ReportedParcel(number="", scans=tuple(_scan(node, position) for position, node in enumerate(nodes, start=1)))


def _scan(node: Element, sequence: int) -> ReportedScan:
    city, country = bracketed_country(text_of(node, "location", "content"))
    return ReportedScan(
        text=text_of(node, "description", "content", "content") or text_of(node, "label", "content") or "",
        time=written(text_of(node, "date", "content")),
        code=text_of(node, "status"),
        place=Place(city=city, country=country),
        sequence=sequence,
    )


CARRIER = Carrier(
    name="dpd",
    title="DPD",
    page="https://tracking.dpd.de/status/en_US/parcel/{}",
    aliases=(
        "dpd_de",
        "dpd_uk",
        "dpd_fr",
        "dpd_uk_local",
        "dpd_local",
        "dpd_group",
        "geopost",
        "dynamic_parcel_distribution",
        "interlink",
        "interlink_express",
        "dpd_ie",
    ),
    branches=True,
    forms=(
        NumberForm("DPD (14)", r"\d{14}[0-9A-Z]", ends(check.hybrid_37_36)),
        NumberForm("DPD (28)", r"0\d{26}[0-9A-Z]", ends(check.hybrid_37_36)),
        NumberForm("DPD (14, no check)", r"\d{14}"),
    ),
    parcels=parcels,
    connector="dpd",
    shape=lambda document, number: [(number or "", karrio.element(document))],
    codes=CODES,
    day_first=False,
    access=AskingAccess(
        variables("DPD", "delis_id", "password"), optional=variables("DPD", "depot", "account_country_code"), at_once=1
    ),
)
