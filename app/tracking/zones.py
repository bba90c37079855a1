"""The time zone of a place: by country, and by postcode or state where a country has several."""

from babel.core import get_global

UTC = "UTC"

MAIN = {
    "AR": "America/Argentina/Buenos_Aires",
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CD": "Africa/Kinshasa",
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "CY": "Asia/Nicosia",
    "DE": "Europe/Berlin",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "GL": "America/Nuuk",
    "ID": "Asia/Jakarta",
    "KZ": "Asia/Almaty",
    "MN": "Asia/Ulaanbaatar",
    "MX": "America/Mexico_City",
    "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland",
    "PG": "Pacific/Port_Moresby",
    "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv",
    "US": "America/New_York",
    "UZ": "Asia/Tashkent",
}
BY_POSTCODE = {
    "ES": {"35": "Atlantic/Canary", "38": "Atlantic/Canary"},
    "PT": {"90": "Atlantic/Madeira", "91": "Atlantic/Madeira", "93": "Atlantic/Madeira", "9": "Atlantic/Azores"},
}
BY_REGION = {
    "US": {
        "America/Los_Angeles": "CA NV OR WA",
        "America/Denver": "CO ID MT NM UT WY",
        "America/Phoenix": "AZ",
        "America/Chicago": "AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI",
        "America/Anchorage": "AK",
        "Pacific/Honolulu": "HI",
    },
    "AU": {
        "Australia/Perth": "WA",
        "Australia/Adelaide": "SA",
        "Australia/Darwin": "NT",
        "Australia/Brisbane": "QLD",
        "Australia/Hobart": "TAS",
    },
    "CA": {
        "America/Vancouver": "BC YT",
        "America/Edmonton": "AB NT",
        "America/Regina": "SK",
        "America/Winnipeg": "MB",
        "America/Halifax": "NB NS PE",
        "America/St_Johns": "NL",
    },
    "MX": {"America/Tijuana": "BC BCN", "America/Hermosillo": "SON", "America/Cancun": "ROO QROO"},
}


def _only_zones() -> dict[str, str]:
    """Countries that have a single zone."""
    zones: dict[str, list[str]] = {}
    for zone, country in get_global("zone_territories").items():
        zones.setdefault(str(country), []).append(str(zone))
    return {country: names[0] for country, names in zones.items() if len(names) == 1}


ONLY = _only_zones()


def zone_of(country: str | None, *, postcode: str | None = None, region: str | None = None) -> str | None:
    """IANA name for a place, or None when the country is not known."""
    if not country:
        return None
    code = country.upper()
    prefixes = BY_POSTCODE.get(code, {})
    for length in (2, 1):
        found = prefixes.get((postcode or "").strip()[:length])
        if found:
            return found
    state = (region or "").strip().upper().rpartition("-")[2]
    for zone, states in BY_REGION.get(code, {}).items():
        if state and state in states.split():
            return zone
    return MAIN.get(code) or ONLY.get(code)
