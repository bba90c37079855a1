"""Texts that an admin types for amounts and lists, read and written: «3.95 EUR; 4.50 USD», «3,95 €», «ES, PT».

An amount is read as in every other field for money: as the reader's language writes it, and with point or comma where
nothing else can be meant.
"""

import re
from collections.abc import Mapping
from decimal import Decimal

from babel.numbers import format_decimal, get_currency_precision, get_currency_symbol

from app.core.i18n.locale import get_locale
from app.staff.confirmation import read_amount

# Blanks stand between thousands or around the currency, nowhere else: «5 EUR 5» is no 55.
ONE = re.compile(r"(?:([A-Z]{3}|[€$£])\s*)?(\d(?:[\d.,']|\s(?=\d{3}(?!\d)))*)(?:\s*([A-Z]{3}|[€$£]))?")
SIGNS = {"€": "EUR", "£": "GBP"}


def amounts_text(amounts: Mapping[str, int]) -> str:
    """Minor units as the reader's language writes them, the currency after the number."""
    return "; ".join(f"{_decimal(amount, currency)} {currency}" for currency, amount in amounts.items())


def read_amounts(text: str, usual: str) -> dict[str, int] | None:
    """Minor units by currency; a number alone is one of the ``usual`` currency. None where it cannot be read."""
    amounts: dict[str, int] = {}
    for piece in filter(None, (part.strip() for part in re.split(r"[;\n/]", text.upper()))):
        match = ONE.fullmatch(piece)
        named = [name for name in (match[1], match[3]) if name] if match else []
        currency = _currency(named[0], usual) if named else usual
        minor = read_amount(match[2], currency) if match and currency and len(named) < 2 else None
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


def _currency(named: str, usual: str) -> str | None:
    """The currency of a code or a sign; a sign that several have is the usual one's, or nobody's."""
    if named.isalpha():
        return named
    own = (get_currency_symbol(usual, locale=get_locale() or "en"), get_currency_symbol(usual, locale="en"))
    return usual if any(sign.endswith(named) for sign in own) else SIGNS.get(named)


def _decimal(amount: int, currency: str) -> str:
    digits = get_currency_precision(currency)
    pattern = f"0.{'0' * digits}" if digits else "0"
    return format_decimal(Decimal(amount).scaleb(-digits), format=pattern, locale=get_locale() or "en")
