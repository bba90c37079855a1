"""A table leaves whole, and no spreadsheet runs what customers wrote."""

import csv
import io

from hypothesis import example, given
from hypothesis import strategies as st
from pyarrow import parquet

from app.metrics.exports import RISKY, to_csv, to_parquet

texts = st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=20)


def read(data: bytes) -> list[list[str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@given(st.lists(st.tuples(texts, texts), max_size=5))
@example([("=cmd|' /C calc'!A0", "  +1")])
@example([("＝1", "\u00a0@SUM(1)")])
@example([("\t=1", 'a\r\nb,"c"')])
def test_no_cell_begins_a_formula_and_every_text_comes_back(rows: list[tuple[str, str]]) -> None:
    head, *lines = read(to_csv(("a", "b"), rows))
    assert head == ["a", "b"]
    for given_row, row in zip(rows, lines, strict=True):
        for text, cell in zip(given_row, row, strict=True):
            assert cell in (text, "'" + text)
            assert not cell.startswith(RISKY)
            assert not cell.strip().startswith(RISKY)


@given(st.integers(), st.floats(allow_nan=False, allow_infinity=False, min_value=-1e9, max_value=1e9))
def test_numbers_stay_numbers_also_below_nought(whole: int, part: float) -> None:
    (_head, row) = read(to_csv(("a", "b", "c"), [(whole, part, None)]))
    assert int(row[0]) == whole
    assert abs(float(row[1]) - part) <= 1e-6
    assert row[2] == ""


def test_parquet_keeps_names_types_and_what_is_missing() -> None:
    data = to_parquet(("group", "delivered", "share"), [("ES", 2, 0.5), ("PT", 0, None)])
    table = parquet.read_table(io.BytesIO(data))
    assert table.column_names == ["group", "delivered", "share"]
    assert table.to_pylist() == [
        {"group": "ES", "delivered": 2, "share": 0.5},
        {"group": "PT", "delivered": 0, "share": None},
    ]
