"""Spanish carriers whose scans reach us through an aggregator, an ERP or the API: their codes in our words."""

from app.carriers import generic
from app.carriers.adapter import Adapter
from app.carriers.scans import Meaning
from app.tracking.states import Blame, ShipmentState

_S = ShipmentState
_MOVING = Meaning(_S.IN_TRANSIT)
_HELD = Meaning(_S.ON_HOLD)
_TOLD = Meaning(_S.INFO_RECEIVED)
_OUT = Meaning(_S.OUT_FOR_DELIVERY)
_DONE = Meaning(_S.DELIVERED)
_BACK = Meaning(_S.RETURN_TO_SENDER)
_ABSENT = Meaning(_S.DELIVERY_FAILED, "not_home", Blame.CONSIGNEE)

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
    "16": Meaning(_S.RETURNED),
    "18": Meaning(_S.ON_HOLD, "customs_delay", Blame.CUSTOMS),
    "22": Meaning(_S.READY_FOR_PICKUP),
}
CTT_EXPRESS = {
    "0900": _MOVING,
    "1200": _MOVING,
    "1500": _OUT,
    "1600": Meaning(_S.DELIVERY_FAILED),
    "1700": _HELD,
    "2100": _DONE,
    "2310": Meaning(_S.READY_FOR_PICKUP),
    "90": Meaning(_S.CANCELLED),
}
TIPSA = {
    "1": _MOVING,
    "2": _OUT,
    "3": _DONE,
    "4": _HELD,
    "5": _BACK,
    "7": _MOVING,
    "10": Meaning(_S.CANCELLED, "destroyed"),
    "14": Meaning(_S.READY_FOR_PICKUP),
}
NACEX = {
    "RECOGIDO": Meaning(_S.PICKED_UP),
    "TRANSITO": _MOVING,
    "REPARTO": _OUT,
    "OK": _DONE,
    "ANULADA": Meaning(_S.CANCELLED),
}
CORREOS_EXPRESS = {"12": _DONE}
SEUR = {
    "LI522": _ABSENT,
    "LI523": Meaning(_S.DELIVERY_FAILED, "business_closed", Blame.CONSIGNEE),
    "LI550": Meaning(_S.DELIVERY_FAILED, "refused", Blame.CONSIGNEE),
    "LI873": _MOVING,
    "LM017": Meaning(_S.UNKNOWN),
    "LM019": Meaning(_S.UNKNOWN),
}


def _adapter(name: str, title: str, codes: dict[str, Meaning] | None = None) -> Adapter:
    return Adapter(
        name=name,
        title=title,
        parcels=generic.parcels,
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
