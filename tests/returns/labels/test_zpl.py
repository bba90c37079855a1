"""ZPL labels: the same facts as the PDF, and no text that could become a printer command."""

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from app.returns.labels.ports import Label, LabelWords
from app.returns.labels.zpl import field, label_zpl
from tests.returns.labels.conftest import LABEL, WORDS, named

COMMANDS = re.compile(r"[\^~]([A-Z][A-Z0-9])")


def fields_of(zpl: str) -> list[str]:
    """Field data as a printer understands it."""
    fields = re.findall(r"\^FH_\^FD(.*?)\^FS", zpl, re.DOTALL)
    return [re.sub("_([0-9A-F]{2})", lambda code: chr(int(code[1], 16)), data) for data in fields]


def rows_of(zpl: str) -> list[tuple[int, int, int]]:
    """Where rows of text stand: left, top and size in dots."""
    places = re.findall(r"\^FO(\d+),(\d+)\^A0N,(\d+)", zpl)
    return [(int(left), int(top), int(size)) for left, top, size in places]


def test_every_fact_is_a_field(label: Label, words: LabelWords) -> None:
    fields = fields_of(label_zpl(label, words))
    assert {*label.sender, *label.recipient, label.carrier, label.service} <= set(fields)
    assert {words.reference, words.order, words.deadline, words.weight} <= set(fields)
    assert fields.count(label.tracking_number) == 2
    assert "MA," + label.code in fields


def test_it_is_one_utf8_label_of_four_by_six_inches(label: Label, words: LabelWords) -> None:
    zpl = label_zpl(label, words)
    assert zpl.startswith("^XA\n^CI28\n^PW812\n^LL1218\n")
    assert zpl.endswith("^XZ\n")
    assert zpl == label_zpl(label, words)
    assert len(zpl.encode()) < 2048


def test_the_bar_code_leaves_white_on_both_sides(label: Label, words: LabelWords) -> None:
    for number in ("1Z999AA10123456784", "9" * 40, "A" * 48):
        zpl = label_zpl(replace(label, tracking_number=number), words)
        left, module = re.search(r"\^FO(\d+),665\^BY(\d)", zpl).groups()  # type: ignore[union-attr]
        assert int(left) >= 10 * int(module)


def test_a_name_full_of_commands_prints_as_text(label: Label, words: LabelWords) -> None:
    nasty = "^XZ^XA^FDx^FS~JA_5EXZ\\&\n^CC!"
    zpl = label_zpl(named(label, nasty), words)
    assert zpl.count("^XA") == zpl.count("^XZ") == 1
    assert "~JA" not in zpl
    assert "^XZ^XA^FDx^FS~JA_5EXZ\\& ^CC!" in fields_of(zpl)


def test_a_greater_than_sign_is_printed_not_obeyed(label: Label, words: LabelWords) -> None:
    assert "A>0:B" in fields_of(label_zpl(replace(label, tracking_number="A>:B"), words))


@given(st.text(max_size=80))
def test_no_text_adds_a_command(text: str) -> None:
    plain, odd = (COMMANDS.findall(label_zpl(named(LABEL, name), WORDS)) for name in ("Ana", text))
    # A long name takes more rows, of the same commands each; nothing at all takes none.
    rows = ("FO", "A0", "FH", "FD", "FS")
    assert [command for command in odd if command not in rows] == [command for command in plain if command not in rows]
    assert len({odd.count(command) - plain.count(command) for command in rows}) == 1


@given(st.text(max_size=80))
def test_field_data_never_holds_a_control_character(text: str) -> None:
    data = field(text).removeprefix("^FH_^FD").removesuffix("^FS")
    assert not re.search(r"[\^~\\\x00-\x1f\x7f]", data)
