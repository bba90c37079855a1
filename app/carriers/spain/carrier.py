"""Spanish carriers whose scans reach us through an aggregator, an ERP or the API: their codes in our words."""

from app.carriers.base.adapter import Adapter
from app.carriers.base.scans import CodeMeaning
from app.carriers.generic import carrier
from app.tracking.states import Blame, ShipmentState

_S = ShipmentState
_MOVING = CodeMeaning(_S.IN_TRANSIT)
_HELD = CodeMeaning(_S.ON_HOLD)
_TOLD = CodeMeaning(_S.INFO_RECEIVED)
_OUT = CodeMeaning(_S.OUT_FOR_DELIVERY)
_DONE = CodeMeaning(_S.DELIVERED)
_BACK = CodeMeaning(_S.RETURN_TO_SENDER)
_ABSENT = CodeMeaning(_S.DELIVERY_FAILED, "not_home", Blame.CONSIGNEE)

GLS_ASM = {
    "-10": _TOLD,
    "0": _TOLD,
    "2": _MOVING,
    "3": _MOVING,
    "19": _MOVING,
    "1": _HELD,
    "6": _OUT,
    "7/ENTREGADO": _DONE,  # «7» alone is also a stage of a pick-up
    "7/ENTREGADA": _DONE,
    "10": _BACK,
    "15": _BACK,
    "16": CodeMeaning(_S.RETURNED),
    "18": CodeMeaning(_S.ON_HOLD, "customs_delay", Blame.CUSTOMS),
    "22": CodeMeaning(_S.READY_FOR_PICKUP),
}
CTT_EXPRESS = {
    "0900": _MOVING,
    "1200": _MOVING,
    "1500": _OUT,
    "1600": CodeMeaning(_S.DELIVERY_FAILED),
    "1700": _HELD,
    "2100": _DONE,
    "2310": CodeMeaning(_S.READY_FOR_PICKUP),
    "90": CodeMeaning(_S.CANCELLED),
}
TIPSA = {
    "1": _MOVING,
    "2": _OUT,
    "3": _DONE,
    "4": _HELD,
    "5": _BACK,
    "7": _MOVING,
    "10": CodeMeaning(_S.CANCELLED, "destroyed"),
    "14": CodeMeaning(_S.READY_FOR_PICKUP),
}
NACEX = {
    "RECOGIDO": CodeMeaning(_S.PICKED_UP),
    "TRANSITO": _MOVING,
    "REPARTO": _OUT,
    "OK": _DONE,
    "ANULADA": CodeMeaning(_S.CANCELLED),
}
CORREOS_EXPRESS = {"12": _DONE}
SEUR = {
    "LI522": _ABSENT,
    "LI523": CodeMeaning(_S.DELIVERY_FAILED, "business_closed", Blame.CONSIGNEE),
    "LI550": CodeMeaning(_S.DELIVERY_FAILED, "refused", Blame.CONSIGNEE),
    "LI873": _MOVING,
    "LM017": CodeMeaning(_S.UNKNOWN),
    "LM019": CodeMeaning(_S.UNKNOWN),
}


def _adapter(name: str, title: str, codes: dict[str, CodeMeaning] | None = None) -> Adapter:
    return Adapter(
        name=name,
        title=title,
        parcels=carrier.parcels,
        codes=codes or {},
        zone="Europe/Madrid",
        reads_text=True,
    )


ADAPTERS = {
    adapter.name: adapter
    for adapter in (
        _adapter("correos", "Correos"),
        _adapter("correos_express", "Correos Express", CORREOS_EXPRESS),
        _adapter("ctt_express", "CTT Express", CTT_EXPRESS),
        _adapter("gls_asm", "GLS Spain", GLS_ASM),
        _adapter("mrw", "MRW"),
        _adapter("nacex", "Nacex", NACEX),
        _adapter("seur", "SEUR", SEUR),
        _adapter("tipsa", "TIPSA", TIPSA),
    )
}
