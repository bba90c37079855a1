"""What people type to say where they are."""

import pytest

from app.returns.points.place_text import folded, postcodes, towns


@pytest.mark.parametrize(
    ("text", "country", "first"),
    [
        ("28013", "ES", "28013"),
        ("28013 Madrid", "ES", "28013"),
        ("Calle de Alcalá 12, 28013 Madrid", "ES", "28013"),
        ("Calle 12345 n.º 4, 28013 Madrid", "ES", "28013"),
        ("3021 gh", "NL", "3021GH"),
        ("sw1a 1aa", "GB", "SW1A1AA"),
        ("4000-123 Porto", "PT", "4000-123"),
        ("10001-1234", "US", "10001-1234"),
        ("00-950 Warszawa", "PL", "00-950"),
    ],
)
def test_the_postcode_is_found(text: str, country: str, first: str) -> None:
    assert postcodes(text, country)[0] == first


def test_the_leading_part_is_tried_after_the_whole() -> None:
    assert postcodes("3021GH Rotterdam", "NL") == ["3021GH", "3021 GH", "3021"]
    assert postcodes("10001-1234", "US")[-1] == "10001"


def test_no_postcode_is_no_candidate() -> None:
    assert postcodes("Madrid", "ES") == []
    assert postcodes("", "ES") == []


def test_the_town_comes_last_in_an_address_and_is_tried_first_of_its_parts() -> None:
    assert towns("Calle Mayor 3, 28801 Alcalá de Henares", "ES") == [
        "calle mayor 3 alcala de henares",
        "alcala de henares",
        "calle mayor 3",
    ]


def test_names_are_compared_without_accents_case_and_signs() -> None:
    assert folded("  L'Hospitalet de  Llobregat ") == folded("l hospitalet DE llobregat")
    assert folded("Ávila") == "avila"
    assert folded("Straße") == "strasse"
