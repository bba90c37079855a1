"""What people type to say where they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.returns.points.place_text import folded, postcodes, words_of


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
    names = words_of("Calle Mayor 3, 28801 Alcalá de Henares", "ES").names
    assert names[0] == "calle mayor 3 alcala de henares"
    assert names.index("alcala de henares") < names.index("calle mayor 3")
    assert "mayor" not in names


def test_a_town_before_its_region_begins_a_part_and_a_street_of_that_name_does_not() -> None:
    assert (("getafe",), "madrid") in words_of("Getafe Madrid", "ES").readings
    readings = words_of("Calle Getafe, Madrid", "ES").readings
    assert not [names for names, region in readings if region == "madrid" and "getafe" in names]


def test_what_no_place_stands_for_is_left_as_it_was_typed() -> None:
    words = words_of("Calle de Alcalá 20, 28014 Madrid", "ES")
    assert words.left_of("madrid") == "Calle de Alcalá 20"
    assert words_of("28014 MADRID (Madrid)", "ES").left_of("madrid") == ""


@given(text=st.text(max_size=100), country=st.sampled_from(["ES", "GB", "NL", "MX", "XX"]))
def test_any_text_is_read_in_no_time(text: str, country: str) -> None:
    words = words_of(text, country)
    assert len(words.names) <= 600
    assert all(name == folded(name) for name in words.names)


def test_names_are_compared_without_accents_case_and_signs() -> None:
    assert folded("  L'Hospitalet de  Llobregat ") == folded("l hospitalet DE llobregat")
    assert folded("Ávila") == "avila"
    assert folded("Straße") == "strasse"
