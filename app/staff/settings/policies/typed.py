"""Texts that an admin types for amounts and lists, read and written: «3.95 EUR, 4.50 USD», «ES, PT»."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from babel.numbers import get_currency_precision

ONE = re.compile(r"(?:([A-Z]{3})\s*)?(\d{1,12}(?:[.,]\d{1,3})?)(?:\s*([A-Z]{3}))?")
LARGEST = 10**15


def amounts_text(amounts: Mapping[str, int]) -> str:
    """Minor units as they are typed, the currency after the number."""
    return "; ".join(f"{_decimal(amount, currency)} {currency}" for currency, amount in amounts.items())


def read_amounts(text: str, usual: str) -> dict[str, int] | None:
    """Minor units by currency; a number alone is one of the ``usual`` currency. None where it cannot be read."""
    amounts: dict[str, int] = {}
    for piece in filter(None, (part.strip() for part in re.split(r"[;\n/]", text.upper()))):
        match = ONE.fullmatch(piece)
        currency = match and (match[1] or match[3] or usual)
        minor = _minor(match[2], currency) if match and currency and not (match[1] and match[3]) else None
        # Two amounts in one currency are a slip of the hand: neither is guessed to be meant.
        if minor is None or currency is None or currency in amounts:
            return None
        amounts[currency] = minor
    return amounts


def names_of(text: str) -> tuple[str, ...]:
    """Names by commas or lines, each once."""
    return tuple(dict.fromkeys(filter(None, (part.strip() for part in re.split(r"[,;\n]", text)))))


def whole(text: str, most: int = 10**6) -> int | None:
    """A whole number of plain digits, at most ``most``."""
    # Longer ones overflow a column; and «isdigit» alone takes ².
    text = text.strip()
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None
    return number if number is not None and number <= most else None


def _decimal(amount: int, currency: str) -> str:
    digits = get_currency_precision(currency)
    return f"{Decimal(amount).scaleb(-digits):.{digits}f}"


def _minor(text: str, currency: str) -> int | None:
    """Exact: an amount with more digits than its currency has is none."""
    try:
        minor = Decimal(text.replace(",", ".")).scaleb(get_currency_precision(currency))
    except InvalidOperation:
        return None
    return int(minor) if minor == minor.to_integral_value() and minor <= LARGEST else None
