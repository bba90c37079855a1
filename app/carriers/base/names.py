"""Carriers' names as aggregators write them, and as we do."""

import re

_ALIASES = {
    "australia_post": "australiapost",
    "canada_post": "canadapost",
    "colissimo": "laposte",
    "correosexpress": "correos_express",
    "correos_de_espana": "correos",
    "correos_spain": "correos",
    "spain_correos_es": "correos",
    "ctt_es": "ctt_express",
    "dhl": "dhl_express",
    "dhl_germany": "dhl_parcel_de",
    "dhl_paket": "dhl_parcel_de",
    "dpd_de": "dpd",
    "dpd_uk": "dpd",
    "fedexdefault": "fedex",
    "gls_es": "gls_asm",
    "gls_spain": "gls_asm",
    "asm": "gls_asm",
    "la_poste_colissimo": "laposte",
    "la_poste": "laposte",
    "mrw_spain": "mrw",
    "nacex_spain": "nacex",
    "royal_mail": "royalmail",
    "spanish_seur": "seur",
    "spanish_seur_api": "seur",
    "spanish_seur_ftp": "seur",
    "tip_sa": "tipsa",
    "upsdap": "ups",
    "usps_api": "usps",
}


def carrier_name(written: str | None) -> str | None:
    """``spanish-seur``, ``FedEx``, ``DHLExpress`` as ``seur``, ``fedex``, ``dhl_express``."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])|(?<=[A-Z]{3})(?=[A-Z][a-z])", "_", written or "")
    plain = re.sub(r"[^a-z0-9]+", "_", spaced.lower()).strip("_").replace("fed_ex", "fedex")
    return _ALIASES.get(plain, plain) or None
