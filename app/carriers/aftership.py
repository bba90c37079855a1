"""AfterShip: webhook messages and API answers; tags and sub-tags for more than a thousand carriers."""

from typing import Any

from app.carriers.adapter import Adapter
from app.carriers.documents import dig, rows, words
from app.carriers.instants import read_day, written
from app.carriers.names import carrier_name
from app.carriers.places import country_named
from app.carriers.scans import Meaning, Parcel, Scan
from app.tracking.ports import Place
from app.tracking.states import Blame, ShipmentState

_S, _B = ShipmentState, Blame
_TAGS = {
    "PENDING": Meaning(_S.PENDING),
    "INFORECEIVED": Meaning(_S.INFO_RECEIVED),
    "INTRANSIT": Meaning(_S.IN_TRANSIT),
    "OUTFORDELIVERY": Meaning(_S.OUT_FOR_DELIVERY),
    "ATTEMPTFAIL": Meaning(_S.DELIVERY_FAILED),
    "DELIVERED": Meaning(_S.DELIVERED),
    "AVAILABLEFORPICKUP": Meaning(_S.READY_FOR_PICKUP),
    "EXCEPTION": Meaning(_S.ON_HOLD),
    "EXPIRED": Meaning(_S.EXPIRED),
}
_SUBTAGS = {
    "ATTEMPTFAIL_002": Meaning(_S.DELIVERY_FAILED, "not_available", _B.CONSIGNEE),
    "ATTEMPTFAIL_003": Meaning(_S.DELIVERY_FAILED, "business_closed", _B.CONSIGNEE),
    "INTRANSIT_002": Meaning(_S.PICKED_UP),
    "EXCEPTION_002": Meaning(_S.DELIVERY_FAILED, "incorrect_address", _B.CONSIGNEE),
    "EXCEPTION_003": Meaning(_S.DELIVERY_FAILED, "refused", _B.CONSIGNEE),
    "EXCEPTION_004": Meaning(_S.DELAYED, "customs_delay", _B.CUSTOMS),
    "EXCEPTION_005": Meaning(_S.DELAYED, "force_majeure"),
    "EXCEPTION_006": Meaning(_S.ON_HOLD, "duties_unpaid", _B.CUSTOMS),
    "EXCEPTION_007": Meaning(_S.ON_HOLD, "incorrect_address", _B.CONSIGNEE),
    "EXCEPTION_008": Meaning(_S.DELAYED, "not_ready", _B.RETAILER),
    "EXCEPTION_009": Meaning(_S.ON_HOLD, "prohibited", _B.CARRIER),
    "EXCEPTION_010": Meaning(_S.RETURN_TO_SENDER),
    "EXCEPTION_011": Meaning(_S.RETURNED),
    "EXCEPTION_012": Meaning(_S.DAMAGED, "damaged", _B.CARRIER),
    "EXCEPTION_013": Meaning(_S.LOST, "lost", _B.CARRIER),
    "EXCEPTION_016": Meaning(_S.DELAYED, "not_enough_time", _B.CARRIER),
    "EXCEPTION_017": Meaning(_S.DELAYED, "weather_delay", _B.WEATHER),
    "EXCEPTION_018": Meaning(_S.ON_HOLD, "documentation", _B.CUSTOMS),
    "EXCEPTION_019": Meaning(_S.DELAYED, "mechanical_delay", _B.CARRIER),
    "EXCEPTION_020": Meaning(_S.CANCELLED),
    "EXCEPTION_021": Meaning(_S.CANCELLED, "destroyed"),
}


def parcels(document: Any) -> list[Parcel]:
    """The tracking of a webhook (``msg``), of one answer or of a list of them."""
    data = dig(document, "data")
    found = [dig(document, "msg"), dig(data, "tracking"), data, *rows(data, "trackings")]
    return [_parcel(item) for item in found if words(dig(item, "tracking_number"))]


def _parcel(tracking: dict[str, Any]) -> Parcel:
    checkpoints = rows(tracking, "checkpoints")
    expected = tracking.get("courier_estimated_delivery_date") or tracking.get("aftership_estimated_delivery_date")
    day = read_day(words(dig(expected, "estimated_delivery_date")) or words(tracking.get("expected_delivery")))
    return Parcel(
        number=words(tracking.get("tracking_number")) or "",
        carrier=carrier_name(words(tracking.get("slug"))),
        scans=tuple(_scan(row, position) for position, row in enumerate(checkpoints, start=1)),
        hints=tuple(filter(None, (words(tracking.get("subtag")), words(tracking.get("tag"))))),
        estimate_from=read_day(words(dig(expected, "estimated_delivery_date_min"))) or day,
        estimate_until=read_day(words(dig(expected, "estimated_delivery_date_max"))) or day,
        signed_by=words(tracking.get("signed_by")),
    )


def _scan(row: dict[str, Any], sequence: int) -> Scan:
    return Scan(
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


ADAPTER = Adapter(name="aftership", title="AfterShip", parcels=parcels, codes=_TAGS | _SUBTAGS)
