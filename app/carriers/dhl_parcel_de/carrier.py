"""DHL Paket (Germany): its own XML on the German clock; JSON answers are those of unified tracking."""

from typing import Any
from xml.etree.ElementTree import Element

from app.carriers import check_digits as check
from app.carriers.base import karrio
from app.carriers.base.declaration import AskingAccess, Carrier, variables
from app.carriers.base.documents import every
from app.carriers.base.instants import read_day, written
from app.carriers.base.number_forms import NumberForm, ends, s10
from app.carriers.base.places import country_named
from app.carriers.base.scans import CodeMeaning, ReportedParcel, ReportedScan
from app.carriers.dhl_universal import carrier as universal
from app.tracking.ports import Place
from app.tracking.states import Blame, ShipmentState

_S = ShipmentState
CODES = universal.CODES | {
    "VA": CodeMeaning(_S.INFO_RECEIVED),
    "ES": CodeMeaning(_S.PICKED_UP),
    "AE": CodeMeaning(_S.PICKED_UP),
    **dict.fromkeys(("AA", "EE", "HI", "EO", "SRTED", "ULFMV", "LDTMV", "ARRVD", "DPRTD"), CodeMeaning(_S.IN_TRANSIT)),
    **dict.fromkeys(("PO", "LDTMO"), CodeMeaning(_S.OUT_FOR_DELIVERY)),
    **dict.fromkeys(("ZU", "DLVRD"), CodeMeaning(_S.DELIVERED)),
    **dict.fromkeys(("LA", "HLDCC"), CodeMeaning(_S.READY_FOR_PICKUP)),
    **dict.fromkeys(("ZN", "NDELV"), CodeMeaning(_S.DELIVERY_FAILED)),
    "AN": CodeMeaning(_S.DELIVERY_FAILED, "not_home", Blame.CONSIGNEE),
    "RT": CodeMeaning(_S.RETURN_TO_SENDER),
    "SHRCU": CodeMeaning(_S.INFO_RECEIVED),
    "PCKDU": CodeMeaning(_S.PICKED_UP),
}


def parcels(document: Any) -> list[ReportedParcel]:
    """Pieces of the XML answer, or shipments of a JSON one."""
    if not isinstance(document, Element):
        return universal.parcels(document)
    return [_parcel(node) for node in every(document, "data") if node.get("name") == "piece-shipment"]


def _parcel(node: Element) -> ReportedParcel:
    events = [event for event in every(node, "data") if event.get("name") == "piece-event"]
    return ReportedParcel(
        number=node.get("piece-code") or node.get("piece-identifier") or node.get("searched-piece-code") or "",
        scans=tuple(_scan(event, position) for position, event in enumerate(events, start=1)),
        # The headline is a flag here; «ZU» is the carrier's code for a delivery.
        hints=("ZU",) if node.get("delivery-event-flag") == "1" else (),
        estimate_until=read_day(node.get("delivery-date"), day_first=True),
        signed_by=node.get("recipient-id-text") or None,
    )


def _scan(event: Element, sequence: int) -> ReportedScan:
    return ReportedScan(
        text=event.get("event-status") or event.get("event-text") or event.get("event-short-status") or "",
        time=written(event.get("event-timestamp")),
        code=event.get("standard-event-code") or event.get("ice") or None,
        hints=tuple(filter(None, [event.get("ice")])),
        place=Place(city=event.get("event-location") or None, country=country_named(event.get("event-country"))),
        sequence=sequence,
    )


def _shape(document: Any, number: str | None) -> Any:
    return [karrio.element(document)] if isinstance(document, Element) else []


def _identcode(body: str) -> str:
    """The digit of the post's own identcode: weights 4 and 9 in turn."""
    return check.modulo_10(body, last=4, other=9)


CARRIER = Carrier(
    name="dhl_parcel_de",
    title="DHL",
    language="de",
    page="https://www.dhl.de/de/privatkunden/pakete-empfangen/verfolgen.html?piececode={}",
    aliases=(
        "dhl_germany",
        "dhl_paket",
        "dhl_de",
        "dhl_parcel_germany",
        "dhl_deutschland",
        "deutsche_post",
        "deutsche_post_dhl",
        "dp_dhl",
        "dhl_national",
        "dhl_intraship",
    ),
    forms=(
        s10("DE"),
        NumberForm("DHL Paket (20)", r"00340\d{15}", ends(check.modulo_10)),
        NumberForm("DHL Paket (12)", r"\d{12}", ends(_identcode)),
        NumberForm("DHL Paket (JJD)", r"JJD\d{17,18}"),
    ),
    parcels=parcels,
    connector="dhl_parcel_de",
    shape=_shape,
    codes=CODES,
    zone="Europe/Berlin",
    day_first=True,
    access=AskingAccess(variables("DHL_PARCEL_DE", "username", "password", "client_id", "client_secret"), at_once=20),
)
