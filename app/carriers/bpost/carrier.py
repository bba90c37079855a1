"""bpost: known by name and page; its scans come through an aggregator or the API, in the words of the field."""

from app.carriers.base.declaration import Carrier

CARRIER = Carrier(
    name="bpost",
    title="bpost",
    page="https://track.bpost.cloud/btr/web/#/search?itemCode={}",
    day_first=True,
)
