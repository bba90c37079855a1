"""Evri: known by name and page; its scans come through an aggregator or the API, in the words of the field."""

from app.carriers.base.declaration import Carrier

CARRIER = Carrier(
    name="evri",
    title="Evri",
    page="https://www.evri.com/track/parcel/{}",
    day_first=True,
)
