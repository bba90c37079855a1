"""What shops write into the field of a tracking number: one, several, none yet, or a web address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.tracking.ingest.identity import normalised_number
from app.tracking.ingest.numbers import MOST_NUMBERS, read_numbers

SEVERAL = {
    "AAA111, BBB222": ["AAA111", "BBB222"],
    "AAA111,BBB222": ["AAA111", "BBB222"],
    "AAA111 / BBB222": ["AAA111", "BBB222"],
    "AAA111/BBB222": ["AAA111", "BBB222"],
    "AAA111;BBB222": ["AAA111", "BBB222"],
    "AAA111\nBBB222": ["AAA111", "BBB222"],
    "AAA111\r\n\r\nBBB222\n": ["AAA111", "BBB222"],
    "AAA111\tBBB222": ["AAA111", "BBB222"],
    "AAA111 y BBB222": ["AAA111", "BBB222"],
    "AAA111 Y BBB222": ["AAA111", "BBB222"],
    "AAA111 and BBB222": ["AAA111", "BBB222"],
    "AAA111 & BBB222": ["AAA111", "BBB222"],
    "AAA111&BBB222": ["AAA111", "BBB222"],
    "AAA111 + BBB222": ["AAA111", "BBB222"],
    "AAA111 | BBB222": ["AAA111", "BBB222"],
    "AAA111, BBB222 und CCC333": ["AAA111", "BBB222", "CCC333"],
    "AAA111, aaa-111, AAA 111": ["AAA111"],
    "AAA111, n/a": ["AAA111"],
    "Tracking: AAA111, Tracking: BBB222": ["AAA111", "BBB222"],
    "1Z999AA10123456784 RB123456785GB": ["1Z999AA10123456784", "RB123456785GB"],
}


@pytest.mark.parametrize(("written", "numbers"), SEVERAL.items())
def test_several_numbers_in_a_field_are_several(written: str, numbers: list[str]) -> None:
    assert list(read_numbers(written).numbers) == numbers


ONE = {
    "1Z 999 AA1 01 2345 6784": "1Z999AA10123456784",
    "CX-0000 0123 45ES": "CX0000012345ES",
    "3230 0076 5541 2345": "3230007655412345",
    "1234/12345678": "1234/12345678",
    "1LS7119013618127-1": "1LS71190136181271",
    "#AAA111": "AAA111",
    "Nº 123456": "123456",
    "Guía: 123456": "123456",
    "«AAA111».": "AAA111",
    "123,456,789": "123456789",
    "RY000012": "RY000012",
    "pendiente123456": "PENDIENTE123456",
    "ＡＡＡ１１１": "AAA111",
    "AAA\u2011111\u200b": "AAA111",
}


@pytest.mark.parametrize(("written", "number"), ONE.items())
def test_what_is_part_of_a_number_parts_nothing(written: str, number: str) -> None:
    assert read_numbers(written).numbers == (number,)


@pytest.mark.parametrize(
    "written",
    [
        "n/a", "N/A", "NA", "-", "--", "—", "pending", "Pendiente", "sin seguimiento", "Sin Nº", "0000000000", "0",
        "000", "XXXXXXXX", "9999999999", "tbd", "none", "null", "por confirmar", "no tracking", "envío 24h",
        "en 2 días", "to follow", "SINSEGUIMIENTO", "PORCONFIRMAR", "se envía mañana",
        ".", "?", "()", "0000-0000", "A" * 80 + "1",
    ],
)  # fmt: skip
def test_what_stands_where_there_is_none_yet_is_no_number(written: str) -> None:
    read = read_numbers(written)
    assert (read.numbers, read.url) == ((), None)
    assert not normalised_number(written).strip(".?()") or len(read.notes) == 1


@pytest.mark.parametrize("written", [None, "", "   ", "\n"])
def test_an_empty_field_says_nothing(written: str | None) -> None:
    assert read_numbers(written).numbers == read_numbers(written).notes == ()


ADDRESSES = {
    "https://carrier.example/t?n=123": ((), "https://carrier.example/t?n=123"),
    "HTTPS://CARRIER.EXAMPLE/T?N=123": ((), "HTTPS://CARRIER.EXAMPLE/T?N=123"),
    "www.carrier.example/t/Ab12cd": ((), "https://www.carrier.example/t/Ab12cd"),
    "Follow it: https://carrier.example/t?n=123.": ((), "https://carrier.example/t?n=123"),
    "AAA111 https://carrier.example/t?n=123": (("AAA111",), "https://carrier.example/t?n=123"),
    "https://www.ups.com/track?tracknum=1Z999AA10123456784&loc=es": (
        ("1Z999AA10123456784",),
        "https://www.ups.com/track?tracknum=1Z999AA10123456784&loc=es",
    ),
    "https://www.royalmail.com/track-your-item#/tracking-results/AB12%20345": (
        ("AB12345",),
        "https://www.royalmail.com/track-your-item#/tracking-results/AB12%20345",
    ),
    "https://shop.example/?order=1001&parcel=RB123456785GB": (
        ("RB123456785GB",),
        "https://shop.example/?order=1001&parcel=RB123456785GB",
    ),
    "https://shop.example/?a=RB123456785GB&b=1Z999AA10123456784": (
        (),
        "https://shop.example/?a=RB123456785GB&b=1Z999AA10123456784",
    ),
    "https://a.example/1 https://b.example/2": ((), "https://a.example/1"),
}


@pytest.mark.parametrize(("written", "expected"), ADDRESSES.items())
def test_a_web_address_is_a_link_and_its_number_counts_only_where_it_is_sure(
    written: str, expected: tuple[tuple[str, ...], str]
) -> None:
    read = read_numbers(written)
    assert (read.numbers, read.url) == expected


def test_a_field_that_names_a_whole_list_gives_the_first_of_them_and_says_so() -> None:
    read = read_numbers(", ".join(f"AB{at:06}" for at in range(30)))
    assert len(read.numbers) == MOST_NUMBERS
    assert read.notes == ("Of 30 tracking numbers the first 20 count.",)


numbers = st.from_regex(r"[A-Z]{2}[1-9][0-9]{6,9}", fullmatch=True)
between = st.sampled_from([", ", ",", " / ", "/", ";", "\n", " y ", " and ", " & ", "|", " + ", "\t"])


@given(st.lists(numbers, min_size=1, max_size=6, unique=True), between)
def test_numbers_joined_by_any_sign_come_apart_again(written: list[str], sign: str) -> None:
    assert list(read_numbers(sign.join(written)).numbers) == written


@given(st.text(max_size=80))
def test_whatever_is_written_is_read_the_same_again_and_never_ends_in_an_error(written: str) -> None:
    for number in read_numbers(written).numbers:
        assert number == normalised_number(number)
        assert number
