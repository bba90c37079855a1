"""OnTrac: known by name and page; its scans come through an aggregator or the API, in the words of the field.

Forms and page as in jkeen/tracking_number_data.
"""

from app.carriers import check_digits as check
from app.carriers.base.declaration import Carrier
from app.carriers.base.number_forms import NumberForm, ends

CARRIER = Carrier(
    name="ontrac",
    title="OnTrac",
    language="en",
    page="https://www.ontrac.com/tracking/?number={}",
    aliases=(
        "on_trac",
        "ontrac_v3",
    ),
    forms=(NumberForm("OnTrac", r"[CD]\d{14}", ends(check.lettered_10)),),
)
