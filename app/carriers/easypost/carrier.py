"""EasyPost: tracker events, trackers and lists of them; every time carries its distance from UTC."""

from collections.abc import Mapping
from typing import Any

from app.carriers.base.declaration import AskingAccess, Carrier, Endpoint, body_hash
from app.carriers.base.documents import dig, json_or_none, rows, words
from app.carriers.base.instants import read_day, written
from app.carriers.base.places import country_named
from app.carriers.base.scans import CodeMeaning, ReportedParcel, ReportedScan
from app.carriers.webhooks import signatures
from app.tracking.carriers.names import carrier_name
from app.tracking.ports import Place, TrackingSource
from app.tracking.states import Blame, ShipmentState

_S, _B = ShipmentState, Blame
CODES = {
    "PRE_TRANSIT": CodeMeaning(_S.INFO_RECEIVED),
    "IN_TRANSIT": CodeMeaning(_S.IN_TRANSIT),
    "OUT_FOR_DELIVERY": CodeMeaning(_S.OUT_FOR_DELIVERY),
    "DELIVERED": CodeMeaning(_S.DELIVERED),
    "AVAILABLE_FOR_PICKUP": CodeMeaning(_S.READY_FOR_PICKUP),
    "RETURN_TO_SENDER": CodeMeaning(_S.RETURN_TO_SENDER),
    "FAILURE": CodeMeaning(_S.DELIVERY_FAILED),
    "CANCELLED": CodeMeaning(_S.CANCELLED),
    "ERROR": CodeMeaning(_S.ON_HOLD),
    "IN_TRANSIT/RECEIVED_AT_ORIGIN_FACILITY": CodeMeaning(_S.PICKED_UP),
    "IN_TRANSIT/DELAYED": CodeMeaning(_S.DELAYED),
    "IN_TRANSIT/WEATHER_DELAY": CodeMeaning(_S.DELAYED, "weather_delay", _B.WEATHER),
    "FAILURE/ADDRESS_CORRECTION": CodeMeaning(_S.DELIVERY_FAILED, "incorrect_address", _B.CONSIGNEE),
    "FAILURE/DAMAGED": CodeMeaning(_S.DAMAGED, "damaged", _B.CARRIER),
    "FAILURE/LOST": CodeMeaning(_S.LOST, "lost", _B.CARRIER),
    "FAILURE/REFUSED": CodeMeaning(_S.DELIVERY_FAILED, "refused", _B.CONSIGNEE),
}


def parcels(document: Any) -> list[ReportedParcel]:
    """The tracker of an event (``result``), a tracker itself, or a list of trackers."""
    candidates = [dig(document, "result"), document, *rows(document, "trackers")]
    return [_parcel(item) for item in candidates if words(dig(item, "tracking_code")) and "tracking_details" in item]


def _parcel(tracker: dict[str, Any]) -> ReportedParcel:
    details = rows(tracker, "tracking_details")
    local = words(dig(tracker, "carrier_detail", "est_delivery_date_local"))
    return ReportedParcel(
        number=words(tracker.get("tracking_code")) or "",
        carrier=carrier_name(words(tracker.get("carrier"))),
        scans=tuple(_scan(row, position) for position, row in enumerate(details, start=1)),
        hints=_hints(tracker),
        estimate_until=read_day(local or words(tracker.get("est_delivery_date"))),
        signed_by=words(tracker.get("signed_by")),
    )


def _scan(row: dict[str, Any], sequence: int) -> ReportedScan:
    place = row.get("tracking_location")
    return ReportedScan(
        text=words(row.get("message")) or words(row.get("description")) or "",
        time=written(words(row.get("datetime"))),
        code=next(iter(_hints(row)), None),
        hints=_hints(row),
        place=Place(
            city=words(dig(place, "city")),
            region=words(dig(place, "state")),
            postcode=words(dig(place, "zip")),
            country=country_named(words(dig(place, "country"))),
        ),
        sequence=sequence,
    )


def _hints(row: dict[str, Any]) -> tuple[str, ...]:
    status, detail = words(row.get("status")), words(row.get("status_detail"))
    return tuple(hint for hint in (status and detail and f"{status}/{detail}", status) if hint)


def _delivery_key(headers: Mapping[str, str], body: bytes) -> str:
    # An event keeps its id when it is sent again.
    event = words(dig(json_or_none(body), "id"))
    return event[:200] if event else body_hash(headers, body)


def _source(credentials: Mapping[str, str]) -> TrackingSource:
    from app.carriers.easypost.source import EasyPost

    return EasyPost(credentials["api_key"])


CARRIER = Carrier(
    name="easypost",
    title="EasyPost",
    many=True,
    parcels=parcels,
    codes=CODES,
    access=AskingAccess({"EASYPOST_API_KEY": "api_key"}, make=_source),
    endpoint=Endpoint(
        "EASYPOST_WEBHOOK_SECRET",
        signatures.signed_body("x-hmac-signature", prefix="hmac-sha256-hex=", form="NFKD"),
        _delivery_key,
    ),
)
