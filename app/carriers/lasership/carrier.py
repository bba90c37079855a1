"""LaserShip: known by name; its scans come through an aggregator or the API, in the words of the field."""

from app.carriers.base.declaration import Carrier
from app.carriers.base.number_forms import NumberForm

CARRIER = Carrier(
    name="lasership",
    title="LaserShip",
    language="en",
    aliases=(
        "laser_ship",
        "laser_ship_v2",
        "lasership_v2",
    ),
    forms=(NumberForm("LaserShip", r"1LS7\d{11}|1LS7\d{13}|1LSCX[0-9A-Z]{10}|L[AEHINX][1-3]\d{7}"),),
)
