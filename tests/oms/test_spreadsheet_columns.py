"""The columns of an order file speak the whole order document: every field that a row can hold has its own."""

import re
from typing import Any

import pytest
from pydantic import BaseModel

from app.core.settings import ROOT
from app.oms.files.spreadsheet.columns import COLUMNS, PARTS, Content, column_of
from app.orders.document.document import OrderDocument
from tests.oms.sheets import document_with, faults_of, order_with, orders_of, with_cells

# Of what cannot stand in a cell, or is made of the row itself.
WITHOUT_COLUMN = {
    "extra",
    "shipment.lines.line",
    "return.lines.line",
    # An order has as many as it has, and a row is a line.
    "invoices.number",
    "invoices.url",
}
SINGULAR = {many: one for one, many in PARTS.items()}
FILLED = {
    Content.TEXT: "a",
    Content.IDENTITY: "7",
    Content.SHOWN_IDENTITY: "7",
    Content.AMOUNT: "100",
    Content.NUMBER: "1",
    Content.FLAG: "true",
    Content.INSTANT: "2026-11-03T10:00:00+01:00",
    Content.DAY: "2026-11-05",
}
WORDS = {
    "kind": "b2b",
    "status": "shipped",
    "hold": "payment",
    "payment_status": "paid",
    "currency": "EUR",
    "locale": "es-ES",
    "line.origin": "exchange",
    "line.kind": "digital",
    "payment.status": "captured",
    "payment.last4": "4242",
    "return.status": "received",
    "return.kind": "claim",
    "shipment.method": "pickup_point",
    "shipment.status": "delivered",
    "line.quantity": "3",
    "ship_to.country": "ES",
    "shipment.origin.country": "ES",
    "shipment.pickup_point.country": "ES",
    "brand": "",
    "line.image_url": "https://img.example/1.jpg",
    "line.url": "https://shop.example/mug",
    "source.url": "https://shop.example/1",
    "shipment.tracking_url": "https://t.example/7",
    "customer.email": "a@example.com",
    "contact.email": "b@example.com",
    "customer.phone": "+34600000001",
    "contact.phone": "+34600000002",
    "return.quantity": "2",
    "refund.line": "7",
    "line.for_line": "7",
}


