"""Old Dominion: known by name; its scans come through an aggregator or the API, in the words of the field."""

from app.carriers import check_digits as check
from app.carriers.base.declaration import Carrier
from app.carriers.base.number_forms import NumberForm, ends

CARRIER = Carrier(
    name="old_dominion",
    title="Old Dominion",
    language="en",
    aliases=(
        "odfl",
        "old_dominion_freight_line",
        "old_dominion_freight",
    ),
    forms=(NumberForm("Old Dominion", r"(07|78|80)\d{9}", ends(check.luhn)),),
    delivers=frozenset({"US", "CA", "MX", "PR", "GU"}),
)
