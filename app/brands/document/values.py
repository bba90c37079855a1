"""The texts of a brand's document as they are read and kept: addresses, numbers, hosts, codes. Pure."""

import re
from typing import Annotated
from zoneinfo import available_timezones

import phonenumbers
from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.numbers import list_currencies
from pydantic import AfterValidator, StringConstraints

from app.brands.colours import HEX
from app.brands.document import sentences
from app.brands.document.sentences import checked, refusal
from app.core.drawing import six_digits
from app.core.i18n.catalogues import languages
from app.core.settings.domains import ascii_domain, checked_address

KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_HOST = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
# What shops and phones agree on for the name of a sender: letters, digits and blanks of GSM-7, and a letter among them.
_SMS_NAME = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9][A-Za-z0-9 &._-]{1,9}[A-Za-z0-9]")
_SHORT_HEX = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})")


def _email(text: str) -> str | None:
    return text if checked_address(text) else None


def phone_number(text: str) -> str | None:
    """A number as it was typed, in E.164; None when it is none with its country."""
    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def phone_shown(number: str) -> str:
    """A number in E.164 as people read it."""
    return phonenumbers.format_number(phonenumbers.parse(number, None), phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _page(text: str) -> str | None:
    return text if re.fullmatch(r"https://[^\s<>\"/]+\.[^\s<>\"]+", text) else None


def _notice(text: str) -> str | None:
    """An address, or a text of several words: a lone word is neither."""
    return text if len(text.split()) > 1 else _page(text)


def _host(text: str) -> str | None:
    written = ascii_domain(text.lower().rstrip("."))
    return written if written and _HOST.fullmatch(written) else None


def _zone(text: str) -> str | None:
    return text if text in available_timezones() else None


def _currency(text: str) -> str | None:
    code = text.upper()
    return code if code in list_currencies() else None


def _country(text: str) -> str | None:
    code = text.upper()
    return code if code in get_global("territory_languages") and len(code) == 2 else None


def _language(text: str) -> str | None:
    """As pages write it, «es» or «es-MX»; None when nothing is translated into it."""
    try:
        locale = Locale.parse(text.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return None
    if locale.language not in languages():
        return None
    return f"{locale.language}-{locale.territory}" if locale.territory else locale.language


def _colour(text: str) -> str | None:
    code = text.lower()
    whole = six_digits(code) if _SHORT_HEX.fullmatch(code) else code
    return whole if HEX.fullmatch(whole) else None


def _single_line(text: str) -> str:
    """Of what goes into a header of a mail or an address."""
    if not text.isprintable():
        raise refusal(sentences.MISFIT)
    return text


Line = Annotated[str, StringConstraints(max_length=100), AfterValidator(_single_line)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=70), AfterValidator(_single_line)]
Lines = Annotated[str, StringConstraints(max_length=300)]
Words = Annotated[str, StringConstraints(max_length=200)]
Email = checked(sentences.EMAIL, _email)
Phone = checked(sentences.PHONE, phone_number)
PageAddress = checked(sentences.PAGE, _page)
Notice = checked(sentences.NOTICE, _notice, most=4000)
Host = checked(sentences.HOST, _host)
Zone = checked(sentences.ZONE, _zone)
Currency = checked(sentences.CURRENCY, _currency)
Country = checked(sentences.COUNTRY, _country)
Language = checked(sentences.LANGUAGE, _language)
Colour = checked(sentences.COLOUR, _colour)
SmsName = checked(sentences.SMS_NAME, lambda text: text if _SMS_NAME.fullmatch(text) else None)
Channel = checked(sentences.CHANNEL, lambda text: text if 1 <= len(text) <= 60 and text.isprintable() else None)
FileName = checked(sentences.PICTURE_GONE, lambda text: text if re.fullmatch(r"[0-9A-Za-z_-]{22}", text) else None)
