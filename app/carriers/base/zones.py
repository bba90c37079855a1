"""The zone of a place: countries that have one zone, and the parts of the large ones that do."""

from datetime import timedelta
from functools import cache, lru_cache

from babel.core import get_global

from app.tracking.ports import Place
from app.tracking.zones import zone_of as likely_zone

_EAST = ("CT", "DE", "DC", "GA", "MA", "MD", "ME", "NC", "NH", "NJ", "NY", "OH", "PA", "RI", "SC", "VA", "VT", "WV")
_REGIONS: dict[str, dict[str, str]] = {
    "US": {
        **dict.fromkeys(_EAST, "America/New_York"),
        **dict.fromkeys(("AL", "AR", "IA", "IL", "LA", "MN", "MO", "MS", "OK", "WI"), "America/Chicago"),
        **dict.fromkeys(("CO", "MT", "NM", "UT", "WY"), "America/Denver"),
        **dict.fromkeys(("CA", "NV", "WA"), "America/Los_Angeles"),
        "AZ": "America/Phoenix",
        "HI": "Pacific/Honolulu",
    },
    "CA": {
        "AB": "America/Edmonton",
        "MB": "America/Winnipeg",
        "NB": "America/Moncton",
        "NS": "America/Halifax",
        "PE": "America/Halifax",
        "QC": "America/Toronto",
    },
    "AU": {
        **dict.fromkeys(("ACT", "VIC"), "Australia/Melbourne"),
        "NT": "Australia/Darwin",
        "QLD": "Australia/Brisbane",
        "SA": "Australia/Adelaide",
        "TAS": "Australia/Hobart",
        "WA": "Australia/Perth",
    },
}
_ISLANDS = {
    **dict.fromkeys(("palmas", "lanzarote", "fuerteventura", "canaria"), "35"),
    **dict.fromkeys(("tenerife", "la palma", "gomera", "hierro"), "38"),
    **dict.fromkeys(("azores", "acores", "açores", "ponta delgada"), "95"),
    **dict.fromkeys(("madeira", "funchal"), "90"),
}
_ONE_CLOCK = {
    "CN": "Asia/Shanghai",
    "CY": "Asia/Nicosia",
    "DE": "Europe/Berlin",
    "MY": "Asia/Kuala_Lumpur",
    "UA": "Europe/Kyiv",
    "UZ": "Asia/Tashkent",
}
_WEST = frozenset({"AR", "BO", "BR", "CA", "CL", "CO", "CR", "EC", "GT", "MX", "PA", "PE", "PY", "US", "UY", "VE"})
_EASTERLY = frozenset(
    {"AT", "AU", "BE", "CH", "CN", "CZ", "DE", "FI", "GR", "IN", "IT", "JP", "NL", "NZ", "PL", "RU", "SE"}
)


def zone_of(place: Place | None) -> str | None:
    """The one zone in which a place lies, or None where its country has several and the place does not decide."""
    country = place.country if place else None
    if place is None or country is None:
        return None
    if country in ("ES", "PT"):
        return _iberian(country, place.postcode, place.city)
    region = _REGIONS.get(country, {}).get((place.region or "").upper())
    if region is not None:
        return region
    return _ONE_CLOCK.get(country) or _single(country)


def usual_zone(place: Place | None) -> str | None:
    """The zone that a place most likely has; good for a guess only."""
    return likely_zone(place.country, postcode=place.postcode, region=place.region) if place else None


def offset_fits(offset: timedelta, country: str | None) -> bool:
    """Whether a distance from UTC has the sign that the country's clocks have."""
    if country in _WEST:
        return offset < timedelta()
    return offset > timedelta() if country in _EASTERLY else True


@cache
def _single(country: str | None) -> str | None:
    zones: list[str] = get_global("territory_zones").get(country or "", [])
    return zones[0] if len(zones) == 1 else None


@lru_cache(maxsize=4096)
def _iberian(country: str, postcode: str | None, city: str | None) -> str | None:
    """Spain and Portugal have islands on another clock: the postcode tells, else the city does."""
    head = (postcode or "")[:2]
    if not head.isdigit():
        head = next((code for name, code in _ISLANDS.items() if name in (city or "").lower()), "28" if city else "")
    if country == "ES":
        return "Atlantic/Canary" if head in ("35", "38") else "Europe/Madrid" if head else None
    if not head:
        return None
    return "Atlantic/Azores" if head >= "95" else "Atlantic/Madeira" if head >= "90" else "Europe/Lisbon"
