"""Events in our own plain form: what the API takes, and what carriers without an API of their own send."""

from typing import Any

from app.carriers.base.documents import dig, rows, words
from app.carriers.base.instants import written
from app.carriers.base.places import country_named
from app.carriers.base.scans import ReportedParcel, ReportedScan
from app.tracking.ports import Place


def parcels(document: Any) -> list[ReportedParcel]:
    """One parcel for each (carrier, number) in a list of events, in an object with ``events``, or in a single event."""
    # Senders of Standard Webhooks put what they say into ``data``.
    outer = dig(document, "data") or document
    events = outer if isinstance(outer, list) else rows(outer, "events") or [outer]
    common = outer if isinstance(outer, dict) else {}
    by_number: dict[tuple[str, str], list[ReportedScan]] = {}
    for event in events:
        key = tuple(words(dig(event, name)) or words(dig(common, name)) for name in ("carrier", "tracking_number"))
        if isinstance(event, dict) and key[1]:
            by_number.setdefault((key[0] or "", key[1]), []).append(_scan(event))
    return [
        ReportedParcel(number, tuple(scans), carrier=carrier or None) for (carrier, number), scans in by_number.items()
    ]


def _scan(event: dict[str, Any]) -> ReportedScan:
    place = event.get("location")
    sequence = event.get("sequence")
    return ReportedScan(
        text=words(event.get("description")) or words(event.get("status")) or "",
        time=written(words(event.get("occurred_at"))),
        code=words(event.get("code")) or words(event.get("status")),
        hints=tuple(filter(None, [words(event.get("status"))])),
        place=Place(
            city=words(dig(place, "city")),
            region=words(dig(place, "region")),
            postcode=words(dig(place, "postcode")),
            country=country_named(words(dig(place, "country"))),
        ),
        sequence=sequence if isinstance(sequence, int) and 0 <= sequence < 2**63 else None,
        event_id=words(event.get("id")),
    )
