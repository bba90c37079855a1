"""GLS Group: Track and Trace JSON; every time has its offset, the headline says more than the event codes.

Forms as in others' lists of patterns, page as its own deep links have it.
"""

from typing import Any

from app.carriers.base.declaration import AskingAccess, Carrier, variables
from app.carriers.base.documents import rows, words
from app.carriers.base.instants import written
from app.carriers.base.number_forms import NumberForm
from app.carriers.base.places import country_named
from app.carriers.base.scans import CodeMeaning, ReportedParcel, ReportedScan
from app.tracking.ports import Place, ReportError
from app.tracking.states import ShipmentState

_S = ShipmentState
CODES = {
    "INTIAL.PREADVICE": CodeMeaning(_S.INFO_RECEIVED),
    "INITIAL.PREADVICE": CodeMeaning(_S.INFO_RECEIVED),
    "INTIAL.NORMAL": CodeMeaning(_S.PICKED_UP),
    "INITIAL.NORMAL": CodeMeaning(_S.PICKED_UP),
    "PREADVICE": CodeMeaning(_S.INFO_RECEIVED),
    "PLANNEDPICKUP": CodeMeaning(_S.INFO_RECEIVED),
    "INPICKUP": CodeMeaning(_S.INFO_RECEIVED),
    "INTRANSIT": CodeMeaning(_S.IN_TRANSIT),
    "INWAREHOUSE": CodeMeaning(_S.IN_TRANSIT),
    "INDELIVERY": CodeMeaning(_S.OUT_FOR_DELIVERY),
    "DELIVERED": CodeMeaning(_S.DELIVERED),
    "FINAL": CodeMeaning(_S.DELIVERED),
    "DELIVEREDPS": CodeMeaning(_S.READY_FOR_PICKUP),
    "NOTDELIVERED": CodeMeaning(_S.DELIVERY_FAILED),
    "NOTPICKEDUP": CodeMeaning(_S.DELIVERY_FAILED),
    "CANCELED": CodeMeaning(_S.CANCELLED),
}


def parcels(document: Any) -> list[ReportedParcel]:
    """Every parcel asked for; one that is not found has an error and nothing else."""
    return [_parcel(row) for row in rows(document, "parcels")]


def _parcel(row: dict[str, Any]) -> ReportedParcel:
    code = words(row.get("errorCode"))
    number = words(row.get("unitno")) or words(row.get("requested")) or ""
    if code:
        return ReportedParcel(number=number, errors=(ReportError(code, words(row.get("errorMessage")) or code),))
    events = rows(row, "events")
    return ReportedParcel(
        number=number,
        scans=tuple(_scan(event, len(events) - position) for position, event in enumerate(events)),
        hints=tuple(filter(None, [words(row.get("status"))])),
    )


def _scan(event: dict[str, Any], sequence: int) -> ReportedScan:
    return ReportedScan(
        text=words(event.get("description")) or "",
        time=written(words(event.get("eventDateTime"))),
        code=words(event.get("code")),
        place=Place(
            city=words(event.get("city")),
            postcode=words(event.get("postalCode")),
            country=country_named(words(event.get("country"))),
        ),
        sequence=sequence,
    )


CARRIER = Carrier(
    name="gls",
    title="GLS",
    page="https://gls-group.com/GROUP/en/parcel-tracking?match={}",
    aliases=(
        "gls_group",
        "general_logistics_systems",
        "gls_germany",
        "gls_de",
        "gls_italy",
        "gls_it",
        "gls_netherland",
    ),
    branches=True,
    forms=(NumberForm("GLS", r"\d{11,12}|(?=.*\d)(?=.*[A-Z])[A-Z0-9]{8}"),),
    parcels=parcels,
    connector="gls",
    codes=CODES,
    reads_text=True,
    day_first=True,
    access=AskingAccess(variables("GLS", "client_id", "client_secret")),
)
