"""Correos Express: scans reach us through an aggregator, an ERP or the API, in our plain form with its codes."""

from app.carriers.base.declaration import Carrier
from app.carriers.base.plain import parcels
from app.carriers.base.scans import CodeMeaning
from app.tracking.states import ShipmentState

CARRIER = Carrier(
    name="correos_express",
    title="Correos Express",
    page="https://s.correosexpress.com/SeguimientoSinCP/search?shippingNumber={}",
    aliases=("correosexpress",),
    parcels=parcels,
    codes={"12": CodeMeaning(ShipmentState.DELIVERED)},
    reads_text=True,
    zone="Europe/Madrid",
    day_first=True,
)
