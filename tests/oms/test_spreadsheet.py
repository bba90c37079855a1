"""Order files in CSV: rows become documents, each fault knows its line."""

import pytest

from app.core.errors import Invalid
from app.oms.files.spreadsheet import read_csv
from app.orders.document.document import OrderDocument

HEAD = "number,placed_at,updated_at,status,currency,customer.email,line.id,line.title,line.quantity,line.unit_price"
ROW = "{},2026-11-01T10:00:00+01:00,2026-11-02T08:00:00+01:00,confirmed,EUR,a@example.com,{},Camisa,2,1990"


def _read(*lines: str):  # type: ignore[no-untyped-def]
    return list(read_csv(f"{line}\n" for line in lines))


def test_rows_that_stand_together_make_one_order() -> None:
    first, second = _read(HEAD, ROW.format("A1", 1), ROW.format("A1", 2), "", ROW.format("A2", 1))
    assert [line["id"] for line in first.document["lines"]] == ["1", "2"]
    assert (first.line, second.line) == (2, 5)
    document = OrderDocument.model_validate(first.document)
    assert document.totals.items == 2 * 2 * 1990
    assert document.customer.email == "a@example.com"


def test_what_belongs_to_the_order_may_stand_in_its_first_row_only() -> None:
    (entry,) = _read(HEAD, ROW.format("A1", 1), "A1,,,,,,2,Falda,1,2500")
    assert not entry.faults
    assert [line["title"] for line in entry.document["lines"]] == ["Camisa", "Falda"]


def test_an_order_may_have_several_parcels_and_payments() -> None:
    head = HEAD + ",shipment.id,shipment.carrier,shipment.quantity,payment.id,payment.method,payment.amount"
    (entry,) = _read(
        head,
        ROW.format("A1", 1) + ",s1,ups,1,p1,card,3000",
        "A1,,,,,,1,,,,s2,dhl,1,p2,voucher,980",
    )
    assert not entry.faults
    document = OrderDocument.model_validate(entry.document)
    assert [(each.id, each.carrier, each.lines[0].quantity) for each in document.shipments] == [
        ("s1", "ups", 1),
        ("s2", "dhl", 1),
    ]
    assert [payment.amount for payment in document.payments] == [3000, 980]
    assert len(document.lines) == 1


@pytest.mark.parametrize("separator", [";", "\t"])
def test_other_separators_a_byte_order_mark_and_quotes_are_understood(separator: str) -> None:
    row = ROW.format("A1", 1).replace(",", separator).replace("Camisa", '"Camisa, ""azul""\ny blanca"')
    (entry,) = read_csv(("\ufeff" + HEAD.replace(",", separator) + "\r\n" + row + "\r\n").splitlines(keepends=True))
    assert entry.document["lines"][0]["title"].startswith('Camisa, "azul"')


@pytest.mark.parametrize(
    ("head", "word"),
    [(HEAD + ",colour", "colour"), (HEAD.replace(",status", ""), "status"), (HEAD + ",number", "twice"),
     ("", "number")],
)  # fmt: skip
def test_a_first_line_that_is_not_understood_stops_everything(head: str, word: str) -> None:
    with pytest.raises(Invalid, match=word):
        _read(head, ROW.format("A1", 1))


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [("1990", "19.90", "line.unit_price"), ("1990", "1e3", "line.unit_price"), ("1990", "9" * 30, "line.unit_price"),
     (",2,", ",two,", "line.quantity")],
)  # fmt: skip
def test_a_cell_that_cannot_be_read_is_named(old: str, new: str, column: str) -> None:
    (entry,) = _read(HEAD, ROW.format("A1", 1).replace(old, new))
    assert [(fault.line, fault.fault.pointer) for fault in entry.faults] == [(2, column)]


def test_contradictions_between_rows_are_faults_on_their_line() -> None:
    (entry,) = _read(HEAD, ROW.format("A1", 1), ROW.format("A1", 1).replace("EUR", "USD").replace("Camisa", "Falda"))
    assert [(fault.line, fault.fault.pointer) for fault in entry.faults] == [(3, "currency"), (3, "/lines")]


def test_rows_of_one_order_that_stand_apart_are_a_fault() -> None:
    entries = _read(HEAD, ROW.format("A1", 1), ROW.format("A2", 1), ROW.format("A1", 2))
    assert [str(fault) for fault in entries[2].faults] == [
        "line 4: #/number: The rows of one order must stand together"
    ]


def test_a_row_with_too_few_cells_is_a_fault() -> None:
    (entry,) = _read(HEAD, "A1,2026")
    assert "2 cells" in str(entry.faults[0])


def test_a_fault_of_the_document_knows_the_line_of_its_part() -> None:
    (entry,) = _read(HEAD, ROW.format("A1", 1), ROW.format("A1", 2).replace(",2,1990", ",0,1990"))
    from pydantic import ValidationError

    from app.orders.document.faults import faults

    with pytest.raises(ValidationError) as caught:
        OrderDocument.model_validate(entry.document)
    assert [str(entry.place(fault)).split(": ")[:2] for fault in faults(caught.value)] == [
        ["line 3", "#/lines/1/quantity"]
    ]
