"""bpost: known by name and page; its scans come through an aggregator or the API, in the words of the field."""

from app.carriers.base.declaration import Carrier
from app.carriers.base.number_forms import NumberForm, s10

CARRIER = Carrier(
    name="bpost",
    title="bpost",
    page="https://track.bpost.cloud/btr/web/#/search?itemCode={}",
    day_first=True,
    aliases=(
        "b_post",
        "bpost_international",
        "bpack",
        "belgian_post",
        "be_post",
    ),
    forms=(
        s10("BE"),
        NumberForm("bpost", r"\d{24}"),
    ),
)
