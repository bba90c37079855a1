"""The law's own period for withdrawing from a distance contract, by country, as data and pure arithmetic on days."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Period:
    """``days`` counted from the day after the last item arrived; ``working`` counts working days only."""

    days: int
    working: bool = False


_EU = (
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR"),
    *("HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
)
# Fourteen days in the EU (Directive 2011/83, article 9), in the EEA (IS, LI, NO) and in the United Kingdom, which kept
# them (Consumer Contracts Regulations 2013); five business days in Mexico.
PERIODS: dict[str, Period] = {country: Period(14) for country in (*_EU, "IS", "LI", "NO", "GB")}
PERIODS["MX"] = Period(5, working=True)

# The autonomous community of each Spanish province, in the order of their postcodes' first two digits, from 01 to 52.
_COMMUNITIES = (
    "PV", "CM", "VC", "AN", "CL", "EX", "IB", "CT", "CL", "EX", "AN", "VC", "CM",
    "AN", "GA", "CM", "CT", "AN", "CM", "PV", "AN", "AR", "AN", "CL", "CT", "RI",
    "GA", "MD", "AN", "MC", "NC", "GA", "AS", "CL", "CN", "GA", "CL", "CN", "CB",
    "CL", "AN", "CL", "CT", "AR", "CM", "VC", "CL", "PV", "CL", "AR", "CE", "ML",
)  # fmt: skip


# A calendar is built anew at each call otherwise, several times a quote; 256 hold some years of every region in use.
@lru_cache(maxsize=256)
def _holidays(country: str, region: str | None, year: int) -> frozenset[date]:
    import holidays  # large, and most processes never count a working day

    supported = holidays.list_supported_countries()
    if country not in supported:
        return frozenset()
    # The library raises for a part that it does not have: the country's own holidays are the next best.
    subdivision = region if region in supported[country] else None
    return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=year))


def region_of(country: str | None, postcode: str | None, region: str | None) -> str | None:
    """The region whose holidays count: read from a Spanish postcode, else as the address says it."""
    province = (postcode or "")[:2]
    if country == "ES" and province.isdecimal() and 1 <= int(province) <= len(_COMMUNITIES):
        return _COMMUNITIES[int(province) - 1]
    return region


def is_working_day(day: date, country: str | None, region: str | None = None) -> bool:
    """True for Monday to Friday that is no public holiday in the country (and region, an ISO 3166-2 part)."""
    return day.weekday() < 5 and (country is None or day not in _holidays(country, region, day.year))


def add_working_days(day: date, count: int, country: str | None, region: str | None = None) -> date:
    """The working day that lies ``count`` working days after ``day``; with 0, ``day`` or the next working day."""
    current = day
    while not is_working_day(current, country, region) and count == 0:
        current += timedelta(days=1)
    for _ in range(count):
        current += timedelta(days=1)
        while not is_working_day(current, country, region):
            current += timedelta(days=1)
    return current


def last_day(country: str | None, received_on: date, region: str | None = None) -> date | None:
    """The last day, until midnight in the consumer's zone; None where no such law is known.

    A last day on a weekend or public holiday moves to the next working day (Regulation 1182/71, article 3(4)).
    """
    period = PERIODS.get(country or "")
    if period is None:
        return None
    if period.working:
        return add_working_days(received_on, period.days, country, region)
    return add_working_days(received_on + timedelta(days=period.days), 0, country, region)
