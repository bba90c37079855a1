"""Carriers' names and pages: built by us for known hosts, whatever a number holds."""

from urllib.parse import urlsplit

import pytest

from app.tracking.carrier_pages import carrier_choices, carrier_page, carrier_title, grouped

EVIL = [
    "//evil.example",
    "/\\evil",
    "https:evil",
    "%2f%2fevil",
    "a\tb",
    "a\r\nSet-Cookie: x=1",
    '"><script>',
    "@evil",
    "#x",
    "ñ",
]


@pytest.mark.parametrize("carrier", [name for name, _ in carrier_choices() if carrier_page(name, "1")])
def test_no_number_leads_away_from_the_carriers_host(carrier: str) -> None:
    expected = urlsplit(carrier_page(carrier, "1Z999") or "")
    for number in EVIL:
        page = carrier_page(carrier, number) or ""
        parts = urlsplit(page)
        assert (parts.scheme, parts.netloc) == ("https", expected.netloc)
        assert not set(page) & set(" \t\r\n\"'<>\\")


def test_an_unknown_carrier_has_a_readable_name_and_no_page() -> None:
    assert carrier_title("transportes_perez") == "Transportes Perez"
    assert carrier_title(None) is None
    assert carrier_page("transportes_perez", "1") is None
    assert carrier_page("ups", None) is None


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("323000765541029", "3230 0076 5541 029"),
        ("32300076554200012", "3230 0076 5542 00012"),
        ("3230007655420001", "3230 0076 5542 0001"),
        ("1Z999AA10123456784", "1Z999AA10123456784"),
        ("12345", "12345"),
    ],
)
def test_long_numbers_are_shown_in_groups_without_a_lonely_digit(number: str, shown: str) -> None:
    assert grouped(number) == shown
