"""MRW: scans reach us through an aggregator, an ERP or the API, in our plain form.

Page as in the carrier's own PrestaShop module; numbers as shops' code and its tests show them.
"""

from app.carriers.base.declaration import Carrier
from app.carriers.base.number_forms import NumberForm
from app.carriers.base.plain import parcels

CARRIER = Carrier(
    name="mrw",
    title="MRW",
    language="es",
    page="https://www.mrw.es/seguimiento_envios/MRW_historico_nacional.asp?enviament={}",
    aliases=(
        "mrw_spain",
        "mrw_es",
        "mrw_espana",
        "mensajeros_radio_worldwide",
    ),
    forms=(NumberForm("MRW", r"\d{5}[A-Z0-9]\d{6}"),),
    delivers=frozenset({"ES", "PT", "AD", "GI", "IC", "EA", "VE"}),
    parcels=parcels,
    reads_text=True,
    zone="Europe/Madrid",
    day_first=True,
)
