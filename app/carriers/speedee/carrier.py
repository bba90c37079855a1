"""Spee-Dee Delivery: known by name; its scans come through an aggregator or the API, in the words of the field."""

from app.carriers.base.declaration import Carrier
from app.carriers.base.number_forms import NumberForm

CARRIER = Carrier(
    name="speedee",
    title="Spee-Dee Delivery",
    language="en",
    aliases=(
        "spee_dee",
        "speedee_delivery",
    ),
    forms=(NumberForm("Spee-Dee (20)", r"SP\d{18}"),),
)
