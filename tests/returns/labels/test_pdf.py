"""Label and packing slip as PDF: readable by scanners, small, the same every time, in any name's letters."""

from dataclasses import replace

import pytest

from app.returns.labels.pdf import label_pdf, sheet_pdf
from app.returns.labels.ports import Label, LabelWords, Slip, SlipItem
from tests.returns.labels.conftest import named, scanned, text_of


def test_both_codes_of_the_label_are_read_back(label: Label, words: LabelWords) -> None:
    codes = scanned(label_pdf(label, words))
    assert {text for _, text in codes} == {"JJD000390007882614821", "R-7K2M9QXA"}
    assert {name.rpartition(".")[2].replace(" ", "") for name, _ in codes} >= {"QRCode"}


@pytest.mark.parametrize(
    "number",
    ["1Z999AA10123456784", "00340434161094042557", "RR123456785ES", "9400111899223197428490", "A" * 30, "9" * 40],
)
def test_tracking_numbers_of_every_length_are_read_back(label: Label, words: LabelWords, number: str) -> None:
    pdf = label_pdf(replace(label, tracking_number=number), words)
    assert number in {text for _, text in scanned(pdf, 300)}


def test_the_sheet_holds_label_slip_and_their_codes(label: Label, words: LabelWords, slip: Slip) -> None:
    pdf = sheet_pdf(label, words, slip)
    assert {text for _, text in scanned(pdf)} == {"JJD000390007882614821", "R-7K2M9QXA"}
    text = text_of(pdf)
    for part in (slip.title, "1 × Camiseta", "M / azul", "2 × Zapatillas", "3.", "Entrégalo.", slip.fold):
        assert part in text


def test_a_long_slip_says_that_there_is_more(label: Label, words: LabelWords, slip: Slip) -> None:
    many = replace(slip, items=tuple(SlipItem(1, f"Cosa {n}", "azul") for n in range(40)))
    assert "y más" in text_of(sheet_pdf(label, words, many))


def test_spanish_letters_and_the_euro_sign_are_printed(label: Label, words: LabelWords) -> None:
    text = text_of(label_pdf(label, words))
    assert "María Ñíguez López" in text
    assert "23,80 €" in text


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("Łukasz Żółć", "Lukasz Zólc"),
        ("Nguyễn Văn Đức", "Nguyen Van Duc"),
        ("Jürgen Großmann", "Jürgen Großmann"),
        ("Дмитрий", "Dmitriy"),
        ("北京", "BeiJing"),
        ("Ana 😀\x00\u202e\ud800", "Ana"),
        ("Ana Garci\u0301a", "Ana García"),
    ],
)
def test_any_name_is_printed_in_latin_letters(label: Label, words: LabelWords, name: str, printed: str) -> None:
    assert printed in text_of(label_pdf(named(label, name), words))


def test_every_line_of_a_long_address_is_there(label: Label, words: LabelWords) -> None:
    lines = tuple(f"Línea {n} " + "larga " * 20 for n in range(8))
    text = text_of(label_pdf(named(label, *lines), words))
    assert all(f"Línea {n}" in text for n in range(8))


def test_the_same_label_gives_the_same_bytes(label: Label, words: LabelWords, slip: Slip) -> None:
    assert label_pdf(label, words) == label_pdf(label, words)
    assert sheet_pdf(label, words, slip) == sheet_pdf(label, words, slip)


def test_the_label_with_its_tags_stays_under_eight_kilobytes(label: Label, words: LabelWords) -> None:
    assert len(label_pdf(label, words)) <= 8192


@pytest.mark.parametrize("number", ["", "A B", "ñ123", "1\n2", "9" * 49])
def test_a_number_no_bar_code_can_carry_is_refused(label: Label, number: str) -> None:
    with pytest.raises(ValueError, match="tracking number"):
        replace(label, tracking_number=number)
