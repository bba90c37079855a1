"""What a karrio server pushes: trackers in its own shape. Its hooks are unsigned, so only the numbers are taken."""

from typing import Any

from app.carriers.adapter import Adapter
from app.carriers.documents import dig, words
from app.carriers.names import carrier_name
from app.carriers.scans import Parcel


def parcels(document: Any) -> list[Parcel]:
    """The tracker of an event, or of a list of events."""
    events = document if isinstance(document, list) else [document]
    trackers = [dig(event, "data") or event for event in events]
    return [
        Parcel(number=number, carrier=carrier_name(words(dig(tracker, "carrier_name"))))
        for tracker in trackers
        if (number := words(dig(tracker, "tracking_number")))
    ]


ADAPTER = Adapter(name="karrio_push", title="Karrio", parcels=parcels)
