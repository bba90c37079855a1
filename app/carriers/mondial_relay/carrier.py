"""Mondial Relay: known by name; its scans come through an aggregator or the API, in the words of the field.

Forms as in others' trackers. Its page wants the postcode beside a number of eight digits, so only
the shop's own link is shown.
"""

from app.carriers.base.declaration import Carrier
from app.carriers.base.number_forms import NumberForm

CARRIER = Carrier(
    name="mondial_relay",
    title="Mondial Relay",
    language="fr",
    day_first=True,
    aliases=(
        "mondialrelay",
        "mondialrelay_es",
        "mondialrelay_fr",
        "mondial_relay_es",
        "mondial_relay_fr",
        "punto_pack",
        "point_relais",
    ),
    forms=(NumberForm("Mondial Relay", r"\d{8}|\d{10}|\d{12}"),),
    delivers=frozenset({"FR", "BE", "LU", "NL", "ES", "PT", "IT", "AT", "DE", "PL", "MC"}),
)
