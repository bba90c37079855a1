"""Mending people and places: e-mail addresses, phones, countries, postcodes. Pure."""

import unicodedata
from functools import cache
from typing import Any

from babel import Locale
from babel.core import get_global

from app.orders.contacts.contact_points import phone_key
from app.orders.contacts.mail_addresses import mend_email
from app.orders.document.fields import COUNTRIES
from app.orders.document.mending.numbers import consent
from app.orders.document.mending.texts import Mended, Mender, plain, shown
from app.orders.document.notes import NoteKind

_TEXT, _WORD = shown(300), shown(64)
# As systems and people write what ISO 3166-1 writes in another way.
_OTHER_CODES = {"UK": "GB", "EL": "GR", "XI": "GB", "IC": "ES", "EA": "ES"}
# Where a postcode has so many digits, and a spreadsheet takes the first away when it is 0.
_DIGITS = {"DE": 5, "EE": 5, "ES": 5, "FI": 5, "FR": 5, "HR": 5, "IT": 5, "LT": 5, "MX": 5, "PT": 7, "TR": 5, "US": 5}


def email(value: Any) -> Mended:
    """An address as it can be written to, or as it was written, which is then never used."""
    text, kind = _TEXT(value)
    if text is None:
        return text, kind
    # As it was written, before marks and line ends went: they separate what is the address from what is not.
    address, why = mend_email(value if isinstance(value, str) else text)
    if address is None:
        return text, NoteKind.EMAIL_UNUSABLE
    return address, NoteKind.EMAIL_MENDED if why else None


def phone(country: str | None) -> Mender:
    """A phone as it was written, and whether it can be dialled from ``country``."""

    def mend(value: Any) -> Mended:
        text, kind = _WORD(value)
        if text is None:
            return text, kind
        # Where it goes is not known: the shop's own country, which is read later, may tell.
        unread = phone_key(text, country=country) is None and (country is not None or text.startswith(("+", "00")))
        return text, NoteKind.PHONE_UNREADABLE if unread else None

    return mend


def country(value: Any) -> Mended:
    """A code of ISO 3166-1, however it is cased, of three letters, or by its name in English, Spanish or itself."""
    text = plain(value) if isinstance(value, str) else ""
    if not text:
        return None, NoteKind.COUNTRY_UNKNOWN
    upper = text.upper()
    if upper in COUNTRIES:
        return upper, None
    read = _OTHER_CODES.get(upper) or _aliases().get(upper) or _names().get(_folded(text))
    return (read, NoteKind.COUNTRY_READ) if read in COUNTRIES else (None, NoteKind.COUNTRY_UNKNOWN)


def postcode(country_code: str | None) -> Mender:
    """A postcode, with the leading zero that a spreadsheet took away."""

    def mend(value: Any) -> Mended:
        text, kind = _WORD(value)
        digits = _DIGITS.get(country_code or "", 0)
        if text and text.isascii() and text.isdigit() and len(text) == digits - 1:
            return "0" + text, NoteKind.POSTCODE_ZERO
        return text, kind

    return mend


def person_menders(country_code: str | None) -> dict[str, Mender]:
    """What is mended in a customer or contact, by field."""
    return {
        "id": _TEXT,
        "name": _TEXT,
        "role": _WORD,
        "email": email,
        "phone": phone(country_code),
        "sms_consent": consent,
    }


def place_menders(country_code: str | None) -> dict[str, Mender]:
    """What is mended in an address, an origin or a point, by field; its country is mended before."""
    texts = ("name", "company", "line1", "line2", "city", "region", "opening_hours", "code_hint")
    return {**dict.fromkeys(texts, _TEXT), "postcode": postcode(country_code)}


@cache
def _aliases() -> dict[str, str]:
    # CLDR lists codes of three letters and digits beside those that were withdrawn.
    return {code: places[0] for code, places in get_global("territory_aliases").items() if places}


@cache
def _names() -> dict[str, str]:
    names: dict[str, str] = {}
    for language in ("en", "es", "fr", "de", "it", "pt", "nl", "ca"):
        for code, name in Locale(language).territories.items():
            if code in COUNTRIES:
                names.setdefault(_folded(name), code)
    return names


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in decomposed if sign.isalnum())
