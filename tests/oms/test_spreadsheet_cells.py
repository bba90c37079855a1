"""Cells that a spreadsheet has changed: what is sure is read, what is lost is refused with line, column and cure."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.oms.files.spreadsheet.cells import cleaned
from app.oms.files.spreadsheet.columns import COLUMNS, Content
from tests.oms.sheets import HEAD, ROW, document_with, faults_of, notes_of, order_with, orders_of

NAMES = sorted(name for name, content in COLUMNS.items() if content is Content.IDENTITY)
PARCEL = {"shipment.id": "s1"}


@pytest.mark.parametrize(
    "written",
    [
        "3,40434E+19",
        "3.40434E+19",
        "1.23457E+15",
        "1,23457e+11",
        "8E+15",
        "1.2E+05",
        "-1.2E-05",
        "3.404341610940215e+19",
        '="3,40434E+19"',
        "'1.23457E+15",
        "'1.23457E+15'",
        " 1.23457E+15\xa0",
    ],
)
@pytest.mark.parametrize("column", ["number", "shipment.tracking_number", "customer.phone", "ship_to.postcode"])
def test_a_number_that_a_spreadsheet_rounded_is_refused_with_its_cure(column: str, written: str) -> None:
    entry = order_with(PARCEL | {column: written})
    assert str(entry.faults[0]) == (
        f"line 2: {column}: It looks like a number that a spreadsheet rounded; format the column as text in the "
        "spreadsheet before the numbers are put in, and export again"
    )


@pytest.mark.parametrize("column", NAMES)
def test_every_column_of_names_is_guarded(column: str) -> None:
    assert (2, column) in faults_of(order_with({column: "8,41012E+12"}))


@pytest.mark.parametrize("written", ["12E3", "1E10", "E+15", "2E+", "ES-1E+2X", "1.5E3", "5E-A"])
def test_what_only_looks_like_one_stays(written: str) -> None:
    assert order_with({"number": written}).document["number"] == written


def test_a_rounded_article_number_harms_nobody_and_is_left_out() -> None:
    entry = order_with({"line.sku": "8,41012E+12"})
    assert (entry.faults, entry.document["lines"][0]["sku"]) == ([], None)
    assert notes_of(entry) == {"line.sku": "It looks like a number that a spreadsheet rounded, and was left out"}


def test_digits_that_became_zeros_are_refused() -> None:
    whole = "340434161094021501"
    assert faults_of(order_with(PARCEL | {"shipment.tracking_number": "00" + whole})) == []
    assert faults_of(order_with(PARCEL | {"shipment.tracking_number": "34043416109402100000"})) == [
        (2, "shipment.tracking_number")
    ]


def test_a_column_in_which_every_long_number_ends_in_zeros_is_refused() -> None:
    head = f"{HEAD},shipment.tracking_number"
    ends = ["000", "000", "000", "000"]
    rows = [f"{ROW.format(f'A{at}', 1)},34043416109402{at}{end}" for at, end in enumerate(ends)]
    assert {entry.faults[0].fault.pointer for entry in orders_of(head, *rows)} == {"shipment.tracking_number"}
    # One that does not shows that the column is whole.
    assert all(not entry.faults for entry in orders_of(head, *rows, f"{ROW.format('B', 1)},340434161094021501"))


@pytest.mark.parametrize(
    "written",
    [
        '="000123"',
        '=""000123""',
        "'000123",
        "'000123'",
        "\xa0000123 ",
        "“000123”",
        "«000123»",
        '"000123"',
        "’000123",
        '= "000123"',
        "\u200b000123\ufeff",
        "000123\t",
        "´000123",
        "=000123",
    ],
)
def test_wrappings_are_taken_off(written: str) -> None:
    assert document_with({"number": written, "shipment.tracking_number": written}).number == "000123"


@given(st.text(string.ascii_uppercase + string.digits + "-/", min_size=1, max_size=30))
def test_whatever_is_wrapped_comes_out_as_it_was(name: str) -> None:
    for wrapped in (f'="{name}"', f"'{name}", f" \xa0{name} ", f"“{name}”"):
        assert cleaned(wrapped, Content.IDENTITY) == name


@pytest.mark.parametrize(
    "title", ["'t Hooft", "'70s shirt", "’s-Hertogenbosch", "“Azul” y blanca", "#1 en ventas", "-5 %"]
)
def test_texts_keep_the_marks_that_are_theirs(title: str) -> None:
    assert document_with({"line.title": title}).lines[0].title == title


def test_a_text_guarded_against_formulas_is_read_without_its_guard() -> None:
    assert document_with({"line.title": "'-5 % camisa"}).lines[0].title == "-5 % camisa"
    assert document_with({"customer.phone": "'+34600000001"}).customer.phone == "+34600000001"


@pytest.mark.parametrize(
    "written",
    [
        "#REF!",
        "#N/A",
        "#¡VALOR!",
        "#NAME?",
        "#¿NOMBRE?",
        "#DIV/0!",
        "#¡DIV/0!",
        "#N/D",
        "#WERT!",
        "#NOM?",
        "#ref!",
        "#NV",
        "#VALUE!",
        "#¡REF!",
        "#SPILL!",
        "#NUM!",
        "#¡NUM!",
        "#NULL!",
    ],
)
@pytest.mark.parametrize("column", ["number", "line.title", "placed_at", "line.unit_price", "line.quantity"])
def test_an_error_of_the_spreadsheet_is_refused_wherever_it_stands(column: str, written: str) -> None:
    entry = order_with({column: written})
    assert faults_of(entry) == [(2, column)]
    assert "The spreadsheet shows an error here" in str(entry.faults[0])


@pytest.mark.parametrize("column", ["number", "placed_at", "line.title", "line.unit_price"])
def test_a_column_that_was_too_narrow_is_refused(column: str) -> None:
    assert "too narrow; make it wider" in str(order_with({column: "########"}).faults[0])


@pytest.mark.parametrize("formula", ["=A1&B2", "=SUM(A1:A3)", '=HYPERLINK("https://x.example";"CX1")', "='Hoja 1'!A1"])
def test_a_formula_is_refused(formula: str) -> None:
    assert "A formula stands here" in str(
        order_with({"shipment.tracking_number": formula, "shipment.id": "1"}).faults[0]
    )


def test_a_zero_byte_within_a_cell_is_refused_and_those_around_it_are_none() -> None:
    assert "the file is damaged" in str(order_with({"number": "A\x001"}).faults[0])
    assert order_with({"number": "A1\x00\x00"}).document["number"] == "A1"


def test_a_column_of_numbers_written_with_a_decimal_is_read_without_it() -> None:
    head = f"{HEAD},ship_to.postcode,ship_to.country"
    first, second = orders_of(
        head, f"{ROW.format('1001.0', '1.0')},28013.0,ES", f"{ROW.format('1002.0', '1.0')},8001.0,ES"
    )
    assert [entry.document["number"] for entry in (first, second)] == ["1001", "1002"]
    assert [entry.document["ship_to"]["postcode"] for entry in (first, second)] == ["28013", "8001"]
    assert notes_of(first)["number"] == "Numbers written as 12345.0 were read as 12345"


def test_a_decimal_that_is_the_number_s_own_stays() -> None:
    entries = orders_of(HEAD, ROW.format("1001.0", 1), ROW.format("1001.1", 1))
    assert [entry.document["number"] for entry in entries] == ["1001.0", "1001.1"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("TRUE", True),
        ("VERDADERO", True),
        ("VRAI", True),
        ("WAHR", True),
        ("Sí", True),
        ("x", True),
        ("1", True),
        ("FALSE", False),
        ("FALSO", False),
        ("FAUX", False),
        ("FALSCH", False),
        ("no", False),
        ("0", False),
        ("'0", False),
    ],
)
def test_yes_and_no_are_read_in_the_spreadsheets_languages(written: str, meant: bool) -> None:
    assert document_with({"customer.sms_consent": written, "gift": written}).gift is meant


def test_neither_yes_nor_no_is_a_fault() -> None:
    assert faults_of(order_with({"gift": "quizás"})) == [(2, "gift")]
