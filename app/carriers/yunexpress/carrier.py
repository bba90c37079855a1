"""YunExpress: known by name; its scans come through an aggregator or the API, in the words of the field."""

from app.carriers.base.declaration import Carrier
from app.carriers.base.number_forms import NumberForm

CARRIER = Carrier(
    name="yunexpress",
    title="YunExpress",
    language="en",
    aliases=(
        "yun_express",
        "yuntrack",
    ),
    forms=(NumberForm("YunExpress", r"YT\d{16}"),),
)
