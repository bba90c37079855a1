"""AfterShip: webhook messages and API answers; tags and sub-tags for more than a thousand carriers."""

import hashlib
import json
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
_TAGS = {
    "PENDING": CodeMeaning(_S.PENDING),
    "INFORECEIVED": CodeMeaning(_S.INFO_RECEIVED),
    "INTRANSIT": CodeMeaning(_S.IN_TRANSIT),
    "OUTFORDELIVERY": CodeMeaning(_S.OUT_FOR_DELIVERY),
    "ATTEMPTFAIL": CodeMeaning(_S.DELIVERY_FAILED),
    "DELIVERED": CodeMeaning(_S.DELIVERED),
    "AVAILABLEFORPICKUP": CodeMeaning(_S.READY_FOR_PICKUP),
    "EXCEPTION": CodeMeaning(_S.ON_HOLD),
    "EXPIRED": CodeMeaning(_S.EXPIRED),
}
_SUBTAGS = {
    "ATTEMPTFAIL_002": CodeMeaning(_S.DELIVERY_FAILED, "not_available", _B.CONSIGNEE),
    "ATTEMPTFAIL_003": CodeMeaning(_S.DELIVERY_FAILED, "business_closed", _B.CONSIGNEE),
    "INTRANSIT_002": CodeMeaning(_S.PICKED_UP),
    "EXCEPTION_002": CodeMeaning(_S.DELIVERY_FAILED, "incorrect_address", _B.CONSIGNEE),
    "EXCEPTION_003": CodeMeaning(_S.DELIVERY_FAILED, "refused", _B.CONSIGNEE),
    "EXCEPTION_004": CodeMeaning(_S.DELAYED, "customs_delay", _B.CUSTOMS),
    "EXCEPTION_005": CodeMeaning(_S.DELAYED, "force_majeure"),
    "EXCEPTION_006": CodeMeaning(_S.ON_HOLD, "duties_unpaid", _B.CUSTOMS),
    "EXCEPTION_007": CodeMeaning(_S.ON_HOLD, "incorrect_address", _B.CONSIGNEE),
    "EXCEPTION_008": CodeMeaning(_S.DELAYED, "not_ready", _B.RETAILER),
    "EXCEPTION_009": CodeMeaning(_S.ON_HOLD, "prohibited", _B.CARRIER),
    "EXCEPTION_010": CodeMeaning(_S.RETURN_TO_SENDER),
    "EXCEPTION_011": CodeMeaning(_S.RETURNED),
    "EXCEPTION_012": CodeMeaning(_S.DAMAGED, "damaged", _B.CARRIER),
    "EXCEPTION_013": CodeMeaning(_S.LOST, "lost", _B.CARRIER),
    "EXCEPTION_016": CodeMeaning(_S.DELAYED, "not_enough_time", _B.CARRIER),
    "EXCEPTION_017": CodeMeaning(_S.DELAYED, "weather_delay", _B.WEATHER),
    "EXCEPTION_018": CodeMeaning(_S.ON_HOLD, "documentation", _B.CUSTOMS),
    "EXCEPTION_019": CodeMeaning(_S.DELAYED, "mechanical_delay", _B.CARRIER),
    "EXCEPTION_020": CodeMeaning(_S.CANCELLED),
    "EXCEPTION_021": CodeMeaning(_S.CANCELLED, "destroyed"),
}


def parcels(document: Any) -> list[ReportedParcel]:
    """The tracking of a webhook (``msg``), of one answer or of a list of them."""
    data = dig(document, "data")
    candidates = [dig(document, "msg"), dig(data, "tracking"), data, *rows(data, "trackings")]
    return [_parcel(item) for item in candidates if words(dig(item, "tracking_number"))]


def _parcel(tracking: dict[str, Any]) -> ReportedParcel:
    checkpoints = rows(tracking, "checkpoints")
    expected = tracking.get("courier_estimated_delivery_date") or tracking.get("aftership_estimated_delivery_date")
    day = read_day(words(dig(expected, "estimated_delivery_date")) or words(tracking.get("expected_delivery")))
    return ReportedParcel(
        number=words(tracking.get("tracking_number")) or "",
        carrier=carrier_name(words(tracking.get("slug"))),
        scans=tuple(_scan(row, position) for position, row in enumerate(checkpoints, start=1)),
        hints=tuple(filter(None, (words(tracking.get("subtag")), words(tracking.get("tag"))))),
        estimate_from=read_day(words(dig(expected, "estimated_delivery_date_min"))) or day,
        estimate_until=read_day(words(dig(expected, "estimated_delivery_date_max"))) or day,
        signed_by=words(tracking.get("signed_by")),
    )


def _scan(row: dict[str, Any], sequence: int) -> ReportedScan:
    return ReportedScan(
        text=words(row.get("message")) or words(row.get("subtag_message")) or "",
        time=written(words(row.get("checkpoint_time"))),
        code=words(row.get("subtag")) or words(row.get("tag")),
        hints=tuple(filter(None, [words(row.get("tag"))])),
        place=Place(
            city=words(row.get("city")),
            region=words(row.get("state")),
            postcode=words(row.get("zip")),
            country=country_named(words(row.get("country_iso3"))),
        ),
        sequence=sequence,
    )


def _delivery_key(headers: Mapping[str, str], body: bytes) -> str:
    """The event's id with what it says: a retry is the same, a correction under the same id is not."""
    document = json_or_none(body)
    event = words(dig(document, "event_id"))
    content = json.dumps(dig(document, "msg"), sort_keys=True).encode()
    return f"{event[:100]}:{hashlib.sha256(content).hexdigest()[:32]}" if event else body_hash(headers, body)


def _source(credentials: Mapping[str, str]) -> TrackingSource:
    from app.carriers.aftership.source import AfterShip

    return AfterShip(credentials["api_key"])


CARRIER = Carrier(
    name="aftership",
    title="AfterShip",
    many=True,
    parcels=parcels,
    codes=_TAGS | _SUBTAGS,
    access=AskingAccess({"AFTERSHIP_API_KEY": "api_key"}, make=_source),
    endpoint=Endpoint(
        "AFTERSHIP_WEBHOOK_SECRET",
        signatures.signed_body("aftership-hmac-sha256", written="base64"),
        _delivery_key,
    ),
)
