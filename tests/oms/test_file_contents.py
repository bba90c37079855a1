"""What order files are written in: encodings as spreadsheets save them, and what is no text at all."""

from pathlib import Path

import pytest

from app.core.errors import Invalid
from app.oms.files.contents import READ_AS_WINDOWS, text_file
from app.oms.files.opening import open_file
from app.oms.files.spreadsheet.times import ShopClocks
from tests.oms.sheets import HEAD, MADRID, ROW, faults_of

TITLE = "Camiseta de niño «Ñandú» — 19 € talla única"
TEXT = f"{HEAD}\r\n{ROW.format('A1', 1).replace('Camisa', TITLE)}\r\n"


def _titles(path: Path) -> list[str]:
    entries = open_file(path, ShopClocks(MADRID)).entries(1)
    return [entry.document["lines"][0]["title"] for entry in entries]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_a_file_is_read_in_whatever_a_spreadsheet_saves(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "o.csv"
    file.write_bytes(TEXT.encode(encoding))
    assert _titles(file) == [TITLE]
    assert (text_file(file).note == READ_AS_WINDOWS) is (encoding == "cp1252")


def test_excel_s_unicode_text_is_read(tmp_path: Path) -> None:
    file = tmp_path / "o.txt"
    file.write_bytes(TEXT.replace(",", "\t").encode("utf-16"))
    assert _titles(file) == [TITLE]


@pytest.mark.parametrize("encoding", ["mac-roman", "cp850", "cp1251", "cp1253"])
def test_an_encoding_that_is_not_sure_is_refused_with_its_cure(tmp_path: Path, encoding: str) -> None:
    title = (
        "Пальто шерстяное"
        if encoding == "cp1251"
        else "Φόρεμα μάλλινο"
        if encoding == "cp1253"
        else "Señora Peña, camión, jardín"
    )
    file = tmp_path / "o.csv"
    file.write_bytes(TEXT.encode("ascii", "ignore").replace(b"Camiseta", f'"{title}"'.encode(encoding)))
    with pytest.raises(Invalid, match="CSV UTF-8"):
        text_file(file)


def test_rows_in_another_encoding_than_the_file_are_refused_one_by_one(tmp_path: Path) -> None:
    file = tmp_path / "o.csv"
    good, bad = (ROW.format(number, 1).replace("Camisa", "Camisa niño") for number in ("A1", "A2"))
    file.write_bytes(f"{HEAD}\n{good}\n".encode() + f"{bad}\n".encode("cp1252") + ROW.format("A3", 1).encode() + b"\n")
    entries = list(open_file(file, ShopClocks(MADRID)).entries(1))
    assert [faults_of(entry) for entry in entries] == [[], [(3, "row")], []]
    assert "export the file again as CSV UTF-8" in str(entries[1].faults[0])


@pytest.mark.parametrize(
    ("begin", "word"),
    [
        (b"PK\x03\x04\x14\x00", "workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Excel"),
        (b"%PDF-1.7", "PDF"),
        (b"{\\rtf1", "layout"),
        (b"<html><table>", "web page"),
        (b"\xef\xbb\xbf<?xml version", "XML"),
        (b"\r\n<!DOCTYPE html>", "web page"),
    ],
)
@pytest.mark.parametrize("name", ["o.csv", "o.xlsx"])
def test_what_is_no_text_is_named_with_the_way_out(tmp_path: Path, begin: bytes, word: str, name: str) -> None:
    file = tmp_path / name
    file.write_bytes(begin + b"\x00" * 20)
    with pytest.raises(Invalid, match=word) as caught:
        open_file(file, ShopClocks(MADRID))
    assert "CSV UTF-8" in str(caught.value)


@pytest.mark.parametrize("ending", [".xls", ".ods", ".json", ""])
def test_another_ending_is_told_which_are_read(tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"o{ending}"
    file.write_text(TEXT, encoding="utf-8")
    with pytest.raises(Invalid, match=r"\.csv, \.ndjson or \.jsonl"):
        open_file(file, ShopClocks(MADRID))


def test_a_json_file_of_powershell_is_read(tmp_path: Path) -> None:
    file = tmp_path / "o.ndjson"
    file.write_bytes('{"number": "Ñ1"}\r\n'.encode("utf-16"))
    assert [entry.number for entry in open_file(file, ShopClocks(MADRID)).entries(1)] == ["Ñ1"]
