"""Zones at the borders: islands, overseas, states; what is sure of a place, and what is only likely."""

from zoneinfo import available_timezones

import pytest

from app.core.i18n import zones
from app.core.i18n.zones import only_zone_of, zone_of


@pytest.mark.parametrize(
    ("country", "postcode", "zone"),
    [
        ("ES", "28013", "Europe/Madrid"),
        ("ES", "07001", "Europe/Madrid"),
        ("ES", "35001", "Atlantic/Canary"),
        ("ES", "38700", "Atlantic/Canary"),
        ("ES", "39001", "Europe/Madrid"),
        ("ES", "51001", "Europe/Madrid"),
        ("ES", "52001", "Europe/Madrid"),
        ("PT", "8950-123", "Europe/Lisbon"),
        ("PT", "9000-018", "Atlantic/Madeira"),
        ("PT", "9200-047", "Atlantic/Madeira"),
        ("PT", "9400-015", "Atlantic/Madeira"),
        ("PT", "9500-150", "Atlantic/Azores"),
        ("PT", "9980-024", "Atlantic/Azores"),
        ("FR", "75001", "Europe/Paris"),
        ("FR", "20000", "Europe/Paris"),
        ("FR", "97110", "America/Guadeloupe"),
        ("FR", "97200", "America/Martinique"),
        ("FR", "97300", "America/Cayenne"),
        ("FR", "97400", "Indian/Reunion"),
        ("FR", "97600", "Indian/Mayotte"),
        ("FR", "98800", "Pacific/Noumea"),
        ("RE", "97400", "Indian/Reunion"),
        ("GP", None, "America/Guadeloupe"),
        ("GB", "BT1 1AA", "Europe/London"),
        ("DE", "10115", "Europe/Berlin"),
        ("fr", "F-75001", "Europe/Paris"),
    ],
)
def test_a_postcode_decides(country: str, postcode: str | None, zone: str) -> None:
    assert only_zone_of(country, postcode=postcode) == zone_of(country, postcode=postcode) == zone


@pytest.mark.parametrize(
    ("country", "region", "zone"),
    [
        ("US", "OR", "America/Los_Angeles"),
        ("US", "US-NY", "America/New_York"),
        ("US", "az", "America/Phoenix"),
        ("US", "AK", "America/Anchorage"),
        ("US", "PR", "America/Puerto_Rico"),
        ("CA", "BC", "America/Vancouver"),
        ("CA", "ON", "America/Toronto"),
        ("CA", "QC", "America/Toronto"),
        ("CA", "SK", "America/Regina"),
        ("CA", "YT", "America/Whitehorse"),
        ("AU", "NSW", "Australia/Sydney"),
        ("AU", "QLD", "Australia/Brisbane"),
        ("AU", "WA", "Australia/Perth"),
        ("MX", "BC", "America/Tijuana"),
        ("ES", "ES-GC", "Atlantic/Canary"),
        ("PT", "PT-20", "Atlantic/Azores"),
    ],
)
def test_a_state_decides_where_a_country_has_several_clocks(country: str, region: str, zone: str) -> None:
    assert only_zone_of(country, region=region) == zone_of(country, region=region) == zone


@pytest.mark.parametrize(
    ("country", "region", "likely"),
    [
        ("US", "TX", "America/Chicago"),
        ("US", "FL", "America/New_York"),
        ("US", "ID", "America/Boise"),
        ("US", None, "America/New_York"),
        ("CA", "NL", "America/St_Johns"),
        ("AU", "Victoria", "Australia/Sydney"),
        ("PT", None, "Europe/Lisbon"),
        ("ES", None, "Europe/Madrid"),
        ("BR", "AM", "America/Sao_Paulo"),
    ],
)
def test_what_two_clocks_divide_is_only_likely(country: str, region: str | None, likely: str) -> None:
    assert only_zone_of(country, region=region) is None
    assert zone_of(country, region=region) == likely


def test_a_town_decides_where_only_islands_differ() -> None:
    towns = {"Las Palmas de Gran Canaria": "Atlantic/Canary", "Palma de Mallorca": "Europe/Madrid"}
    assert {town: only_zone_of("ES", city=town) for town in towns} == towns
    assert only_zone_of("PT", city="Ponta Delgada") == "Atlantic/Azores"
    assert only_zone_of("PT", city="Funchal", postcode="9000-018") == "Atlantic/Madeira"
    assert only_zone_of("US", city="Portland") is None


@pytest.mark.parametrize("country", [None, "", "XX", "ZZ"])
def test_no_country_has_no_zone(country: str | None) -> None:
    assert only_zone_of(country) is None and zone_of(country) is None


def test_every_zone_in_the_tables_is_one_that_there_is_and_no_state_stands_twice() -> None:
    named = {*zones.MAIN.values(), *zones.ONE_CLOCK.values()}
    named |= {zone for heads in zones.BY_POSTCODE.values() for zone in heads.values()}
    named |= {zone for table in (zones.BY_REGION, zones.MOSTLY) for states in table.values() for zone in states}
    named |= {zone for towns in zones.ISLANDS.values() for zone in towns}
    assert named <= available_timezones()
    for country, divided in zones.BY_REGION.items():
        states = " ".join([*divided.values(), *zones.MOSTLY.get(country, {}).values()]).split()
        assert len(states) == len(set(states)), country
