"""Cells as spreadsheets write them: wrappings taken off, damage that cannot be undone refused with its cure. Pure."""

import re

from app.oms.files.spreadsheet.columns import Content

_AS_TEXT = "format the column as text in the spreadsheet before the numbers are put in, and export again"
ROUNDED = f"It looks like a number that a spreadsheet rounded; {_AS_TEXT}"
_ERROR = "The spreadsheet shows an error here; mend the formula or put in the value, and export again"
_NARROW = "The spreadsheet shows ##### because the column is too narrow; make it wider and export again"
_FORMULA = "A formula stands here; export the values instead (in the spreadsheet: copy, and paste values only)"
_NUL = "The cell holds a zero byte: the file is damaged; export it again"

# Blanks of every kind, and marks that nobody sees.
_BLANKS = " \t\r\n\v\f\x00\xa0\u1680\u2028\u2029\u202f\u205f\u2060\u3000\ufeff" + "".join(
    map(chr, range(0x2000, 0x2010))
)
# Most cells begin and end with a letter or a digit, and need no second look but for numbers that were rounded.
_PLAIN = re.compile(r"(?:\w(?:[^\x00]*[\w.)])?)?", re.ASCII)
_WRAPPED = re.compile(r"=\s*\"+(.*?)\"+", re.DOTALL)
_EQUALS_NUMBER = re.compile(r"=\s*(\d+)")
_SCIENTIFIC = re.compile(r"[+-]?\d(?:[.,]\d+)?E[+-]\d{1,3}", re.IGNORECASE)
_POINT_ZERO = re.compile(r"\d{1,15}[.,]0")
_LONG_DIGITS = re.compile(r"0*([1-9]\d{15,})")
# In the languages in which they are sold: #REF!, #N/A, #¡VALOR!, #¿NOMBRE?, #WERT!, #NOM?
_ERROR_VALUE = re.compile(r"#(?:[¡¿]?[A-ZÀ-Ý0/.]{2,}[!?]|N/[AD]|NV|N\.V\.|SPILL!|CALC!|GETTING_DATA)")
_NARROW_CELL = re.compile(r"#{2,}")
_QUOTES = {'"': '"', "'": "'", "“": "”", "„": "“", "”": "”", "‘": "’", "’": "’", "«": "»", "´": "´", "`": "`"}
# As programs guard a text against being taken for a formula.
_GUARDED = re.compile(r"'(?=[=+@-])")

# As spreadsheets and people write them, in the languages in which spreadsheets are sold here.
TRUE = frozenset(
    [
        "true",
        "1",
        "yes",
        "y",
        "sí",
        "si",
        "s",
        "x",
        "verdadero",
        "vrai",
        "oui",
        "wahr",
        "ja",
        "j",
        "vero",
        "verdadeiro",
        "sim",
        "cert",
        "waar",
        "prawda",
        "tak",
    ]
)
FALSE = frozenset(
    [
        "false",
        "0",
        "no",
        "n",
        "falso",
        "faux",
        "non",
        "falsch",
        "nein",
        "não",
        "nao",
        "fals",
        "onwaar",
        "nee",
        "fałsz",
        "nie",
        "-",
    ]
)
# A spreadsheet keeps fifteen digits, and writes zeros behind them.
_EXACT_DIGITS = 15
_SURELY_ROUNDED = 4


def stripped(cell: str) -> str:
    """Without blanks and invisible marks around it."""
    return cell.strip(_BLANKS)


def cleaned(cell: str, content: Content) -> str:
    """The text that a cell means. Raises ValueError, with the cure, where a spreadsheet has damaged it."""
    text = stripped(cell)
    if not _PLAIN.fullmatch(text):
        text = _unwrapped(text, content)
    if content in (Content.IDENTITY, Content.SHOWN_IDENTITY) and is_rounded(text):
        raise ValueError(ROUNDED)
    return text


def _unwrapped(text: str, content: Content) -> str:
    if "\x00" in text:
        raise ValueError(_NUL)
    if _NARROW_CELL.fullmatch(text):
        raise ValueError(_NARROW)
    if _ERROR_VALUE.fullmatch(text.upper()):
        raise ValueError(_ERROR)
    match = _WRAPPED.fullmatch(text) or _EQUALS_NUMBER.fullmatch(text)
    text = stripped(match[1]) if match else text
    if text.startswith("="):
        raise ValueError(_FORMULA)
    # Titles and towns may begin with an apostrophe of their own: ’s-Hertogenbosch.
    return _GUARDED.sub("", text, count=1) if content is Content.TEXT else _without_quotes(text)


def _without_quotes(text: str) -> str:
    closing = _QUOTES.get(text[:1])
    if closing is None:
        return text
    inner = text[1:-1] if len(text) > 1 and text.endswith((closing, text[0])) else text[1:]
    return stripped(inner)


def is_rounded(text: str) -> bool:
    """Whether a number has lost digits in a spreadsheet for sure."""
    if _SCIENTIFIC.fullmatch(text):
        return True
    match = _LONG_DIGITS.fullmatch(text)
    return bool(match) and zeros_behind(text) >= _SURELY_ROUNDED


def zeros_behind(text: str) -> int:
    """How many zeros stand where a spreadsheet keeps no digits; 0 where another digit stands there, or nothing."""
    match = _LONG_DIGITS.fullmatch(text)
    lost = match[1][_EXACT_DIGITS:] if match else ""
    return 0 if lost.strip("0") else len(lost)


def is_long(text: str) -> bool:
    """Whether a number has more digits than a spreadsheet keeps."""
    return bool(_LONG_DIGITS.fullmatch(text))


def has_point_zero(text: str) -> bool:
    """Whether a whole number is written with one decimal that says nothing, such as 12345.0."""
    return bool(_POINT_ZERO.fullmatch(text))


def flag(text: str) -> bool:
    """Yes or no. Raises ValueError."""
    folded = text.casefold()
    if folded not in TRUE | FALSE:
        raise ValueError("It must be true or false")
    return folded in TRUE
