"""Yodel: known by name and page; its scans come through an aggregator or the API, in the words of the field.

Form and page as in jkeen/tracking_number_data.
"""

from app.carriers.base.declaration import Carrier
from app.carriers.base.number_forms import NumberForm

CARRIER = Carrier(
    name="yodel",
    title="Yodel",
    language="en",
    page="https://www.yodel.co.uk/tracking/{}",
    aliases=(
        "yodel_uk",
        "yodel_international",
        "yodel_domestic",
    ),
    forms=(NumberForm("Yodel", r"JJ?D\d{16}"),),
)
