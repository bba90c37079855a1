"""TIPSA: scans reach us through an aggregator, an ERP or the API, in our plain form with its codes."""

from app.carriers.base.declaration import Carrier
from app.carriers.base.plain import parcels
from app.carriers.base.scans import CodeMeaning
from app.tracking.states import ShipmentState

_S = ShipmentState
CODES = {
    "1": CodeMeaning(_S.IN_TRANSIT),
    "2": CodeMeaning(_S.OUT_FOR_DELIVERY),
    "3": CodeMeaning(_S.DELIVERED),
    "4": CodeMeaning(_S.ON_HOLD),
    "5": CodeMeaning(_S.RETURN_TO_SENDER),
    "7": CodeMeaning(_S.IN_TRANSIT),
    "10": CodeMeaning(_S.CANCELLED, "destroyed"),
    "14": CodeMeaning(_S.READY_FOR_PICKUP),
}

CARRIER = Carrier(
    name="tipsa",
    title="TIPSA",
    language="es",
    aliases=(
        "tip_sa",
        "tipsa_es",
        "tipsa_spain",
        "dinapaq",
    ),
    parcels=parcels,
    codes=CODES,
    reads_text=True,
    zone="Europe/Madrid",
    day_first=True,
)
