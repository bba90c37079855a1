"""Carriers' codes against a list of others' readings: never delivered where they say otherwise."""

import pytest

from app.carriers.base.interpret import meaning
from app.tracking.states import ShipmentState
from tests.carriers.corpus import table

CODES = table("carriers", "status_codes.csv")
# How other projects say it, and what agrees with it in our words.
AGREES = {
    "customer_delivered": {"delivered", "ready_for_pickup"},
    "canceled_shipment": {"cancelled", "delivery_failed", "on_hold"},
    "shipping_recorded_in_carrier": {"info_received"},
    "incidence": {
        "on_hold",
        "delivery_failed",
        "delayed",
        "return_to_sender",
        "returned",
        "lost",
        "damaged",
        "cancelled",
    },
    "incident": {"on_hold", "delivery_failed", "delayed", "return_to_sender", "lost", "damaged"},
    "in_transit": {"in_transit", "out_for_delivery", "picked_up", "ready_for_pickup", "delayed"},
    "no_update": {"lost", "on_hold"},
    "delivery_delayed": {"delayed", "on_hold", "return_to_sender"},
    "pending": {"pending", "info_received"},
    "cancelled": {"cancelled"},
}
NAMES = {"gls_spain": "gls_asm"}
# Read otherwise by us; docs/carriers.md says why.
DIFFERS = {
    ("dhl_express", "PL"): "in_transit",
    ("ups", "NH"): "on_hold",
    ("gls_asm", "12"): "unknown",
    ("seur", "LI873"): "in_transit",
    ("seko", "OP-15"): "lost",
    ("dhl_universal", "unknown"): "unknown",
}
KNOWN = {"ups", "fedex", "usps", "dhl_express", "canadapost", "gls", "gls_asm", "seur", "ctt_express"}

pytestmark = pytest.mark.skipif(not CODES, reason="the shared data are not here")


def said(row: dict[str, str]) -> str:
    carrier = NAMES.get(row["carrier"], row["carrier"])
    return meaning(carrier, code=row["code"] or None, text=row["description"]).status.value


@pytest.mark.parametrize("row", CODES, ids=lambda row: f"{row['carrier']} {row['code']}")
def test_a_code_is_never_delivered_where_others_say_that_it_is_not(row: dict[str, str]) -> None:
    if row["status"] not in ("delivered", "customer_delivered"):
        assert said(row) not in ("delivered", "returned")


@pytest.mark.parametrize(
    "row", [r for r in CODES if NAMES.get(r["carrier"], r["carrier"]) in KNOWN], ids=lambda r: r["code"]
)
def test_a_known_carriers_code_agrees_with_others_or_is_unknown(row: dict[str, str]) -> None:
    key = (NAMES.get(row["carrier"], row["carrier"]), row["code"])
    allowed = AGREES.get(row["status"], {row["status"]}) | {"unknown"}
    assert said(row) in ({DIFFERS[key]} if key in DIFFERS else allowed)


def test_most_codes_of_known_carriers_are_known() -> None:
    rows = [row for row in CODES if NAMES.get(row["carrier"], row["carrier"]) in KNOWN]
    count = sum(said(row) != "unknown" for row in rows)
    assert count / len(rows) > 0.8


@pytest.mark.parametrize("carrier", ["ups", "seur", "correos_express", "tipsa", "nobody_knows", "usps"])
@pytest.mark.parametrize("text", [None, "Delivered", "ENTREGADO", "whatever"])
def test_an_unknown_code_is_unknown_and_never_delivered(carrier: str, text: str | None) -> None:
    assert meaning(carrier, code="ZZ-998877", text=text).status is ShipmentState.UNKNOWN


def test_an_unknown_code_keeps_a_sentence_that_ends_nothing() -> None:
    assert meaning("seur", code="LI999", text="MERCANCÍA EN MADRID").status is ShipmentState.IN_TRANSIT
