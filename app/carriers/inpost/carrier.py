"""InPost: known by name; its scans come through an aggregator or the API, in the words of the field."""

from app.carriers.base.declaration import Carrier

CARRIER = Carrier(
    name="inpost",
    title="InPost",
    day_first=True,
)
