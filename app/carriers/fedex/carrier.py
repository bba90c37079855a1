"""FedEx: Track API answers; a number may stand for several journeys, told apart by its unique id."""

from typing import Any

from app.carriers import check_digits as check
from app.carriers.base.declaration import AskingAccess, Carrier, variables
from app.carriers.base.documents import dig, rows, words
from app.carriers.base.instants import read_day, written
from app.carriers.base.number_forms import NumberForm, ends
from app.carriers.base.scans import CodeMeaning, ReportedParcel, ReportedScan
from app.tracking.ports import Place, ReportError
from app.tracking.states import Blame, ShipmentState

_S = ShipmentState
CODES = {
    "DE/08": CodeMeaning(_S.DELIVERY_FAILED, "not_available", Blame.CONSIGNEE),
    "DE/07": CodeMeaning(_S.DELIVERY_FAILED, "refused", Blame.CONSIGNEE),
    "DE/03": CodeMeaning(_S.DELIVERY_FAILED, "incorrect_address", Blame.CONSIGNEE),
    "AE": CodeMeaning(_S.IN_TRANSIT),
    "AO": CodeMeaning(_S.IN_TRANSIT),
    "CC": CodeMeaning(_S.IN_TRANSIT),
    "OF": CodeMeaning(_S.PICKED_UP),
    "HL": CodeMeaning(_S.READY_FOR_PICKUP),
    "CD": CodeMeaning(_S.ON_HOLD, "customs_delay", Blame.CUSTOMS),
    "DY": CodeMeaning(_S.DELAYED),
    "IN": CodeMeaning(_S.INFO_RECEIVED),
    "RL": CodeMeaning(_S.DELAYED),
}


def parcels(document: Any) -> list[ReportedParcel]:
    """One parcel a number: of several journeys under it, the one with the latest scan."""
    reported = []
    for result in rows(document, "output", "completeTrackResults"):
        journeys = rows(result, "trackResults")
        number = words(result.get("trackingNumber")) or ""
        if journeys:
            reported.append(_parcel(number, max(journeys, key=_latest), journeys))
    return reported


def _parcel(number: str, journey: dict[str, Any], journeys: list[dict[str, Any]]) -> ReportedParcel:
    scans = rows(journey, "scanEvents")
    return ReportedParcel(
        number=number or words(dig(journey, "trackingNumberInfo", "trackingNumber")) or "",
        scans=tuple(_scan(scan, len(scans) - position) for position, scan in enumerate(scans)),
        hints=tuple(filter(None, (words(dig(journey, "latestStatusDetail", key)) for key in ("code", "derivedCode")))),
        estimate_from=_window(journey, "begins"),
        estimate_until=_window(journey, "ends") or _window(journey, "begins"),
        signed_by=words(dig(journey, "deliveryDetails", "signedByName"))
        or words(dig(journey, "deliveryDetails", "receivedByName")),
        errors=tuple(_error(journey["error"]) for journey in journeys if isinstance(journey.get("error"), dict)),
    )


def _scan(scan: dict[str, Any], sequence: int) -> ReportedScan:
    code, exception = words(scan.get("eventType")), words(scan.get("exceptionCode"))
    return ReportedScan(
        text=words(scan.get("exceptionDescription")) or words(scan.get("eventDescription")) or "",
        time=written(words(scan.get("date"))),
        code=code,
        hints=tuple(filter(None, (code and exception and f"{code}/{exception}", words(scan.get("derivedStatusCode"))))),
        place=_place(dig(scan, "scanLocation")),
        sequence=sequence,
    )


def _place(location: Any) -> Place | None:
    place = Place(
        city=words(dig(location, "city")),
        region=words(dig(location, "stateOrProvinceCode")),
        postcode=words(dig(location, "postalCode")),
        country=words(dig(location, "countryCode")),
    )
    return None if place == Place() else place


def _latest(journey: dict[str, Any]) -> str:
    return max((words(scan.get("date")) or "" for scan in rows(journey, "scanEvents")), default="")


def _window(journey: dict[str, Any], edge: str) -> Any:
    for kind in ("estimatedDeliveryTimeWindow", "standardTransitTimeWindow"):
        day = read_day(words(dig(journey, kind, "window", edge)), day_first=False)
        if day is not None:
            return day
    return None


def _error(error: dict[str, Any]) -> ReportError:
    return ReportError(code=words(error.get("code")) or "error", message=words(error.get("message")) or "")


CARRIER = Carrier(
    name="fedex",
    title="FedEx",
    language="en",
    page="https://www.fedex.com/fedextrack/?trknbr={}",
    aliases=(
        "fedexdefault",
        "fedex_express",
        "fedex_ground",
        "fedex_home",
        "federal_express",
        "fedexsmartpost",
        "fedex_smartpost",
    ),
    branches=True,
    forms=(
        NumberForm("FedEx Express (12)", r"\d{12}", ends(check.weighted_11)),
        NumberForm("FedEx Express (34)", r"1\d{33}", ends(check.weighted_11, -12)),
        NumberForm("FedEx Ground GSN", r"96[23]\d{31}", ends(check.weighted_11, -12)),
        NumberForm("FedEx Ground", r"\d{15}", ends(check.modulo_10)),
        NumberForm("FedEx Ground 96 (22)", r"96\d{20}", ends(check.modulo_10, -15)),
        NumberForm("FedEx Ground (SSCC-18)", r"\d{18}", ends(check.modulo_10)),
    ),
    parcels=parcels,
    connector="fedex",
    codes=CODES,
    day_first=False,
    access=AskingAccess(variables("FEDEX", "track_api_key", "track_secret_key"), at_once=30),
)
