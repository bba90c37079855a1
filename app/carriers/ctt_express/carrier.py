"""CTT Express: scans reach us through an aggregator, an ERP or the API, in our plain form with its codes."""

from app.carriers.base.declaration import Carrier
from app.carriers.base.plain import parcels
from app.carriers.base.scans import CodeMeaning
from app.tracking.states import ShipmentState

_S = ShipmentState
CODES = {
    "0900": CodeMeaning(_S.IN_TRANSIT),
    "1200": CodeMeaning(_S.IN_TRANSIT),
    "1500": CodeMeaning(_S.OUT_FOR_DELIVERY),
    "1600": CodeMeaning(_S.DELIVERY_FAILED),
    "1700": CodeMeaning(_S.ON_HOLD),
    "2100": CodeMeaning(_S.DELIVERED),
    "2310": CodeMeaning(_S.READY_FOR_PICKUP),
    "90": CodeMeaning(_S.CANCELLED),
}

CARRIER = Carrier(
    name="ctt_express",
    title="CTT Express",
    language="es",
    page="https://www.cttexpress.com/localizador-de-envios/?sc={}",
    aliases=(
        "ctt_es",
        "cttexpress",
        "ctt_expreso",
        "tourline",
        "tourline_express",
        "ctt_express_es",
        "ctt_spain",
    ),
    parcels=parcels,
    codes=CODES,
    reads_text=True,
    zone="Europe/Madrid",
    day_first=True,
)
