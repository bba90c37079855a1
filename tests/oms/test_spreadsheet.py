"""Order files in CSV: rows become orders whichever way a spreadsheet wrote them, and each fault knows its line."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.core.errors import Invalid
from app.oms.files.spreadsheet import evidence
from app.oms.files.spreadsheet.columns import COLUMNS
from app.oms.files.spreadsheet.orders import OrderSheet
from app.oms.files.spreadsheet.times import ShopClocks
from app.orders.document.document import OrderDocument
from app.orders.document.faults import faults
from tests.oms.sheets import HEAD, MADRID, ROW, faults_of, order_with, orders_of, sheet_of


def test_rows_that_stand_together_make_one_order() -> None:
    first, second = orders_of(HEAD, ROW.format("A1", 1), ROW.format("A1", 2), "", ROW.format("A2", 1))
    assert [line["id"] for line in first.document["lines"]] == ["1", "2"]
    assert (first.line, first.end, second.line) == (2, 3, 5)
    document = OrderDocument.model_validate(first.document)
    assert document.totals.items == 2 * 2 * 1990
    assert document.customer.email == "a@example.com"


def test_what_belongs_to_the_order_may_stand_in_any_of_its_rows() -> None:
    (entry,) = orders_of(HEAD + ",note", ROW.format("A1", 1) + ",", "A1,,,,,,2,Falda,1,2500,Gracias")
    assert not entry.faults
    assert [line["title"] for line in entry.document["lines"]] == ["Camisa", "Falda"]
    assert entry.document["note"] == "Gracias"


def test_an_order_may_have_several_parcels_and_payments() -> None:
    head = HEAD + ",shipment.id,shipment.carrier,shipment.quantity,payment.id,payment.method,payment.amount"
    (entry,) = orders_of(
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


def test_a_second_payment_puts_no_piece_into_a_parcel_twice() -> None:
    head = HEAD + ",shipment.id,payment.id,payment.amount"
    (entry,) = orders_of(head, ROW.format("A1", 1) + ",s1,p1,3000", ROW.format("A1", 1) + ",s1,p2,980")
    assert not entry.faults
    assert entry.document["shipments"][0]["lines"] == [{"line": "1", "quantity": 2}]


def test_what_a_later_row_says_besides_is_no_contradiction() -> None:
    (entry,) = orders_of(HEAD + ",line.sku", ROW.format("A1", 1) + ",", "A1,,,,,,1,,,,SKU-1")
    assert entry.document["lines"][0]["sku"] == "SKU-1"


@pytest.mark.parametrize("separator", [";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_other_separators_line_ends_a_mark_and_quotes_are_understood(separator: str, end: str) -> None:
    row = ROW.format("A1", 1).replace(",", separator).replace("Camisa", f'"Camisa{separator} ""azul""{end}y blanca"')
    text = "\ufeff" + HEAD.replace(",", separator) + end + row
    (entry,) = sheet_of(*text.split(end), end=end).entries()
    assert entry.document["lines"][0]["title"].startswith(f'Camisa{separator} "azul"')
    assert (entry.line, entry.end) == (2, 2)


@pytest.mark.parametrize("line", ["sep=;", "SEP=;", '"sep=;"', "\ufeffsep=;", "sep=;;;;"])
def test_a_line_that_names_the_separator_is_no_row(line: str) -> None:
    rows = [text.replace(",", ";") for text in (HEAD, ROW.format("A1", 1))]
    (entry,) = orders_of(line, *rows)
    assert (entry.line, entry.faults, entry.number) == (3, [], "A1")


def test_empty_lines_above_the_first_line_are_passed_over() -> None:
    (entry,) = orders_of("", ",,,", HEAD, ROW.format("A1", 1))
    assert (entry.line, entry.faults) == (4, [])


def test_empty_columns_at_the_end_and_between_are_passed_over() -> None:
    head = HEAD.replace(",line.id", ",,line.id") + ",,,"
    (entry,) = orders_of(head, ROW.format("A1", 1).replace(",1,Camisa", ",,1,Camisa") + ",,,", ",,,,,,,,,,,,,")
    assert entry.faults == []


def test_a_cell_under_no_name_is_a_fault_of_its_row() -> None:
    (entry,) = orders_of(HEAD + ",", ROW.format("A1", 1) + ",stray")
    assert str(entry.faults[0]) == "line 2: row: Cell 11 of the row stands under no column name"


@pytest.mark.parametrize(
    "name",
    ["Line.Unit_Price", "LINE.UNIT_PRICE", " line.unit_price ", "line unit price", "line.unit-price", "precio unitario",
     "Precio Unitario", "\ufeffline.unit_price", "line.unit_price\xa0"],
)  # fmt: skip
def test_a_column_is_known_however_it_is_cased_and_by_its_spanish_name(name: str) -> None:
    (entry,) = orders_of(HEAD.replace("line.unit_price", name), ROW.format("A1", 1))
    assert (entry.faults, entry.document["lines"][0]["unit_price"]) == ([], 1990)


@pytest.mark.parametrize(
    ("head", "word"),
    [(HEAD + ",colour", "colour"), (HEAD.replace(",status", ""), "status"), (HEAD + ",number", "twice"),
     (HEAD + ",Pedido", "twice"), ("", "number")],
)  # fmt: skip
def test_a_first_line_that_is_not_understood_stops_everything(head: str, word: str) -> None:
    with pytest.raises(Invalid, match=word):
        orders_of(head, ROW.format("A1", 1))


def test_all_that_is_wrong_with_the_first_line_is_told_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        orders_of(HEAD.replace(",status", "").replace(",currency", "") + ",colour,size,number", ROW)
    assert [fault.pointer for fault in caught.value.faults] == ["colour", "size", "number", "status", "currency"]


def test_a_quote_that_is_never_closed_is_told_before_anything_is_taken() -> None:
    with pytest.raises(Invalid, match=r"line 3: A quotation mark is not closed"):
        orders_of(HEAD, ROW.format("A1", 1), ROW.format("A2", 1).replace("Camisa", '"Camisa'), ROW.format("A3", 1))


def test_contradictions_between_rows_are_faults_on_their_line() -> None:
    (entry,) = orders_of(
        HEAD, ROW.format("A1", 1), ROW.format("A1", 1).replace("EUR", "USD").replace("Camisa", "Falda")
    )
    assert faults_of(entry) == [(3, "currency"), (3, "line.title")]


def test_one_instant_written_in_two_ways_is_no_contradiction() -> None:
    (entry,) = orders_of(
        HEAD, ROW.format("A1", 1), ROW.format("A1", 2).replace("2026-11-01T10:00:00+01:00", "01/11/2026 10:00")
    )
    assert [fault for fault in entry.faults if fault.fault.pointer == "updated_at"] == []


def test_rows_of_one_order_that_stand_apart_are_gathered_and_come_with_the_last_of_them() -> None:
    second, first = orders_of(HEAD, ROW.format("A1", 1), ROW.format("A2", 1), ROW.format("A1", 2), ROW.format("A1", 3))
    assert [(entry.number, len(entry.document["lines"]), entry.end) for entry in (second, first)] == [
        ("A2", 1, 3),
        ("A1", 3, 5),
    ]


def test_rows_apart_that_speak_of_two_states_are_refused() -> None:
    entries = orders_of(
        HEAD, ROW.format("A1", 1), ROW.format("A2", 1), ROW.format("A1", 1).replace("confirmed", "shipped")
    )
    assert faults_of(entries[-1]) == [(4, "status")]


def test_too_many_rows_apart_are_refused_in_each_of_their_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "MOST_APART", 1)
    entries = orders_of(HEAD, ROW.format("A1", 1), ROW.format("A2", 1), ROW.format("A1", 2))
    assert [faults_of(entry) for entry in entries] == [[(2, "number")], [], [(4, "number")]]


def test_a_run_goes_on_behind_the_line_that_it_has_reached() -> None:
    lines = (HEAD, ROW.format("A1", 1), ROW.format("A2", 1), ROW.format("A1", 2), ROW.format("A3", 1))
    assert [entry.number for entry in sheet_of(*lines).entries(4)] == ["A1", "A3"]
    assert [len(entry.document["lines"]) for entry in sheet_of(*lines).entries(4)] == [2, 1]


def test_one_number_of_two_systems_is_two_orders() -> None:
    head = HEAD + ",source.system,source.id"
    first, second = orders_of(
        head, ROW.format("1001", 1) + ",shop-a,9", "1001,,,,,,2,Falda,1,500,,", ROW.format("1001", 1) + ",shop-b,7"
    )
    assert (len(first.document["lines"]), first.document["source"]["id"]) == (2, "9")
    assert second.document["source"] == {"system": "shop-b", "id": "7"}


def test_a_number_that_is_wrapped_in_some_rows_is_still_one_order() -> None:
    (entry,) = orders_of(HEAD, ROW.format("'000123", 1), ROW.format("000123", 2), ROW.format('"=""000123"""', 3))
    assert (entry.faults, entry.document["number"], len(entry.document["lines"])) == ([], "000123", 3)


