"""USPS: the Tracking API's JSON, with an offset beside each scan, and the older Web Tools XML without any."""

import re
from typing import Any
from xml.etree.ElementTree import Element

from app.carriers import check_digits as check
from app.carriers.base.declaration import AskingAccess, Carrier, variables
from app.carriers.base.documents import every, rows, text_of, words
from app.carriers.base.instants import read_day, written
from app.carriers.base.number_forms import NumberForm, ends, s10
from app.carriers.base.places import country_named
from app.carriers.base.scans import CodeMeaning, ReportedParcel, ReportedScan
from app.tracking.ports import Place
from app.tracking.states import Blame, ShipmentState

_S = ShipmentState
_REFUSED = CodeMeaning(_S.DELIVERY_FAILED, "refused", Blame.CONSIGNEE)
_ADDRESS = CodeMeaning(_S.DELIVERY_FAILED, "incorrect_address", Blame.CONSIGNEE)
_ABSENT = CodeMeaning(_S.DELIVERY_FAILED, "not_available", Blame.CONSIGNEE)
CODES = {
    **dict.fromkeys(("01", "I0"), CodeMeaning(_S.DELIVERED)),
    **dict.fromkeys(("02", "52", "53", "54", "55", "56", "57"), _ABSENT),
    **dict.fromkeys(("03", "OA", "TM", "VX", "VF"), CodeMeaning(_S.PICKED_UP)),
    **dict.fromkeys(("05", "21", "22", "23", "24", "25", "26"), _ADDRESS),
    "04": _REFUSED,
    **dict.fromkeys(("06", "07", "08", "10", "A1", "AD", "EF", "EX"), CodeMeaning(_S.IN_TRANSIT)),
    **dict.fromkeys(("L1", "NT", "PC", "SF", "T1", "U1"), CodeMeaning(_S.IN_TRANSIT)),
    **dict.fromkeys(("09", "27", "28", "29", "31"), CodeMeaning(_S.RETURN_TO_SENDER)),
    **dict.fromkeys(("14", "16", "DH"), CodeMeaning(_S.READY_FOR_PICKUP)),
    **dict.fromkeys(("GX", "MA", "GA", "GC"), CodeMeaning(_S.INFO_RECEIVED)),
    **dict.fromkeys(("OF", "DG"), CodeMeaning(_S.OUT_FOR_DELIVERY)),
    "71": CodeMeaning(_S.DAMAGED, "damaged", Blame.CARRIER),
}
# Categories of the headline, in the carrier's words.
CODES |= {
    "DELIVERED": CodeMeaning(_S.DELIVERED),
    "DELIVERED TO AGENT": CodeMeaning(_S.READY_FOR_PICKUP),
    "DELIVERY ATTEMPT": CodeMeaning(_S.DELIVERY_FAILED),
    "IN TRANSIT": CodeMeaning(_S.IN_TRANSIT),
    "OUT FOR DELIVERY": CodeMeaning(_S.OUT_FOR_DELIVERY),
    "PRE-SHIPMENT": CodeMeaning(_S.INFO_RECEIVED),
    "ACCEPTED": CodeMeaning(_S.PICKED_UP),
    "AVAILABLE FOR PICKUP": CodeMeaning(_S.READY_FOR_PICKUP),
    "ALERT": CodeMeaning(_S.ON_HOLD),
}


def parcels(document: Any) -> list[ReportedParcel]:
    """Parcels of a JSON answer, of a list of them, or of an older XML answer."""
    if isinstance(document, Element):
        return [_from_xml(info) for info in every(document, "TrackInfo")]
    answers = document if isinstance(document, list) else [document]
    return [_from_json(answer) for answer in answers if isinstance(answer, dict) and "trackingEvents" in answer]


def _from_json(answer: dict[str, Any]) -> ReportedParcel:
    events = rows(answer, "trackingEvents")
    return ReportedParcel(
        number=words(answer.get("trackingNumber")) or "",
        scans=tuple(_scan(event, len(events) - position) for position, event in enumerate(events)),
        hints=tuple(filter(None, [words(answer.get("statusCategory"))])),
        estimate_until=read_day(words(answer.get("expectedDeliveryTimeStamp")), day_first=False),
    )


def _scan(event: dict[str, Any], sequence: int) -> ReportedScan:
    return ReportedScan(
        text=words(event.get("eventType")) or "",
        time=written(words(event.get("eventTimestamp")), offset=words(event.get("GMTOffset"))),
        code=words(event.get("eventCode")),
        place=Place(
            city=words(event.get("eventCity")),
            region=words(event.get("eventState")),
            postcode=words(event.get("eventZIP")),
            country=_country(words(event.get("eventCountry")), words(event.get("eventState"))),
        ),
        sequence=sequence,
    )


def _country(named: str | None, state: str | None) -> str | None:
    """An empty country with a state is the United States."""
    return country_named(named) if named else "US" if state else None


def _from_xml(info: Element) -> ReportedParcel:
    nodes = [*every(info, "TrackSummary"), *every(info, "TrackDetail")]
    return ReportedParcel(
        number=info.get("ID") or "",
        scans=tuple(_xml_scan(node, len(nodes) - position) for position, node in enumerate(nodes)),
        hints=tuple(filter(None, [text_of(info, "StatusCategory")])),
    )


def _xml_scan(node: Element, sequence: int) -> ReportedScan:
    state = text_of(node, "EventState")
    return ReportedScan(
        text=text_of(node, "Event") or "",
        time=written(text_of(node, "EventDate"), text_of(node, "EventTime")),
        code=text_of(node, "EventCode"),
        place=Place(
            city=text_of(node, "EventCity"),
            region=state,
            postcode=text_of(node, "EventZIPCode"),
            country=_country(text_of(node, "EventCountry"), state),
        ),
        sequence=sequence,
    )


def _shape(document: Any, number: str | None) -> Any:
    answers = document if isinstance(document, list) else [document]
    named = [{**answer, "trackingNumber": answer.get("trackingNumber") or number or ""} for answer in answers]
    return [(number or "", answer) for answer in named]


def _own_digit(number: str) -> bool:
    """The parcel's own number, without the routing of 420 and a ZIP code before it."""
    own = re.sub(r"^420(\d{9}|\d{5})(?=9[1-5])", "", number)
    return check.modulo_10(own[:-1]) == own[-1]


CARRIER = Carrier(
    name="usps",
    title="USPS",
    language="en",
    page="https://tools.usps.com/go/TrackConfirmAction?tLabels={}",
    aliases=(
        "usps_api",
        "us_postal_service",
        "united_states_postal_service",
        "us_post",
        "stamps_com",
        "endicia",
        "usps_international",
    ),
    forms=(
        s10("US"),
        NumberForm("USPS 20", r"(0[1-4]|7[0-9])\d{18}", ends(check.modulo_10)),
        NumberForm("USPS IMpb", r"(420\d{5}(\d{4})?)?9[1-5]\d{18}(\d{2}|\d{4}|\d{6})?", _own_digit),
    ),
    parcels=parcels,
    connector="usps",
    shape=_shape,
    codes=CODES,
    reads_text=True,
    day_first=False,
    access=AskingAccess(variables("USPS", "client_id", "client_secret"), at_once=1),
)
