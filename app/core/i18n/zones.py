"""The time zone of a place: by country, and by postcode, state or city where a country has several clocks."""

from functools import cache, lru_cache

from babel.core import get_global

UTC = "UTC"

# Countries with several zones: the one by which most of their people live.
MAIN = {
    "AR": "America/Argentina/Buenos_Aires",
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CD": "Africa/Kinshasa",
    "CL": "America/Santiago",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "FM": "Pacific/Pohnpei",
    "GL": "America/Nuuk",
    "ID": "Asia/Jakarta",
    "KI": "Pacific/Tarawa",
    "KZ": "Asia/Almaty",
    "MH": "Pacific/Majuro",
    "MN": "Asia/Ulaanbaatar",
    "MX": "America/Mexico_City",
    "NZ": "Pacific/Auckland",
    "PF": "Pacific/Tahiti",
    "PG": "Pacific/Port_Moresby",
    "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow",
    "US": "America/New_York",
}
# The zone database names several zones, but their clocks agree today, or hardly anybody lives by the other.
ONE_CLOCK = {
    "CN": "Asia/Shanghai",
    "CY": "Asia/Nicosia",
    "DE": "Europe/Berlin",
    "MY": "Asia/Kuala_Lumpur",
    "UA": "Europe/Kyiv",
    "UZ": "Asia/Tashkent",
}
# By the first digits of a postcode, the longest that fits; "" is every other postcode.
BY_POSTCODE = {
    # Las Palmas and Santa Cruz de Tenerife; Ceuta (51) and Melilla (52) live by Madrid's clock.
    "ES": {"35": "Atlantic/Canary", "38": "Atlantic/Canary", "": "Europe/Madrid"},
    # 90 to 94 is Madeira with Porto Santo (9400), 95 to 99 the Azores.
    "PT": {
        **dict.fromkeys(("90", "91", "92", "93", "94"), "Atlantic/Madeira"),
        "9": "Atlantic/Azores",
        "": "Europe/Lisbon",
    },
    "FR": {
        "971": "America/Guadeloupe",
        "972": "America/Martinique",
        "973": "America/Cayenne",
        "974": "Indian/Reunion",
        "975": "America/Miquelon",
        "976": "Indian/Mayotte",
        "977": "America/St_Barthelemy",
        "978": "America/Marigot",
        "986": "Pacific/Wallis",
        "987": "Pacific/Tahiti",
        "988": "Pacific/Noumea",
        "": "Europe/Paris",
    },
}
# States and provinces of which at least 97 in 100 people live by one clock (censuses of 2020 and 2021).
BY_REGION = {
    "US": {
        "America/New_York": "CT DC DE GA MA MD ME MI NC NH NJ NY OH PA RI SC VA VT WV",
        "America/Chicago": "AL AR IA IL KS LA MN MO MS OK WI",
        "America/Denver": "CO MT NM UT WY",
        "America/Phoenix": "AZ",
        "America/Los_Angeles": "CA NV OR WA",
        "America/Anchorage": "AK",
        "Pacific/Honolulu": "HI",
        "America/Puerto_Rico": "PR VI",
        "Pacific/Guam": "GU MP",
        "Pacific/Pago_Pago": "AS",
    },
    "CA": {
        "America/Vancouver": "BC",
        "America/Whitehorse": "YT",
        "America/Edmonton": "AB NT",
        "America/Regina": "SK",
        "America/Winnipeg": "MB",
        "America/Toronto": "ON QC",
        "America/Moncton": "NB",
        "America/Halifax": "NS PE",
    },
    "AU": {
        "Australia/Sydney": "ACT NSW",
        "Australia/Melbourne": "VIC",
        "Australia/Brisbane": "QLD",
        "Australia/Adelaide": "SA",
        "Australia/Darwin": "NT",
        "Australia/Hobart": "TAS",
        "Australia/Perth": "WA",
    },
    "MX": {"America/Tijuana": "BC BCN", "America/Hermosillo": "SON", "America/Cancun": "ROO QROO"},
    # ISO 3166-2: the Canaries and their two provinces; Madeira and the Azores.
    "ES": {"Atlantic/Canary": "CN GC TF"},
    "PT": {"Atlantic/Madeira": "30", "Atlantic/Azores": "20"},
}
# States that two clocks divide: the one of the larger part, good for a guess only.
MOSTLY = {
    "US": {
        "America/New_York": "FL",
        "America/Indiana/Indianapolis": "IN",
        "America/Kentucky/Louisville": "KY",
        "America/Chicago": "ND NE SD TN TX",
        "America/Boise": "ID",
    },
    "CA": {"America/St_Johns": "NL", "America/Iqaluit": "NU"},
}
# Where a scan names its town and no postcode.
ISLANDS: dict[str, dict[str, tuple[str, ...]]] = {
    "ES": {
        "Atlantic/Canary": (
            "palmas", "lanzarote", "fuerteventura", "canaria", "tenerife", "la palma", "gomera", "hierro",
        ),
    },
    "PT": {
        "Atlantic/Azores": ("azores", "acores", "açores", "ponta delgada"),
        "Atlantic/Madeira": ("madeira", "funchal"),
    },
}  # fmt: skip


def zone_of(country: str | None, *, postcode: str | None = None, region: str | None = None) -> str | None:
    """The zone that a place most likely has, as IANA names it; None when the country is not known."""
    if not country:
        return None
    code = country.upper()
    sure = only_zone_of(code, postcode=postcode, region=region)
    return sure or _by_region(MOSTLY, code, region) or MAIN.get(code)


@lru_cache(maxsize=4096)
def only_zone_of(
    country: str | None, *, postcode: str | None = None, region: str | None = None, city: str | None = None
) -> str | None:
    """The one zone that a place can have; None where its country has several and nothing decides."""
    code = (country or "").upper()
    return (
        _by_postcode(code, postcode)
        or _by_region(BY_REGION, code, region)
        or _by_city(code, city)
        or ONE_CLOCK.get(code)
        or _single(code)
    )


def _by_postcode(country: str, postcode: str | None) -> str | None:
    """The zone of a postcode; nothing for a text that is none."""
    heads = BY_POSTCODE.get(country, {})
    written = (postcode or "").strip().upper().removeprefix(f"{country}-")
    if not written[:2].isdigit():
        return None
    return next((zone for size in (3, 2, 1, 0) if (zone := heads.get(written[:size]))), None)


def _by_region(table: dict[str, dict[str, str]], country: str, region: str | None) -> str | None:
    """The zone of a state, written as ``TX`` or ``US-TX``."""
    state = (region or "").strip().upper().rpartition("-")[2]
    zones = table.get(country, {})
    return next((zone for zone, states in zones.items() if state and state in states.split()), None)


def _by_city(country: str, city: str | None) -> str | None:
    """Spain and Portugal have islands on another clock; any other town of theirs is on the mainland."""
    if country not in ISLANDS or not city:
        return None
    name = city.lower()
    zones = ISLANDS[country].items()
    return next((zone for zone, parts in zones if any(part in name for part in parts)), MAIN[country])


@cache
def _single(country: str) -> str | None:
    zones: list[str] = get_global("territory_zones").get(country, [])
    return zones[0] if len(zones) == 1 else None
