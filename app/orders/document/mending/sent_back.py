"""What our own answers hold beside the document: taken out again when an order that was read is sent back. Pure."""

from app.orders.document.mending.parts import Part, objects

# Names that only answers have; a document with them is one that was read here.
_OF_ORDER = ("ref", "changed_at", "state", "stage", "late", "expected", "estimate", "notes")
_EXTRA_OF = {"customer": "role", "promise": "source"}
_OF_PARCEL = (
    "direction",
    "carrier_source",
    "state",
    "state_since",
    "leg",
    "picked_up_at",
    "first_attempt_at",
    "late_since",
    "estimate",
    "milestones",
    "flags",
    "as_sent",
)


def as_sent(document: Part) -> Part:
    """The document without what only answers say; parcels as their system told them, not as carriers corrected them."""
    # Both are in every answer and in no document: others with a field of these names made a mistake, and hear of it.
    if not {"ref", "changed_at"} <= document.keys():
        return document
    for name in _OF_ORDER:
        document.pop(name, None)
    for part in ("customer", "promise"):
        if isinstance(document.get(part), dict):
            document[part].pop(_EXTRA_OF[part], None)
    for _, contact in objects(document.get("contacts")):
        contact.pop("id", None)
    parcels = [parcel for _, parcel in objects(document.get("shipments")) if parcel.get("direction") != "return"]
    # A further number of a parcel's field stands in that parcel's own words.
    whole = [parcel for parcel in parcels if not (parcel.get("as_sent") or {}).get("part_of")]
    document["shipments"] = [_parcel_as_sent(parcel) for parcel in whole]
    return document


def _parcel_as_sent(parcel: Part) -> Part:
    words = parcel.get("as_sent")
    plain_parcel = {name: value for name, value in parcel.items() if name not in _OF_PARCEL}
    return plain_parcel | {name: value for name, value in (words or {}).items() if name != "part_of"}
