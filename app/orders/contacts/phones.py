"""Phone numbers as people, shops and spreadsheets write them, read without a guess. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from app.orders.contacts.dialling import is_mobile, readings

# The longest that an e-mail address can be (RFC 5321); no phone number comes near it.
MAX_INPUT = 254
UNREADABLE = "No phone number that can be read"
AMBIGUOUS = "The phone number can be read in two ways; with its country's prefix it could not"
EXTENSION = "The phone number has an extension, which no text message reaches"
ROUNDED = "A spreadsheet has rounded the phone number; format the column as text"
SEVERAL = "Several phone numbers: {number} is used"
MENDED = "A phone number written as an amount: {number} is used"

# The most: the fifteen of E.164 after «00».
_FEWEST, _MOST = 6, 17
# A number and another in one field have as many digits as no single number has.
_TWO_NUMBERS = 14
_DASHES = str.maketrans(dict.fromkeys("\u2212\u30fc\uff70\u02d7\u2043", "-"))
_LINK = re.compile(r"(?:wa\.me/|whatsapp\.com/send/?\?phone=)\+?(\d{8,15})", re.IGNORECASE)
_CONTEXT = re.compile(r"tel:([\d().\-\s]+);phone-context=(\+\d{1,4})(?!\d)", re.IGNORECASE)
_FLOAT = re.compile(r"(?<=\d{7})[.,]0{1,2}(?=\D*$)")
_SCIENTIFIC = re.compile(r"[^\d\w]*(\d)(?:[.,](\d+))?E\+?(\d{1,2})\W*", re.IGNORECASE)
# What follows a number and is dialled only after somebody has answered, in the languages of the countries served.
_EXTENSION = re.compile(
    r"""\d[\s).,;(\[-]*
    (?:ext\s*=|\#|(?:(?<![^\W\d])(?:ext(?:ensi[oó]n|ension|n)?|x|xtn|int(?:erno)?|anexo|ramal|opci[oó]n|poste|dw|durchwahl
        |app(?:arat)?|nst|toestel|tst|wew|linka|kl|ankn(?:ytning)?|alanumero|lok(?:al)?)(?![^\W\d])))
    [\s.:\#=]*\d{1,7}[\s).\]]*$""",
    re.IGNORECASE | re.VERBOSE,
)
# «Móvil 2: …», «1) …»: it counts numbers, and is no part of one.
_COUNT = re.compile(r"^(?:[^\W\d]+[.\s]*)?\d\s*[:)]\s*")
# Brazil writes «0xx11» where the caller puts a carrier's code.
_CARRIER_PLACE = re.compile(r"0\s*xx\s*(?=\(?\d\d)", re.IGNORECASE)
_TRUNK = re.compile(r"[(\[]\s*0\s*[)\]]")
# What stands within a number; everything else, letters above all, ends it.
_BETWEEN = re.compile(r"[^\d+\-./,&()\[\]~_\\'·•\s]+|(?=\+)|[\r\n\v\f]")
_LIST = re.compile(r"[,/&]")


@dataclass(frozen=True, slots=True)
class WrittenNumber:
    """One stretch of a field that may be a number, as it is written."""

    text: str

    @property
    def digits(self) -> str:
        """Its digits alone."""
        return re.sub(r"\D", "", self.text)

    @property
    def plus(self) -> bool:
        """Whether it begins with a country's code."""
        return self.text.lstrip(" ([-.").startswith("+")

    def read(self, country: str | None) -> frozenset[str]:
        """All that it can be; a zero in brackets is dialled in some countries and in others not."""
        forms = {re.sub(r"\D", "", _TRUNK.sub(zero, self.text)) for zero in ("0", "")}
        return frozenset().union(*(readings(form, plus=self.plus, country=country) for form in forms))

    def parts(self, mark: re.Pattern[str]) -> list["WrittenNumber"]:
        """What stands before and after each ``mark``."""
        return [WrittenNumber(part) for part in mark.split(self.text)]


@dataclass(frozen=True, slots=True)
class PhoneField:
    """What a field holds: numbers, and whether other digits stand before or after them."""

    numbers: tuple[WrittenNumber, ...]
    before: bool = False
    after: bool = False
    extension: bool = False
    rounded: bool = False
    mended: bool = False


def phone_key(number: str, *, country: str | None) -> str | None:
    """The number in E.164, read in ``country`` when it has no prefix; None when it cannot be texted for sure."""
    return mend_phone(number, country=country)[0]


# A number is looked at when it is mended, and again when it is compared.
@lru_cache(maxsize=512)
def mend_phone(text: str, *, country: str | None) -> tuple[str | None, str | None]:
    """The number in E.164 and what a person should know of it: that it was mended, or why there is none.

    Of several numbers the first that takes texts, else the first; never one of two that a writing can mean.
    """
    field = read_field(text)
    if field.extension or field.rounded or field.before or not field.numbers:
        return None, EXTENSION if field.extension else ROUNDED if field.rounded else UNREADABLE
    each = [meaning for number in field.numbers for meaning in _meanings(number, country)]
    sure = [next(iter(meaning)) for meaning in each if len(meaning) == 1]
    if not sure:
        return None, AMBIGUOUS if any(each) else UNREADABLE
    number = next(filter(is_mobile, sure), sure[0]) if len(sure) > 1 else sure[0]
    # Words and digits behind a mobile are a remark; behind a landline they may be what its exchange asks for.
    if field.after and not is_mobile(number):
        return None, UNREADABLE
    note = SEVERAL if len(each) > 1 else MENDED if field.mended else None
    return number, note and note.format(number=number)


