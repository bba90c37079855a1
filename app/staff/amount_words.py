"""Amounts as people type them, in their own language's way: «12,50», "12.50", «1.250,00 €»."""

import re
from decimal import Decimal, InvalidOperation

from babel.numbers import NumberFormatError, get_currency_precision, parse_decimal

from app.core.i18n.locale import get_locale

_NOISE = re.compile(r"\s|[A-Z]{0,2}[€$£¥]|(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])")


def read_amount(text: str, currency: str) -> int | None:
    """Minor units of ``currency``; None for what is no amount, is below nothing, or has more places than it has.

    The reader's way of writing comes first; a single comma or point with other places than thousands is a decimal one.
    """
    bare, places = _NOISE.sub("", text), get_currency_precision(currency)
    value = _read(bare)
    if value is None or value < 0 or value != round(value, places) or value > Decimal(10**12):
        return None
    return int(value * 10**places)


def _read(text: str) -> Decimal | None:
    if not re.fullmatch(r"[0-9][0-9.,']{0,15}", text):
        return None
    try:
        return parse_decimal(text, locale=get_locale(), strict=True)
    except (NumberFormatError, InvalidOperation):
        single = re.fullmatch(r"([0-9]+)[.,]([0-9]{1,2})", text)
        return Decimal(f"{single[1]}.{single[2]}") if single else None
