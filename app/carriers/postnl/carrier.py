"""PostNL: known by name; its scans come through an aggregator or the API, in the words of the field."""

from app.carriers.base.declaration import Carrier
from app.carriers.base.number_forms import NumberForm, s10

CARRIER = Carrier(
    name="postnl",
    title="PostNL",
    day_first=True,
    aliases=(
        "post_nl",
        "postnl_3s",
        "tnt_post_nl",
        "postnl_international",
        "postnl_domestic",
        "dutch_post",
    ),
    forms=(
        s10("NL"),
        NumberForm("PostNL", r"3S[A-Z0-9]{11,13}"),
    ),
)