def one_number(text: str) -> str:
    """The digits of a pasted number, with its plus if it has one; empty when it is not a single whole number."""
    field = read_field(text)
    if len(field.numbers) != 1 or field.before or field.after or field.extension or field.rounded:
        return ""
    number = field.numbers[0]
    if len(number.digits) > _MOST:
        return ""
    # A zero in brackets is not lost: what it means is the country's.
    shape = re.sub(r"[^\d()]", "", _TRUNK.sub("(0)", number.text))
    return ("+" if number.plus else "") + "(0)".join(re.sub(r"\D", "", part) for part in shape.split("(0)"))


def read_field(text: str) -> PhoneField:
    """Take a field apart."""
    if len(text) > MAX_INPUT:
        return PhoneField(())
    shown = _shown(text)
    if scientific := _SCIENTIFIC.fullmatch(shown):
        first, rest, power = scientific[1], scientific[2] or "", int(scientific[3])
        whole = len(rest) == power and power >= _FEWEST
        return PhoneField((WrittenNumber(first + rest),), mended=True) if whole else PhoneField((), rounded=True)
    if _EXTENSION.search(shown):
        return PhoneField((), extension=True)
    amount = _FLOAT.sub("", shown)
    pieces = [piece for piece in _joined(_BETWEEN.split(_COUNT.sub("", amount))) if piece.digits]
    numbers = tuple(piece for piece in pieces if len(piece.digits) >= _FEWEST)
    at = pieces.index(numbers[0]) if numbers else len(pieces)
    return PhoneField(
        numbers,
        before=at > 0,
        after=any(piece not in numbers for piece in pieces[at:]),
        mended=amount != shown,
    )


def _shown(text: str) -> str:
    """The text in plain signs: digits and blanks of all kinds alike, without marks that nobody sees."""
    line = (text if text.isascii() else _in_plain_signs(text)).strip()
    if line.lower().startswith("tel:"):
        line = _CONTEXT.sub(r"\2 \1", unquote(line))
    line = _CARRIER_PLACE.sub("0", line)
    link = _LINK.search(line)
    return f"+{link[1]}" if link else line


def _in_plain_signs(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES)
    return "".join("-" if unicodedata.category(c) == "Pd" else _plain_sign(c) for c in plain)


def _plain_sign(character: str) -> str:
    if character in "\u2028\u2029\x85":
        return "\n"
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    if character.isspace() and not character.isascii():
        return " "
    return "" if unicodedata.category(character) in ("Cf", "Mn") else character


def _joined(pieces: list[str]) -> list[WrittenNumber]:
    """A country's code that a word or a sign has cut off belongs to the number after it."""
    joined: list[WrittenNumber] = []
    for piece in map(WrittenNumber, filter(None, pieces)):
        last = joined[-1] if joined else None
        code = last is not None and (last.plus or last.digits.startswith("00")) and 0 < len(last.digits) < _FEWEST
        if last is not None and code and piece.digits:
            # A form that begins with the code, and a person who typed the whole number after it.
            joined[-1] = piece if piece.plus else WrittenNumber(f"{last.text} {piece.text}")
        else:
            joined.append(piece)
    return joined


def _meanings(number: WrittenNumber, country: str | None) -> list[frozenset[str]]:
    """What a stretch can mean: one number, or each of several."""
    whole, parts = number.read(country), [part for part in number.parts(_LIST) if part.digits]
    long = [part for part in parts if len(part.digits) >= _FEWEST]
    # «911 222 333/34»: behind the number only the end of another.
    ends = len(parts) > len(long) == 1 and long == parts[:1] and all(len(part.digits) < 4 for part in parts[1:])
    several = [part.read(country) for part in long] if len(long) > 1 or ends else []
    if not whole and not any(several) and len(number.digits) >= _TWO_NUMBERS:
        return _side_by_side(number, country)
    if whole and any(several):
        return [whole.union(*several)]
    return [whole] if whole or not several else several


def _side_by_side(number: WrittenNumber, country: str | None) -> list[frozenset[str]]:
    """Two numbers with nothing but a blank between them, where only one cut makes two whole ones."""
    pairs = []
    for gap in re.finditer(r"(?<=\d)\D+(?=\d)", number.text):
        sides = [WrittenNumber(number.text[: gap.start()]), WrittenNumber(number.text[gap.end() :])]
        if all(len(side.digits) >= _FEWEST for side in sides) and all(both := [side.read(country) for side in sides]):
            pairs.append(both)
    return pairs[0] if len(pairs) == 1 else [frozenset()]
