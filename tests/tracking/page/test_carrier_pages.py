"""Carriers' names and pages: built by us for known hosts, whatever a number holds."""

from urllib.parse import urlsplit

import pytest

from app.tracking.carrier_pages import carrier_choices, carrier_page, carrier_title, distinct_carrier_title, grouped

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


def test_two_carriers_of_one_title_are_one_to_customers_and_told_apart_by_staff() -> None:
    assert (carrier_title("gls"), carrier_title("gls_asm")) == ("GLS", "GLS")
    assert distinct_carrier_title("gls") == "GLS (gls-group.com)"
    assert distinct_carrier_title("gls_spain") == distinct_carrier_title("gls_asm") == "GLS"
    assert distinct_carrier_title("mrw") == "MRW"
    assert distinct_carrier_title("transportes_perez") == "Transportes Perez"
    assert distinct_carrier_title("easypost") == carrier_title("easypost")
    assert distinct_carrier_title(None) is None


def test_no_two_carriers_to_choose_from_are_called_alike() -> None:
    titles = [title for _, title in carrier_choices()]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize(
    ("carrier", "number", "page"),
    [
        ("ontrac", "C11031500001879", "https://www.ontrac.com/tracking/?number=C11031500001879"),
        ("landmark", "LTN74207623N1", "https://track.landmarkglobal.com/?search=LTN74207623N1"),
        ("purolator", "320595463938", "https://www.purolator.com/en/shipping/tracker?pin=320595463938"),
        ("yodel", "JD0002242617644732", "https://www.yodel.co.uk/tracking/JD0002242617644732"),
        (
            "mrw",
            "01400F001137",
            "https://www.mrw.es/seguimiento_envios/MRW_historico_nacional.asp?enviament=01400F001137",
        ),
        ("seur", "01234567890123", "https://www.seur.com/livetracking/?segOnlineIdentificador=01234567890123"),
        ("evri", "1234567890123456", "https://www.evri.com/track/parcel/1234567890123456"),
        ("gls", "YOXVB8CE", "https://gls-group.com/GROUP/en/parcel-tracking?match=YOXVB8CE"),
        # They want a postcode beside the number: the shop's own link is better.
        ("mondial_relay", "12345678", None),
        ("gls_asm", "12345678901234", None),
    ],
)
def test_a_carriers_page_is_the_one_that_others_link(carrier: str, number: str, page: str | None) -> None:
    assert carrier_page(carrier, number) == page
