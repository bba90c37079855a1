"""What an order document may say, and where it is refused."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from app.orders.document.document import OrderDocument
from app.orders.document.faults import faults
from tests.orders.build import GOOD, document, raw


def refused_at(body: dict[str, Any]) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        OrderDocument.model_validate(body)
    return [fault.pointer for fault in faults(caught.value)]


def test_the_contracts_example_is_read_alike_from_text_and_from_facts() -> None:
    assert OrderDocument.model_validate_json(json.dumps(GOOD)) == document()


def test_tracking_numbers_stay_as_written_and_carriers_are_words_of_one_form() -> None:
    order = document({"shipments.0.tracking_number": " ab 12 ", "shipments.0.carrier": "Correos Express"})
    assert (order.shipments[0].tracking_number, order.shipments[0].carrier) == ("ab 12", "correos_express")


def test_blank_optional_texts_count_as_missing() -> None:
    order = document({"customer.email": " ", "ship_to.line2": "", "shipments.0.tracking_number": ""})
    assert order.customer.email is None
    assert order.ship_to is not None and order.ship_to.line2 is None
    assert order.shipments[0].tracking_number is None


def test_a_phone_that_cannot_be_read_does_not_refuse_the_order() -> None:
    assert document({"customer.phone": "ask for Pepe"}).customer.phone == "ask for Pepe"


def test_company_contacts_and_pickup_points_are_taken() -> None:
    point = {"name": "Estanco Sol", "country": "ES", "opening_hours": "Mo-Fr 09:00-20:00", "code_hint": "in the app"}
    people = [{"name": "Ana", "email": "ana@example.com", "role": "purchasing"}]
    order = document({"shipments.0.pickup_point": point}, kind="b2b", contacts=people)
    assert order.contacts[0].role == "purchasing"
    assert order.shipments[0].pickup_point is not None


@pytest.mark.parametrize(
    ("path", "value", "pointer"),
    [
        ("number", "", "/number"),
        ("number", "10\x0001", "/number"),
        ("number", "1" * 256, "/number"),
        ("number", ["1001"], "/number"),
        ("source", {"system": "medusa"}, "/source/id"),
        ("source", {"system": "medusa", "id": "order_1", "shop": "x"}, "/source/shop"),
        ("placed_at", "2026-11-20T10:00:00", "/placed_at"),
        ("placed_at", 1790000000, "/placed_at"),
        ("placed_at", "0001-01-01T00:00:00+14:00", "/placed_at"),
        ("updated_at", "tomorrow", "/updated_at"),
        ("status", "lost", "/status"),
        ("currency", "EURO", "/currency"),
        ("lines", None, "/lines"),
        ("lines.0.id", None, "/lines/0/id"),
        ("lines.0.quantity", -1, "/lines/0/quantity"),
        ("lines.0.quantity", "1e9999999", "/lines/0/quantity"),
        ("lines.0.quantity", "two", "/lines/0/quantity"),
        ("lines.0.quantity", True, "/lines/0/quantity"),
        ("lines.0.quantity", 10**9, "/lines/0/quantity"),
        ("lines.0.unit_price", 19.9, "/lines/0/unit_price"),
        ("lines.0.unit_price", "19,90", "/lines/0/unit_price"),
        ("lines.0.unit_price", 2**63, "/lines/0/unit_price"),
        ("lines.0.final_sale", "perhaps", "/lines/0/final_sale"),
        ("totals.paid", -1, "/totals/paid"),
        ("totals.paid", 44.75, "/totals/paid"),
        ("payments.0.amount", None, "/payments/0/amount"),
        ("refunds", [{"id": "r1"}], "/refunds/0/amount"),
        ("refunds", [{"id": "r1", "amount": 1}, {"id": "r1", "amount": 2}], "/refunds/0/id"),
        ("returns", [{"id": "x", "status": "somewhere"}], "/returns/0/status"),
        ("shipments.0.id", "", "/shipments/0/id"),
        ("colour", "blue", "/colour"),
        ("customer.a/b~c", "x", "/customer/a~1b~0c"),
        ("extra", {"note": "a\x00b"}, "/extra"),
        ("extra", {"note": float("nan")}, "/extra"),
        ("extra", {"note": "x" * 20_000}, "/extra"),
    ],
)
def test_what_would_make_money_identity_or_a_parcel_wrong_is_refused_where_it_is(
    path: str, value: object, pointer: str
) -> None:
    assert refused_at(raw({path: value}))[0] == pointer


def test_all_faults_are_told_at_once() -> None:
    body = raw({"currency": "X", "lines.0.quantity": -1, "totals.paid": 1.5}, nonsense=1)
    assert refused_at(body) == ["/currency", "/lines/0/quantity", "/totals/paid", "/nonsense"]


def test_a_line_id_may_occur_once() -> None:
    assert refused_at(raw(lines=[*GOOD["lines"], *GOOD["lines"]])) == ["/lines/0/id", "/lines/1/id"]


def test_extra_may_not_be_nested_without_end() -> None:
    nested: dict[str, Any] = {}
    for _ in range(40):
        nested = {"in": nested}
    assert refused_at(raw(extra=nested)) == ["/extra"]


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
PATHS = ["number", "brand", "placed_at", "status", "customer", "customer.email", "customer.phone", "ship_to",
         "promise", "promise.from", "lines", "lines.0", "lines.0.tax", "totals", "shipments", "shipments.0.lines",
         "payments", "contacts", "extra", "locale", "source", "refunds", "returns", "lines.0.quantity",
         "lines.0.unit_price", "shipments.0", "shipments.0.promise", "ship_to.country", "totals.discount"]  # fmt: skip


@settings(max_examples=300)
@given(path=st.sampled_from(PATHS), value=ANY)
def test_anything_at_all_is_taken_or_refused_with_a_place(path: str, value: object) -> None:
    try:
        taken = OrderDocument.model_validate(raw({path: value}))
    except ValidationError as error:
        assert all(fault.pointer and fault.detail for fault in faults(error))
    else:
        again = OrderDocument.model_validate_json(taken.model_dump_json(by_alias=True))
        assert again.model_dump() == taken.model_dump()
