"""Australia Post: JSON results by number; events have words but no codes, a consignment has items of its own."""

import re
from typing import Any

from app.carriers.base.declaration import AskingAccess, Carrier, variables
from app.carriers.base.documents import rows, words
from app.carriers.base.instants import written
from app.carriers.base.number_forms import s10
from app.carriers.base.places import bracketed_country, country_named
from app.carriers.base.scans import CodeMeaning, ReportedParcel, ReportedScan
from app.tracking.ports import Place
from app.tracking.states import ShipmentState

_S = ShipmentState
CODES = {"IN TRANSIT": CodeMeaning(_S.IN_TRANSIT), "DELIVERED": CodeMeaning(_S.DELIVERED)}
_STATES = "ACT NSW NT QLD SA TAS VIC WA"


def parcels(document: Any) -> list[ReportedParcel]:
    """A parcel for each number that has items."""
    return [_parcel(result) for result in rows(document, "tracking_results") if rows(result, "trackable_items")]


def _parcel(result: dict[str, Any]) -> ReportedParcel:
    outer = rows(result, "trackable_items")
    # A consignment's scans lie with the items inside it, one level deeper.
    items = [item for entry in outer for item in (rows(entry, "items") or [entry])]
    events = [event for item in items for event in rows(item, "events")]
    return ReportedParcel(
        number=words(result.get("tracking_id")) or "",
        scans=tuple(_scan(event, len(events) - position) for position, event in enumerate(events)),
        hints=tuple(filter(None, (words(row.get("status")) for row in (result, *items)))),
    )


def _scan(event: dict[str, Any], sequence: int) -> ReportedScan:
    return ReportedScan(
        text=words(event.get("description")) or "",
        time=written(words(event.get("date"))),
        place=_place(words(event.get("location"))),
        sequence=sequence,
    )


def _place(text: str | None) -> Place | None:
    if text is None:
        return None
    home = re.fullmatch(rf"(.+) ({_STATES.replace(' ', '|')})", text)
    if home:
        return Place(city=home[1], region=home[2], country="AU")
    city, country = bracketed_country(text)
    return Place(country=country_named(text)) if country_named(text) else Place(city=city, country=country)


CARRIER = Carrier(
    name="australiapost",
    title="Australia Post",
    language="en",
    page="https://auspost.com.au/mypost/track/#/details/{}",
    aliases=(
        "australia_post",
        "auspost",
        "aus_post",
        "australia_post_ecommerce",
        "eparcel",
        "au_post",
    ),
    forms=(s10("AU"),),
    parcels=parcels,
    connector="australiapost",
    codes=CODES,
    zone="Australia/Sydney",
    day_first=True,
    reads_text=True,
    access=AskingAccess(variables("AUSTRALIAPOST", "api_key", "password", "account_number")),
)
