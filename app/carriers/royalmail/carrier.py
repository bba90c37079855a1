"""Royal Mail: mail pieces in JSON; event codes with names, times with an offset."""

from typing import Any

from app.carriers.base.declaration import AskingAccess, Carrier, variables
from app.carriers.base.documents import dig, rows, words
from app.carriers.base.instants import read_day, written
from app.carriers.base.number_forms import s10
from app.carriers.base.scans import CodeMeaning, ReportedParcel, ReportedScan
from app.tracking.ports import Place
from app.tracking.states import Blame, ShipmentState

_S = ShipmentState
CODES = {
    "EVNMI": CodeMeaning(_S.IN_TRANSIT, "sorting_error", Blame.CARRIER),
    "DELIVERED": CodeMeaning(_S.DELIVERED),
    "IN TRANSIT": CodeMeaning(_S.IN_TRANSIT),
    "AVAILABLE FOR COLLECTION": CodeMeaning(_S.READY_FOR_PICKUP),
}


def parcels(document: Any) -> list[ReportedParcel]:
    """The mail piece of an answer, or of each answer in a list."""
    answers = document if isinstance(document, list) else [document]
    pieces = [dig(answer, "mailPieces") for answer in answers]
    flat = [
        item for piece in pieces for item in (piece if isinstance(piece, list) else [piece]) if isinstance(item, dict)
    ]
    return [_parcel(piece) for piece in flat]


def _parcel(piece: dict[str, Any]) -> ReportedParcel:
    events = rows(piece, "events")
    return ReportedParcel(
        number=words(piece.get("mailPieceId")) or "",
        scans=tuple(_scan(event, len(events) - position) for position, event in enumerate(events)),
        hints=tuple(filter(None, [words(dig(piece, "summary", "statusCategory"))])),
        estimate_until=read_day(words(dig(piece, "estimatedDelivery", "date")), day_first=True),
        signed_by=words(dig(piece, "signature", "recipientName")),
    )


def _scan(event: dict[str, Any], sequence: int) -> ReportedScan:
    return ReportedScan(
        text=words(event.get("eventName")) or "",
        time=written(words(event.get("eventDateTime"))),
        code=words(event.get("eventCode")),
        place=Place(city=words(event.get("locationName"))),
        sequence=sequence,
    )


CARRIER = Carrier(
    name="royalmail",
    title="Royal Mail",
    language="en",
    page="https://www.royalmail.com/track-your-item#/tracking-results/{}",
    aliases=(
        "royal_mail",
        "royal_mail_uk",
        "royal_mail_gb",
        "royal_mail_group",
        "rm",
        "royal_mail_click_drop",
        "uk_royal_mail",
    ),
    forms=(s10("GB"),),
    parcels=parcels,
    connector="royalmail",
    shape=lambda document, number: document if isinstance(document, list) else [document],
    codes=CODES,
    zone="Europe/London",
    day_first=True,
    reads_text=True,
    access=AskingAccess(variables("ROYALMAIL", "client_id", "client_secret"), at_once=1),
)
