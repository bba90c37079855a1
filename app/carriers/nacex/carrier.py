"""Nacex: scans reach us through an aggregator, an ERP or the API, in our plain form with its codes."""

from app.carriers.base.declaration import Carrier
from app.carriers.base.number_forms import NumberForm
from app.carriers.base.plain import parcels
from app.carriers.base.scans import CodeMeaning
from app.tracking.states import ShipmentState

_S = ShipmentState
CODES = {
    "RECOGIDO": CodeMeaning(_S.PICKED_UP),
    "TRANSITO": CodeMeaning(_S.IN_TRANSIT),
    "REPARTO": CodeMeaning(_S.OUT_FOR_DELIVERY),
    "OK": CodeMeaning(_S.DELIVERED),
    "ANULADA": CodeMeaning(_S.CANCELLED),
}

CARRIER = Carrier(
    name="nacex",
    title="Nacex",
    language="es",
    aliases=(
        "nacex_spain",
        "nacex_es",
        "nacex_espana",
    ),
    forms=(NumberForm("Nacex", r"\d{4}/\d{8}"),),
    delivers=frozenset({"ES", "PT", "AD", "GI", "IC", "EA"}),
    parcels=parcels,
    codes=CODES,
    reads_text=True,
    zone="Europe/Madrid",
    day_first=True,
)
