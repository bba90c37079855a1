"""Amounts in a spreadsheet: minor units, or decimals by either mark where they are sure; never two ways in a file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import Invalid
from app.oms.files.spreadsheet.amounts import AmountForm, form_of, minor_units
from tests.oms.sheets import HEAD, ROW, document_with, faults_of, notes_of, order_with, orders_of


@pytest.mark.parametrize(
    "written",
    [
        "1990",
        "19.90",
        "19,90",
        "€ 19,90",
        "19,90 €",
        "19,90 EUR",
        "19.90 EUR",
        "EUR 19.90",
        "€19.90",
        "19,9",
        "19,9000",
        "+19,90",
        "019,90",
        " 19,90\xa0€",
        "'19,90",
    ],
)
def test_an_amount_is_read_however_it_is_written(written: str) -> None:
    assert document_with({"line.unit_price": written}).lines[0].unit_price == 1990


@pytest.mark.parametrize(
    "written", ["1.234,50", "1,234.50", "1 234,50", "1\u202f234,50", "1'234.50", "1234,50", "1234.5"]
)
def test_marks_for_thousands_are_known_where_decimals_follow(written: str) -> None:
    assert document_with({"line.unit_price": written}).lines[0].unit_price == 123_450


@pytest.mark.parametrize(
    ("currency", "written", "units"),
    [
        ("JPY", "1990", 1990),
        ("JPY", "1,990", 1990),
        ("JPY", "¥1,990", 1990),
        ("JPY", "1.234.567", 1_234_567),
        ("KWD", "1.234", 1234),
        ("KWD", "12,750", 12_750),
        ("KWD", "0.5", 500),
        ("USD", "$19.90", 1990),
        ("USD", "US$ 19.90", 1990),
    ],
)
def test_the_decimals_are_those_of_the_currency(currency: str, written: str, units: int) -> None:
    assert document_with({"currency": currency, "line.unit_price": written}).lines[0].unit_price == units


@pytest.mark.parametrize("written", ["1.234", "1,234", "12.345", "1.234.567", "€ 1990", "1990 EUR", "19.0", "1990.0"])
def test_what_can_be_read_in_two_ways_is_refused_with_line_column_and_cure(written: str) -> None:
    entry = order_with({"line.unit_price": written})
    assert str(entry.faults[0]) == (
        "line 2: line.unit_price: It can be read in two ways. Write minor units (1990 for 19.90), or every amount with "
        "all its decimals (19.90 or 19,90)"
    )


@pytest.mark.parametrize(
    "written", ["19,905", "0,005", "19.90.10", "gratis", "1e3", "9" * 30, "19,90,", "٣٤", "12:30", "--5"]
)
def test_what_is_no_amount_of_the_currency_is_refused(written: str) -> None:
    assert faults_of(order_with({"line.unit_price": written})) == [(2, "line.unit_price")]


def test_decimals_are_noted_once_and_whole_amounts_never() -> None:
    assert notes_of(order_with({"line.unit_price": "19,90"})) == {
        "line.unit_price": "Amounts with decimals were read as minor units: 19.90 as 1990"
    }
    assert order_with({"line.unit_price": "1990", "totals.shipping": "0"}).notes == []


@pytest.mark.parametrize(("first", "second"), [("1990", "19,90"), ("19,90", "20"), ("0,5", "3")])
def test_a_file_with_whole_amounts_and_decimals_is_refused_as_a_whole(first: str, second: str) -> None:
    rows = [ROW.format("A1", 1).replace("1990", f'"{first}"'), ROW.format("A2", 1).replace("1990", f'"{second}"')]
    with pytest.raises(Invalid, match=r"amounts with decimals \(line"):
        orders_of(HEAD, *rows)


def test_another_column_in_another_way_is_refused_too() -> None:
    with pytest.raises(Invalid, match=r"totals\.shipping.*line\.unit_price|line\.unit_price.*totals\.shipping"):
        order_with({"totals.shipping": "5", "line.unit_price": "19,90"})


def test_nothing_is_nothing_in_either_way_and_a_currency_without_decimals_says_nothing() -> None:
    row = ROW.format("J1", 1).replace("EUR", "JPY")
    entries = orders_of(
        f"{HEAD},totals.shipping", f"{ROW.format('A1', 1).replace('1990', chr(34) + '19,90' + chr(34))},0", f"{row},500"
    )
    assert [entry.faults for entry in entries] == [[], []]
    assert entries[1].document["totals"]["shipping"] == 500


def test_one_decimal_is_sure_where_the_file_writes_decimals() -> None:
    head = f"{HEAD},totals.shipping"
    (entry,) = orders_of(head, f"{ROW.format('A1', 1).replace('1990', '19.95')},5.0")
    assert (entry.faults, entry.document["totals"]["shipping"]) == ([], 500)


@pytest.mark.parametrize(("written", "units"), [("-5,00", 500), ("(5,00)", 500), ("5,00-", 500), ("\u22125,00", 500)])
def test_less_than_zero_is_known_and_what_is_taken_off_has_no_sign(written: str, units: int) -> None:
    assert document_with({"totals.discount": written, "line.unit_price": "19,90"}).totals.discount == units


@given(st.integers(0, 10**12), st.sampled_from([2, 3]), st.sampled_from([",", "."]), st.booleans())
def test_every_amount_with_all_its_decimals_comes_out_to_the_unit(
    units: int, places: int, mark: str, grouped: bool
) -> None:
    whole, rest = divmod(units, 10**places)
    thousands = {",": ".", ".": ","}[mark]
    digits = f"{whole:,}".replace(",", thousands) if grouped else str(whole)
    written = f"{digits}{mark}{rest:0{places}d}"
    assert minor_units(written, places, in_decimals=True) == units


@given(st.text("0123456789.,", min_size=1, max_size=12), st.sampled_from([0, 2, 3]))
def test_no_text_of_digits_and_marks_is_read_as_another_amount(written: str, places: int) -> None:
    form = form_of(written, places)
    if form in (AmountForm.WHOLE, AmountForm.DECIMAL):
        units = minor_units(written, places, in_decimals=form is AmountForm.DECIMAL)
        digits = written.replace(".", "").replace(",", "").strip("0")
        assert str(units).strip("0") == digits


@pytest.mark.parametrize(("written", "pieces"), [("2", 2), ("2,0", 2), ("2.00", 2), ("2,5", 3), ("1 200", 1200)])
def test_quantities_may_have_a_decimal_mark(written: str, pieces: int) -> None:
    assert document_with({"line.quantity": written}).lines[0].quantity == pieces


@pytest.mark.parametrize("written", ["1.200", "1,200", "two", "2x", "#N/A", "1e3"])
def test_a_quantity_that_is_not_sure_is_refused(written: str) -> None:
    assert faults_of(order_with({"line.quantity": written})) == [(2, "line.quantity")]