def test_the_very_same_row_counts_once() -> None:
    (entry,) = orders_of(HEAD + ",shipment.id", *[ROW.format("A1", 1) + ",s1"] * 2)
    assert entry.document["shipments"][0]["lines"] == [{"line": "1", "quantity": 2}]
    assert str(entry.notes[0]) == "line 3: row: The same row stands here twice; it counts once"


@pytest.mark.parametrize(
    "row",
    [
        "Total,,,,,,,,2,1990",
        ",,,,,,,,2,1990",
        "TOTALES:,,,,,,,,,3980",
        "Total general,,,,,,,,2,",
        HEAD,
        "\ufeff" + HEAD + " ",
    ],
)
def test_rows_of_totals_and_a_first_line_once_more_are_no_orders(row: str) -> None:
    sheet = sheet_of(HEAD, ROW.format("A1", 1), row, "")
    assert [entry.number for entry in sheet.entries()] == ["A1"]
    assert [note.line for note in sheet.notes] == [3]


def test_a_row_without_a_number_keeps_the_order_above_it_from_being_taken_in_part() -> None:
    refused, good = orders_of(HEAD, ROW.format("A1", 1), ROW.format("", 2), ROW.format("A2", 1))
    assert (faults_of(refused), faults_of(good)) == ([(3, "number")], [])
    assert "write it into every row of an order" in str(refused.faults[0])


