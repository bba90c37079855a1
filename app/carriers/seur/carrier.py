"""SEUR: scans reach us through an aggregator, an ERP or the API, in our plain form with its codes.

Form as in packagex's reader of labels, page as in the carrier's own WooCommerce module.
"""

from app.carriers.base.declaration import Carrier
from app.carriers.base.number_forms import NumberForm
from app.carriers.base.plain import parcels
from app.carriers.base.scans import CodeMeaning
from app.tracking.states import Blame, ShipmentState

_S = ShipmentState
CODES = {
    "LI522": CodeMeaning(_S.DELIVERY_FAILED, "not_home", Blame.CONSIGNEE),
    "LI523": CodeMeaning(_S.DELIVERY_FAILED, "business_closed", Blame.CONSIGNEE),
    "LI550": CodeMeaning(_S.DELIVERY_FAILED, "refused", Blame.CONSIGNEE),
    # «Entregado» to a broker at customs, and not to the customer.
    "LI873": CodeMeaning(_S.IN_TRANSIT),
    "LM017": CodeMeaning(_S.UNKNOWN),
    "LM019": CodeMeaning(_S.UNKNOWN),
}

CARRIER = Carrier(
    name="seur",
    title="SEUR",
    language="es",
    page="https://www.seur.com/livetracking/?segOnlineIdentificador={}",
    aliases=(
        "spanish_seur",
        "spanish_seur_api",
        "spanish_seur_ftp",
        "seur_es",
        "seur_spain",
        "seur_dpd",
        "seur_geopost",
    ),
    forms=(NumberForm("SEUR", r"\d{14}"),),
    parcels=parcels,
    codes=CODES,
    reads_text=True,
    zone="Europe/Madrid",
    day_first=True,
)
