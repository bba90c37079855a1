"""Mending amounts, quantities, flags and times: what is sure is read, what is not is left for the check. Pure."""

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from app.orders.document.fields import readable_day, readable_instant
from app.orders.document.mending.texts import Mended
from app.orders.document.notes import NoteKind

_WHOLE = re.compile(r"[+-]?\d{1,18}(\.0{1,9})?")
_TRUE, _FALSE = frozenset({"true", "1", "yes", "y", "si", "sí"}), frozenset({"false", "0", "no", "n", ""})


def whole(value: Any) -> Mended:
    """``1990.0`` and ``"1990"`` as 1990; an amount with a fraction is left for the check to refuse."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e18:
        return int(value), None
    if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
        return int(Decimal(value.strip())), None
    return value, None


def positive(value: Any) -> Mended:
    """A whole number whose sign says nothing: some systems write what is taken off as less than zero."""
    number, _ = whole(value)
    if isinstance(number, int) and not isinstance(number, bool) and number < 0:
        return -number, NoteKind.MADE_POSITIVE
    return number, None


def decimal(value: Any) -> Decimal | None:
    """A number of any kind, exactly as it was written; None for what is none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and number.copy_abs() < Decimal(10) ** 15 else None


def rounded(number: Decimal) -> int:
    """To the nearest whole minor unit, halves up."""
    return int(number.to_integral_value(ROUND_HALF_UP))


def grams(value: Any) -> Mended:
    """A weight, which is only shown."""
    number = decimal(value)
    if number is None or not 0 <= number <= 100_000_000:
        return None, NoteKind.LEFT_OUT
    return rounded(number), None


def flag(value: Any) -> Mended:
    """Yes or no as people and systems write it; what is neither is left for the check to refuse."""
    if isinstance(value, int) and value in (0, 1):
        return bool(value), None
    word = value.strip().lower() if isinstance(value, str) else None
    if word in _TRUE:
        return True, None
    return (False, None) if word in _FALSE else (value, None)


def consent(value: Any) -> Mended:
    """What is not surely a yes is no consent."""
    answer, _ = flag(value)
    return (answer, None) if isinstance(answer, bool) else (False, NoteKind.WORD_UNKNOWN)


def shown_instant(value: Any) -> Mended:
    """An instant that decides nothing by itself: what cannot be read is left out."""
    if isinstance(value, str) and not value.strip():
        return None, None
    return (value, None) if readable_instant(value) else (None, NoteKind.TIME_UNREADABLE)


def shown_day(value: Any) -> Mended:
    """A day that is only shown; the day of an instant counts."""
    if isinstance(value, str) and not value.strip():
        return None, None
    day = value[:10] if isinstance(value, str) and readable_instant(value) else value
    return (day, None) if readable_day(day) else (None, NoteKind.TIME_UNREADABLE)
