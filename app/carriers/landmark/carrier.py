"""Landmark Global: known by name and page; its scans come through an aggregator or the API, in our words.

Form as in jkeen/tracking_number_data, page as there and in karrio.
"""

from app.carriers.base.declaration import Carrier
from app.carriers.base.number_forms import NumberForm

CARRIER = Carrier(
    name="landmark",
    title="Landmark Global",
    language="en",
    page="https://track.landmarkglobal.com/?search={}",
    aliases=("landmark_global",),
    forms=(NumberForm("Landmark Global LTN", r"LTN\d{8}N1"),),
)
