"""Public holidays of a place: its country's and its region's, and the days on which nobody can say."""

from datetime import date
from functools import lru_cache

# The autonomous community of each Spanish province, in the order of their postcodes' first two digits, from 01 to 52.
_COMMUNITIES = (
    "PV", "CM", "VC", "AN", "CL", "EX", "IB", "CT", "CL", "EX", "AN", "VC", "CM",
    "AN", "GA", "CM", "CT", "AN", "CM", "PV", "AN", "AR", "AN", "CL", "CT", "RI",
    "GA", "MD", "AN", "MC", "NC", "GA", "AS", "CL", "CN", "GA", "CL", "CN", "CB",
    "CL", "AN", "CL", "CT", "AR", "CM", "VC", "CL", "PV", "CL", "AR", "CE", "ML",
)  # fmt: skip


def region_of(country: str | None, postcode: str | None, region: str | None) -> str | None:
    """The region whose holidays count: read from a Spanish postcode, else as the address says it."""
    province = (postcode or "")[:2]
    if country == "ES" and province.isdecimal() and 1 <= int(province) <= len(_COMMUNITIES):
        return _COMMUNITIES[int(province) - 1]
    return region


# A calendar is built anew at each call otherwise, several times a quote; 256 hold some years of every region in use.
@lru_cache(maxsize=256)
def public_holidays(country: str, region: str | None, year: int) -> frozenset[date]:
    """The country's holidays, and the region's (an ISO 3166-2 part) where it has its own; none where none are known."""
    import holidays  # large, and most processes never count a working day

    subdivision = region if region in _regions(country) else None
    # The library raises for a country or a part that it does not have.
    if country not in holidays.list_supported_countries():
        return frozenset()
    return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=year))


def is_public_holiday(day: date, country: str | None, region: str | None) -> bool | None:
    """Whether it is one; None where only some regions keep it and nobody says which region this is, or no list is."""
    if country is None or not _has_calendar(country):
        return None
    if day in public_holidays(country, region, day.year):
        return True
    if region not in _regions(country) and day in _somewhere(country, day.year):
        return None
    return False


@lru_cache(maxsize=64)
def _somewhere(country: str, year: int) -> frozenset[date]:
    """The holidays of any region."""
    return frozenset(day for region in _regions(country) for day in public_holidays(country, region, year))


@lru_cache(maxsize=64)
def _has_calendar(country: str) -> bool:
    import holidays

    return country in holidays.list_supported_countries()


@lru_cache(maxsize=64)
def _regions(country: str) -> frozenset[str]:
    import holidays

    return frozenset(holidays.list_supported_countries().get(country, ()))
