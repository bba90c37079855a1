"""UPS: tracking answers and Track Alert messages; local time, GMT and offset side by side."""

from collections.abc import Iterator
from typing import Any

from app.carriers import check_digits as check
from app.carriers.base.declaration import AskingAccess, Carrier, Endpoint, variables
from app.carriers.base.documents import dig, rows, words
from app.carriers.base.instants import read_day, written
from app.carriers.base.number_forms import NumberForm, ends
from app.carriers.base.places import country_named
from app.carriers.base.scans import CodeMeaning, ReportedParcel, ReportedScan, WrittenTime
from app.carriers.webhooks import signatures
from app.tracking.ports import Place
from app.tracking.states import Blame, ShipmentState

_S = ShipmentState
TYPES = {
    "D": CodeMeaning(_S.DELIVERED),
    "O": CodeMeaning(_S.OUT_FOR_DELIVERY),
    "P": CodeMeaning(_S.PICKED_UP),
    "I": CodeMeaning(_S.IN_TRANSIT),
    "M": CodeMeaning(_S.INFO_RECEIVED),
    "MV": CodeMeaning(_S.CANCELLED),
    "X": CodeMeaning(_S.ON_HOLD),
    "RS": CodeMeaning(_S.RETURNED),
    "DO": CodeMeaning(_S.IN_TRANSIT),
    "DD": CodeMeaning(_S.IN_TRANSIT),
    "W": CodeMeaning(_S.IN_TRANSIT),
}
# The type decides; these pairs say more than it does.
PAIRS = {
    ("X", "48"): CodeMeaning(_S.DELIVERY_FAILED, "not_home", Blame.CONSIGNEE),
    ("X", "49"): CodeMeaning(_S.DELIVERY_FAILED, "not_home", Blame.CONSIGNEE),
    ("X", "NH"): CodeMeaning(_S.ON_HOLD, "incorrect_address", Blame.CONSIGNEE),
    ("X", "RF"): CodeMeaning(_S.DELIVERY_FAILED, "refused", Blame.CONSIGNEE),
    ("X", "DM"): CodeMeaning(_S.DAMAGED, "damaged", Blame.CARRIER),
    ("X", "RS"): CodeMeaning(_S.RETURN_TO_SENDER),
    ("I", "OT"): CodeMeaning(_S.OUT_FOR_DELIVERY),
    ("I", "OD"): CodeMeaning(_S.OUT_FOR_DELIVERY),
    ("I", "OR"): CodeMeaning(_S.PICKED_UP),
    ("I", "PU"): CodeMeaning(_S.PICKED_UP),
}
CODES = TYPES | {f"{kind}/{code}": meaning for (kind, code), meaning in PAIRS.items()}


def parcels(document: Any) -> list[ReportedParcel]:
    """Every package of every shipment, or the one scan of a Track Alert message."""
    # A Track Alert message is one scan and has no list around it.
    if dig(document, "activityStatus") is not None:
        return [_alert(document)]
    reported = []
    for shipment in rows(document, "trackResponse", "shipment"):
        for package in rows(shipment, "package"):
            number = words(package.get("trackingNumber")) or words(shipment.get("inquiryNumber")) or ""
            reported.append(
                ReportedParcel(
                    number=number,
                    scans=tuple(_scans(package)),
                    hints=_hints(dig(package, "currentStatus")),
                    estimate_until=_estimate(package),
                    signed_by=words(dig(package, "deliveryInformation", "receivedBy")),
                )
            )
    return reported


def _scans(package: dict[str, Any]) -> Iterator[ReportedScan]:
    activities = rows(package, "activity")
    for position, activity in enumerate(activities):
        status = dig(activity, "status")
        yield ReportedScan(
            text=words(dig(status, "description")) or "",
            time=_time(activity, "date", "time", "gmtDate", "gmtTime"),
            code=words(dig(status, "code")),
            hints=_hints(status),
            place=_place(dig(activity, "location", "address")),
            sequence=len(activities) - position,
        )


def _alert(document: Any) -> ReportedParcel:
    status = dig(document, "activityStatus")
    scan = ReportedScan(
        text=words(dig(status, "description")) or "",
        time=_time(document, "localActivityDate", "localActivityTime", "gmtActivityDate", "gmtActivityTime"),
        code=words(dig(status, "code")),
        hints=_hints(status),
        place=_place(dig(document, "activityLocation")),
    )
    return ReportedParcel(
        number=words(document.get("trackingNumber")) or "",
        scans=(scan,),
        hints=scan.hints,
        estimate_until=read_day(words(document.get("scheduledDeliveryDate")), day_first=False),
    )


def _hints(status: Any) -> tuple[str, ...]:
    kind, code = words(dig(status, "type")), words(dig(status, "code"))
    return tuple(hint for hint in (kind and code and f"{kind}/{code}", kind) if hint)


def _time(activity: dict[str, Any], day: str, clock: str, gmt_day: str, gmt_clock: str) -> WrittenTime:
    gmt = " ".join(part for part in (words(activity.get(gmt_day)), words(activity.get(gmt_clock))) if part)
    return written(
        words(activity.get(day)),
        words(activity.get(clock)),
        offset=words(activity.get("gmtOffset")),
        gmt=gmt.replace("-", "").replace(":", "") or None,
    )


def _place(address: Any) -> Place | None:
    place = Place(
        city=words(dig(address, "city")),
        region=words(dig(address, "stateProvince")),
        postcode=words(dig(address, "postalCode")),
        country=country_named(words(dig(address, "countryCode")) or words(dig(address, "country"))),
    )
    return None if place == Place() else place


def _estimate(package: dict[str, Any]) -> Any:
    dates = rows(package, "deliveryDate")
    kinds = {words(entry.get("type")): words(entry.get("date")) for entry in dates}
    # A rescheduled day takes the place of the scheduled one.
    return read_day(kinds.get("RDD") or kinds.get("SDD"), day_first=False)


CARRIER = Carrier(
    name="ups",
    title="UPS",
    language="en",
    page="https://www.ups.com/track?tracknum={}",
    aliases=(
        "upsdap",
        "ups_mi",
        "ups_ground",
        "upsn",
        "united_parcel_service",
        "ups_wwe",
    ),
    branches=True,
    forms=(
        NumberForm("UPS", r"1Z[0-9A-Z]{15}\d", ends(check.lettered_10, 2)),
        NumberForm("UPS Waybill", r"[AHJKTV]\d{10}", ends(check.lettered_10, 1)),
    ),
    parcels=parcels,
    connector="ups",
    shape=lambda document, number: [(number or "", document)],
    codes=CODES,
    hints_first=True,
    day_first=False,
    access=AskingAccess(variables("UPS", "client_id", "client_secret"), at_once=1),
    endpoint=Endpoint("UPS_WEBHOOK_CREDENTIAL", signatures.credential("credential")),
)
