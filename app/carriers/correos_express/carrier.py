"""Correos Express: scans reach us through an aggregator, an ERP or the API, in our plain form with its codes."""

from app.carriers.base.declaration import Carrier
from app.carriers.base.number_forms import NumberForm
from app.carriers.base.plain import parcels
from app.carriers.base.scans import CodeMeaning
from app.tracking.states import ShipmentState

CARRIER = Carrier(
    name="correos_express",
    title="Correos Express",
    language="es",
    page="https://s.correosexpress.com/SeguimientoSinCP/search?shippingNumber={}",
    aliases=(
        "correosexpress",
        "cex",
        "correos_exp",
        "chronoexpres",
        "chronoexpress",
        "spain_correos_express",
        "correos_express_es",
    ),
    forms=(NumberForm("Correos Express", r"\d{16}|\d{23}"),),
    delivers=frozenset({"ES", "PT", "AD", "GI", "IC", "EA"}),
    parcels=parcels,
    codes={"12": CodeMeaning(ShipmentState.DELIVERED)},
    reads_text=True,
    zone="Europe/Madrid",
    day_first=True,
)
