"""Canpar Express: known by name; its scans come through an aggregator or the API, in the words of the field."""

from app.carriers.base.declaration import Carrier
from app.carriers.base.number_forms import NumberForm

CARRIER = Carrier(
    name="canpar",
    title="Canpar Express",
    language="en",
    aliases=(
        "canpar_express",
        "canpar_courier",
    ),
    forms=(NumberForm("Canpar (22)", r"[A-Z]\d{21}"),),
)
