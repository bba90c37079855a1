"""Countries as carriers write them: names, three letters, brackets; as ISO 3166-1 alpha-2."""

import re
from functools import cache

from babel import Locale

from app.carriers.base.vocabulary import plain_text

_ALPHA3 = """
    AND:AD ARE:AE ARG:AR AUS:AU AUT:AT BEL:BE BGR:BG BRA:BR CAN:CA CHE:CH CHL:CL CHN:CN COL:CO CYP:CY CZE:CZ DEU:DE
    DNK:DK ECU:EC ESP:ES EST:EE FIN:FI FRA:FR GBR:GB GRC:GR HKG:HK HRV:HR HUN:HU IDN:ID IND:IN IRL:IE ISL:IS ISR:IL
    ITA:IT JAM:JM JPN:JP KOR:KR LTU:LT LUX:LU LVA:LV MAR:MA MEX:MX MLT:MT MYS:MY NLD:NL NOR:NO NZL:NZ PER:PE PHL:PH
    POL:PL PRT:PT ROU:RO SGP:SG SVK:SK SVN:SI SWE:SE THA:TH TUR:TR TWN:TW UKR:UA URY:UY USA:US VNM:VN ZAF:ZA
"""
_BY_ALPHA3 = dict(pair.split(":") for pair in _ALPHA3.split())


def country_named(text: str | None) -> str | None:
    """``Spain``, ``ESP``, ``es``, ``USA`` as ``ES``, ``US``; None for what is no country."""
    written = (text or "").strip()
    upper = written.upper()
    if upper in _BY_ALPHA3:
        return _BY_ALPHA3[upper]
    if upper in _codes():
        return upper
    return _names().get(plain_text(written))


def bracketed_country(text: str | None) -> tuple[str | None, str | None]:
    """``Puurs (BE)`` as place and country."""
    match = re.fullmatch(r"(.*?)\s*\(([A-Za-z]{2})\)", (text or "").strip())
    return (match[1] or None, country_named(match[2])) if match else ((text or "").strip() or None, None)


@cache
def _names() -> dict[str, str]:
    """Country names in the languages that carriers write to us in."""
    names: dict[str, str] = {}
    for language in ("en", "es", "fr", "de"):
        for code, name in Locale(language).territories.items():
            if re.fullmatch(r"[A-Z]{2}", code):
                names.setdefault(plain_text(name), code)
    return names


@cache
def _codes() -> frozenset[str]:
    # Babel names groups of countries beside them.
    return frozenset(_names().values()) - {"EU", "UN", "ZZ"}
