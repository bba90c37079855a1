"""GLS Spain, once ASM: scans reach us through an aggregator, an ERP or the API, in our plain form with its codes.

Its page wants the postcode beside the number, so only the shop's own link is shown. No form: nothing tells
its numbers from others'.
"""

from app.carriers.base.declaration import Carrier
from app.carriers.base.plain import parcels
from app.carriers.base.scans import CodeMeaning
from app.tracking.states import Blame, ShipmentState

_S = ShipmentState
CODES = {
    "-10": CodeMeaning(_S.INFO_RECEIVED),
    "0": CodeMeaning(_S.INFO_RECEIVED),
    "2": CodeMeaning(_S.IN_TRANSIT),
    "3": CodeMeaning(_S.IN_TRANSIT),
    "19": CodeMeaning(_S.IN_TRANSIT),
    "1": CodeMeaning(_S.ON_HOLD),
    "6": CodeMeaning(_S.OUT_FOR_DELIVERY),
    "7/ENTREGADO": CodeMeaning(_S.DELIVERED),  # «7» alone is also a stage of a pick-up
    "7/ENTREGADA": CodeMeaning(_S.DELIVERED),
    "10": CodeMeaning(_S.RETURN_TO_SENDER),
    "15": CodeMeaning(_S.RETURN_TO_SENDER),
    "16": CodeMeaning(_S.RETURNED),
    "18": CodeMeaning(_S.ON_HOLD, "customs_delay", Blame.CUSTOMS),
    "22": CodeMeaning(_S.READY_FOR_PICKUP),
}

CARRIER = Carrier(
    name="gls_asm",
    title="GLS",
    language="es",
    aliases=(
        "gls_es",
        "gls_spain",
        "asm",
        "asm_red",
        "gls_es_asm",
        "gls_espana",
        "spain_gls",
        "asm_transporte_urgente",
        "redyser",
    ),
    parcels=parcels,
    codes=CODES,
    reads_text=True,
    zone="Europe/Madrid",
    day_first=True,
)
