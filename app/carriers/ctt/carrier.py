"""CTT: known by name; its scans come through an aggregator or the API, in the words of the field."""

from app.carriers.base.declaration import Carrier
from app.carriers.base.number_forms import s10

CARRIER = Carrier(
    name="ctt",
    title="CTT",
    language="pt",
    day_first=True,
    aliases=(
        "ctt_pt",
        "ctt_portugal",
        "ctt_correios",
        "correios_de_portugal",
        "portugal_ctt",
        "ctt_correios_de_portugal",
    ),
    forms=(s10("PT"),),
)
