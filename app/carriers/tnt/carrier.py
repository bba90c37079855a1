"""TNT: known by name; its scans come through an aggregator or the API, in the words of the field."""

from app.carriers.base.declaration import Carrier
from app.carriers.base.number_forms import NumberForm

CARRIER = Carrier(
    name="tnt",
    title="TNT",
    aliases=(
        "tnt_express",
        "tnt_fr",
        "tnt_it",
        "tnt_uk",
        "tnt_click",
    ),
    branches=True,
    forms=(NumberForm("TNT", r"\d{9}|GD\d{9}WW"),),
)
