"""DHL eCommerce: known by name; its scans come through an aggregator or the API, in the words of the field."""

from app.carriers.base.declaration import Carrier
from app.carriers.base.number_forms import NumberForm

CARRIER = Carrier(
    name="dhl_ecommerce",
    title="DHL eCommerce",
    language="en",
    aliases=(
        "dhl_ecs",
        "dhl_global_mail",
        "dhl_ecommerce_us",
        "dhl_ecommerce_asia",
        "dhl_ecommerce_solutions",
        "dhlecommerce_america",
    ),
    forms=(
        NumberForm("DHL E-Commerce", r"GM(\d{16}|\d{18}|[0-9A-F]{20})"),
        NumberForm("DHL E-Commerce (14)", r"\d{14}"),
    ),
)
