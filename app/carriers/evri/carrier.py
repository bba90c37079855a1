"""Evri: known by name and page; its scans come through an aggregator or the API, in the words of the field."""

from app.carriers.base.declaration import Carrier
from app.carriers.base.number_forms import NumberForm

CARRIER = Carrier(
    name="evri",
    title="Evri",
    page="https://www.evri.com/track/parcel/{}",
    day_first=True,
    aliases=(
        "hermes_uk",
        "my_hermes",
        "myhermes_uk",
        "hermes_world_uk",
        "evri_uk",
        "evri_hermes",
    ),
    forms=(NumberForm("Evri", r"\d{16}|[A-Z]\d{2}[A-Z0-9]{3}\d{10}"),),
    delivers=frozenset({"GB", "IE", "JE", "GG", "IM"}),
)
