"""Correos, Spain's post: scans reach us through an aggregator, an ERP or the API, in our plain form."""

from app.carriers.base.declaration import Carrier
from app.carriers.base.number_forms import NumberForm, s10
from app.carriers.base.plain import parcels

CARRIER = Carrier(
    name="correos",
    title="Correos",
    language="es",
    page="https://www.correos.es/es/es/herramientas/localizador/envios/detalle?tracking-number={}",
    aliases=(
        "correos_de_espana",
        "correos_spain",
        "spain_correos_es",
        "correos_espana",
        "correos_paq",
        "grupo_correos",
        "sociedad_estatal_correos",
        "correos_y_telegrafos",
    ),
    forms=(
        s10("ES"),
        NumberForm("Correos", r"P[A-Z0-9]\d[0-9A-Z]{20}"),
    ),
    parcels=parcels,
    reads_text=True,
    zone="Europe/Madrid",
    day_first=True,
)
