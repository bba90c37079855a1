"""InPost: known by name; its scans come through an aggregator or the API, in the words of the field."""

from app.carriers.base.declaration import Carrier
from app.carriers.base.number_forms import NumberForm

CARRIER = Carrier(
    name="inpost",
    title="InPost",
    day_first=True,
    aliases=(
        "in_post",
        "inpost_paczkomaty",
        "paczkomaty",
        "inpost_pl",
        "inpost_es",
        "inpost_uk",
        "inpost_it",
        "inpost_locker",
    ),
    branches=True,
    forms=(NumberForm("InPost", r"\d{24}"),),
)
