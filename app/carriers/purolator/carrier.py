"""Purolator: known by name and page; its scans come through an aggregator or the API, in the words of the field.

Forms as in jkeen/tracking_number_data; the page as shops link it (``pin``).
"""

from app.carriers import check_digits as check
from app.carriers.base.declaration import Carrier
from app.carriers.base.number_forms import NumberForm, ends

CARRIER = Carrier(
    name="purolator",
    title="Purolator",
    language="en",
    page="https://www.purolator.com/en/shipping/tracker?pin={}",
    aliases=(
        "purolator_courier",
        "purolator_inc",
        "purolator_international",
    ),
    forms=(
        NumberForm("Purolator (12)", r"[0-5]\d{11}", ends(check.luhn)),
        NumberForm("Purolator (alpha + 9)", r"[A-Z]{3}\d{9}"),
    ),
    delivers=frozenset({"CA", "US"}),
)
