"""Evri: known by name and page; its scans come through an aggregator or the API, in the words of the field.

Form as its own help page says it (16 digits), page as shops link it.
"""

from app.carriers.base.declaration import Carrier
from app.carriers.base.number_forms import NumberForm

CARRIER = Carrier(
    name="evri",
    title="Evri",
    language="en",
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
    forms=(NumberForm("Evri", r"\d{16}"),),
    delivers=frozenset({"GB", "IE", "JE", "GG", "IM"}),
)
