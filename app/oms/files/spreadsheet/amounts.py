"""Amounts and quantities as people write them: minor units, or decimals by either mark. Pure."""

import re
from decimal import Decimal
from enum import StrEnum

CURE = "Write minor units (1990 for 19.90), or every amount with all its decimals (19.90 or 19,90)"


class AmountForm(StrEnum):
    """How an amount is written, and so what it can mean."""

    # Means the same either way.
    ZERO = "zero"
    WHOLE = "whole"
    DECIMAL = "decimal"
    # 19.0 is 19 or 19.00: the rest of the file decides.
    POINT_ZERO = "point_zero"
    # 1.234 is one and a bit, or a thousand.
    UNSURE = "unsure"
    UNREADABLE = "unreadable"


_CURRENCY = re.compile(
    r"(?:[A-Za-z]{1,3})?[€$£¥₩₽₺₹₪₫₴₦₱฿]|\b[A-Z]{3}\b|\b(?:kr|zł|Kč|Ft|lei|euros?)\b\.?", re.IGNORECASE
)
_BLANK = re.compile(r"[\s\xa0\u202f\u2009']+")
_DIGITS_AND_MARKS = re.compile(r"[0-9.,]+")
_SIGN = re.compile(r"[-+\u2212]")
_GROUPED = re.compile(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*")
_BOTH_MARKS = re.compile(r"\d{1,3}(?:([.,])\d{3})+(?!\1)[.,](\d+)")
_ONE_MARK = re.compile(r"(\d*)[.,](\d+)")
# More than any order costs, and still exact in a bigint.
_LONGEST = 18


def form_of(text: str, places: int) -> AmountForm:
    """How an amount is written; ``places`` are the decimals of its currency."""
    # Nearly all are: nothing has to be taken off.
    if text.isascii() and text.isdigit() and len(text) <= _LONGEST:
        return AmountForm.WHOLE if text.strip("0") else AmountForm.ZERO
    number, has_currency = _bare(text)
    if _DIGITS_AND_MARKS.fullmatch(number) and sum(map(str.isdigit, number)) <= _LONGEST:
        return _form(number, has_currency, places)
    return AmountForm.UNREADABLE


def _form(number: str, has_currency: bool, places: int) -> AmountForm:
    if not number.strip("0.,"):
        return AmountForm.ZERO
    if number.isdigit():
        # A whole number with a currency beside it is rarely one of cents, and says nothing for sure.
        return AmountForm.UNSURE if has_currency and places else AmountForm.WHOLE
    if both := _BOTH_MARKS.fullmatch(number):
        return AmountForm.DECIMAL if _fits(both[2], places) else AmountForm.UNREADABLE
    if one := _ONE_MARK.fullmatch(number):
        return _of_one_mark(one[1], one[2], places)
    if not _GROUPED.fullmatch(number):
        return AmountForm.UNREADABLE
    return AmountForm.UNSURE if places else AmountForm.WHOLE


def _of_one_mark(whole: str, decimals: str, places: int) -> AmountForm:
    could_be_thousands = len(decimals) == 3 and 1 <= len(whole) <= 3 and whole[0] != "0"
    if could_be_thousands:
        # Of a currency without decimals it is thousands, of one with three the same number either way.
        return {0: AmountForm.WHOLE, 3: AmountForm.DECIMAL}.get(places, AmountForm.UNSURE)
    if decimals == "0" and places:
        return AmountForm.POINT_ZERO
    return AmountForm.DECIMAL if _fits(decimals, places) else AmountForm.UNREADABLE


def _fits(decimals: str, places: int) -> bool:
    """Whether nothing stands beyond the decimals that the currency has."""
    return not decimals[places:].strip("0")


def minor_units(text: str, places: int, *, in_decimals: bool) -> int:
    """An amount in minor units; ``in_decimals`` tells that the file's amounts have decimals. Raises ValueError."""
    if text.isascii() and text.isdigit() and len(text) <= _LONGEST:
        return int(text)
    form = form_of(text, places)
    if form is AmountForm.UNREADABLE:
        raise ValueError(f"This is no amount in a currency with {places} decimals. {CURE}")
    if form is AmountForm.UNSURE or (form is AmountForm.POINT_ZERO and not in_decimals):
        raise ValueError(f"It can be read in two ways. {CURE}")
    number, _ = _bare(text)
    sign = -1 if _is_negative(text) else 1
    if form in (AmountForm.WHOLE, AmountForm.ZERO):
        return sign * int(re.sub(r"[.,]", "", number))
    whole, decimals = re.split(r"[.,](?=\d+$)", number)
    units = Decimal(re.sub(r"[.,]", "", whole) or "0") + Decimal(f"0.{decimals}")
    return sign * int(units.scaleb(places))


def quantity(text: str) -> str | int:
    """A number of pieces, or of metres, as the document takes it. Raises ValueError."""
    bare = _BLANK.sub("", text)
    if bare.isascii() and bare.removeprefix("-").isdigit() and len(bare) <= _LONGEST:
        return int(bare)
    one = _ONE_MARK.fullmatch(bare)
    if one is None or not bare.isascii():
        raise ValueError("It must be a number")
    if len(one[2]) == 3 and 1 <= len(one[1]) <= 3 and one[1][0] != "0":
        raise ValueError("It can be read in two ways: write it without a mark for thousands")
    return bare.replace(",", ".") if one[2].strip("0") else int(one[1] or "0")


def _bare(text: str) -> tuple[str, bool]:
    """Digits and marks alone, and whether a currency stood beside them."""
    without = _CURRENCY.sub("", text, count=1)
    bare = _SIGN.sub("", _BLANK.sub("", without.strip("() ")), count=1)
    return bare, without != text


def _is_negative(text: str) -> bool:
    return bool(re.search(r"[-\u2212]", text)) or (text.startswith("(") and text.endswith(")"))