def _model(annotation: Any) -> type[BaseModel] | None:
    """The part of a document that stands in a field, be it optional or one of many."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = [_model(argument) for argument in getattr(annotation, "__args__", ())]
    return next((model for model in inner if model), None)


def _leaves(model: type[BaseModel], prefix: str = "") -> list[str]:
    names = []
    for name, field in model.model_fields.items():
        own = f"{prefix}{SINGULAR.get(name, field.alias or name) if not prefix else field.alias or name}"
        part = _model(field.annotation)
        names += _leaves(part, f"{own}.") if part else [own]
    return names


def test_every_field_of_the_document_has_a_column() -> None:
    leaves = {leaf.replace(".lines.", ".") if leaf not in WITHOUT_COLUMN else leaf for leaf in _leaves(OrderDocument)}
    assert leaves - WITHOUT_COLUMN - {"shipment.line", "return.line"} == set(COLUMNS)


def test_every_column_reaches_its_field() -> None:
    cells = {name: WORDS.get(name, FILLED[content]) for name, content in COLUMNS.items()}
    entry = order_with(cells)
    document = OrderDocument.model_validate(entry.document)
    assert (entry.faults, document.notes) == ([], ())
    fields = document.model_dump(mode="json", by_alias=True)
    for name, content in COLUMNS.items():
        if name == "brand":
            continue
        first, _, rest = name.partition(".")
        value: Any = fields[PARTS[first]][0] if first in PARTS else fields
        path = rest if first in PARTS else name
        if name in _OF_A_ROW:
            value = value["lines"][0]
        for step in path.split("."):
            value = value[step]
        assert value not in (None, [], {}), name
        assert content is not Content.AMOUNT or value == 100


_OF_A_ROW = {
    "shipment.quantity", "refund.line", "refund.quantity", "return.quantity", "return.received", "return.damaged",
    "return.reason",
}  # fmt: skip


def test_what_was_given_back_elsewhere_names_its_lines() -> None:
    document = document_with(
        {
            "refund.id": "r1",
            "refund.amount": "1990",
            "refund.quantity": "1",
            "return.id": "t1",
            "return.status": "received",
            "return.received": "1",
            "return.damaged": "1",
            "return.reason": "Rota",
        }
    )
    (refund,), (sent_back,) = document.refunds, document.returns
    assert [(line.line, line.quantity) for line in refund.lines] == [("1", 1)]
    (line,) = sent_back.lines
    assert (line.line, line.quantity, line.received, line.damaged, line.reason) == ("1", 2, 1, 1, "Rota")


def test_a_refund_that_names_no_line_is_of_the_whole_order() -> None:
    assert document_with({"refund.id": "r1", "refund.amount": "495"}).refunds[0].lines == ()


def test_a_refund_of_two_lines_stands_in_two_rows() -> None:
    head, row = with_cells({"refund.id": "r1", "refund.amount": "900", "refund.quantity": "1"})
    (entry,) = orders_of(head, row, row.replace('"1","Camisa"', '"2","Falda"'))
    assert entry.document["refunds"] == [
        {"id": "r1", "amount": 900, "lines": [{"line": "1", "quantity": 1}, {"line": "2", "quantity": 1}]}
    ]


def test_a_part_that_says_two_things_is_a_fault_in_the_second_row() -> None:
    head, row = with_cells({"refund.id": "r1", "refund.amount": "900"})
    (entry,) = orders_of(head, row, row.replace('"900"', '"800"'))
    assert faults_of(entry) == [(3, "refund.amount")]
    assert "It differs from line 2, which has the same refund.id" in str(entry.faults[0])


def test_a_parcel_without_an_id_goes_by_its_tracking_number() -> None:
    (parcel,) = document_with({"shipment.carrier": "seur", "shipment.tracking_number": "AA1"}).shipments
    assert (parcel.id, parcel.lines[0].quantity) == ("AA1", 2)


def test_pieces_that_were_cancelled_are_in_no_parcel() -> None:
    document = document_with({"line.quantity": "3", "line.cancelled": "1", "shipment.id": "s1"})
    assert document.shipments[0].lines[0].quantity == 2


def test_an_order_without_lines_is_one() -> None:
    cells = dict.fromkeys(("line.id", "line.title", "line.quantity", "line.unit_price"), "")
    document = document_with(cells | {"removed": "true"})
    assert (document.lines, document.removed, document.totals.items) == ((), True, 0)


def test_the_items_total_is_what_the_lines_come_to() -> None:
    assert document_with({"line.discount": "80"}).totals.items == 2 * 1990 - 80
    assert document_with({"line.total": "3500"}).totals.items == 3500
    assert document_with({"line.quantity": "2,5", "line.unit_price": "1000"}).totals.items == 2500


def test_people_who_follow_the_order_are_told_once() -> None:
    head, row = with_cells({"contact.email": "b@example.com", "contact.role": "purchasing"})
    (entry,) = orders_of(head, row, row.replace('"1","Camisa"', '"2","Falda"'))
    assert entry.document["contacts"] == [{"email": "b@example.com", "role": "purchasing"}]


@pytest.mark.parametrize(
    ("pointer", "column"),
    [
        ("/number", "number"),
        ("/customer/email", "customer.email"),
        ("/lines/3/sku", "line.sku"),
        ("/totals/paid", "totals.paid"),
        ("/shipments/0/promise/until", "shipment.promise.until"),
        ("/shipments/0/lines/2/quantity", "shipment.quantity"),
        ("/returns/1/lines/0/line", "line.id"),
        ("/refunds/1/lines/0/line", "refund.line"),
        ("/lines", "/lines"),
        ("", ""),
        ("/extra/colour", "/extra/colour"),
    ],
)
def test_a_pointer_is_told_as_the_column_that_it_leads_to(pointer: str, column: str) -> None:
    assert column_of(pointer) == column


def test_the_docs_name_every_column_and_no_other() -> None:
    text = (ROOT / "docs" / "orders.md").read_text(encoding="utf-8")
    table = text.split("## From a file")[1].split("### Out of a spreadsheet")[0].split("| columns | |")[1]
    named = set()
    for row in table.splitlines():
        names = re.findall(r"`([\w.]+)`", row.split("|")[1]) if row.startswith("| `") else []
        part = names[0].partition(".")[0] if names else ""
        named |= {f"{part}{name}" if name.startswith(".") else name for name in names}
    assert named == set(COLUMNS)