def test_a_broken_row_keeps_its_order_from_being_taken_in_part_wherever_it_stands() -> None:
    broken = ROW.format("A1", 2).replace("Camisa", "Camisa, azul")
    lines = (HEAD, ROW.format("A1", 1), broken, ROW.format("A2", 1), ROW.format("A1", 3))
    assert [(entry.number, faults_of(entry)) for entry in orders_of(*lines)] == [("A2", []), ("A1", [(3, "row")])]


def test_a_row_with_too_few_cells_is_a_fault_and_so_is_one_with_too_many() -> None:
    few, many = orders_of(HEAD, "A1,2026", ROW.format("A2", 1).replace("Camisa", "Camisa, azul"))
    assert "The row has 2 cells, the first line has 10: the row breaks off" in str(few.faults[0])
    assert "needs quotes around it" in str(many.faults[0])


def test_separators_that_a_spreadsheet_leaves_out_behind_the_last_cell_are_not_missed() -> None:
    (entry,) = orders_of(HEAD + ",note,shipment.id", ROW.format("A1", 1))
    assert entry.faults == []


def test_a_file_that_breaks_off_in_a_row_says_so() -> None:
    lines = [f"{HEAD},note\n", ROW.format("A1", 1)]
    (entry,) = OrderSheet(lambda: iter(lines), ShopClocks(MADRID)).entries()
    assert "the row breaks off" in str(entry.faults[0])


def test_a_fault_of_the_document_knows_line_and_column_of_its_part() -> None:
    (entry,) = orders_of(HEAD, ROW.format("A1", 1), ROW.format("A1", 2).replace(",2,1990", ",-1,1990"))
    with pytest.raises(ValidationError) as caught:
        OrderDocument.model_validate(entry.document)
    assert [str(entry.place(fault)).split(": ")[:2] for fault in faults(caught.value)] == [["line 3", "line.quantity"]]


def test_faults_of_every_cell_of_a_row_are_told_together() -> None:
    entry = order_with({"number": "1.2E+11", "placed_at": "soon", "line.unit_price": "#REF!", "line.quantity": "two"})
    assert faults_of(entry) == [
        (2, "number"), (2, "placed_at"), (2, "line.quantity"), (2, "line.unit_price"),
    ]  # fmt: skip


ODD = st.sampled_from(
    [
        "",
        " ",
        "1",
        "0",
        "-1",
        "19,90",
        "1.234",
        "45972,5",
        "05/11/2026",
        "13/13/2026",
        "1,2E+15",
        "#N/A",
        "=A1",
        "'1",
        '="1"',
        "total",
        "TRUE",
        "€",
        "£5",
        "\x00",
        "\ud800",
        "\u202e",
        "9" * 40,
        "1e400",
        "NaN",
        "Infinity",
        "a@b",
        "٣",
        "½",
        "2026-11-05T10:00Z",
    ]
) | st.text(max_size=12)


@given(st.lists(st.lists(ODD, min_size=4, max_size=4), min_size=1, max_size=6), st.permutations(sorted(COLUMNS)))
def test_whatever_stands_in_the_cells_is_taken_or_refused_in_words(rows: list[list[str]], columns: list[str]) -> None:
    names = HEAD.split(",") + [name for name in columns if name not in HEAD.split(",")][:14]
    lines = [",".join(names)]
    for row in rows:
        text = io.StringIO()
        cells = (row * 6)[: len(names)]
        csv.writer(text, lineterminator="").writerow(
            ["A1" if names[at] == "number" else cell for at, cell in enumerate(cells)]
        )
        lines.append(text.getvalue())
    try:
        entries = orders_of(*lines)
    except Invalid as error:
        assert error.faults
        return
    for entry in entries:
        try:
            OrderDocument.model_validate(entry.document)
        except ValidationError as error:
            assert all(entry.place(fault).fault.detail for fault in faults(error))
