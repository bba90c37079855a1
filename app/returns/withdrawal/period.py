"""The law's own period for withdrawing from a distance contract, by country, as data and pure arithmetic on days."""

from dataclasses import dataclass
from datetime import date, timedelta

from app.core.hours.calendars import public_holidays


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


def is_working_day(day: date, country: str | None, region: str | None = None) -> bool:
    """True for Monday to Friday that is no public holiday in the country (and region, an ISO 3166-2 part)."""
    return day.weekday() < 5 and (country is None or day not in public_holidays(country, region, day.year))


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
