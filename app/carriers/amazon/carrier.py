"""Amazon Logistics: known by name; its scans come through an aggregator or the API, in the words of the field."""

from app.carriers.base.declaration import Carrier
from app.carriers.base.number_forms import NumberForm

CARRIER = Carrier(
    name="amazon",
    title="Amazon Logistics",
    aliases=(
        "amazon_logistics",
        "amazon_logistics_us",
        "amazon_logistics_uk",
        "amazon_shipping",
        "amzl",
        "amazon_mws",
        "amzn",
    ),
    branches=True,
    forms=(
        NumberForm("Amazon Logistics", r"TB[ACM]\d{12}"),
        NumberForm("Amazon International", r"[AC]1\d{9}"),
    ),
)
