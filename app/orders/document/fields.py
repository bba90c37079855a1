"""Kinds of fields in the documents that cross the border: texts, money, instants, days, codes of ISO."""

import json
import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated, Any

from babel import Locale
from babel.numbers import list_currencies
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)
from pydantic_core import PydanticCustomError

from app.orders.contacts.contact_points import email_key

# Exact in JavaScript's numbers, and thousands of them still add up in a bigint.
MAX_MONEY = 10**15
MAX_QUANTITY = 1_000_000
# Years beyond these are how systems write «unknown» and «for ever».
FIRST_YEAR, LAST_YEAR = 1990, 2100

# Babel lists groups of countries and codes for tests beside those of ISO 3166-1.
COUNTRIES = frozenset(
    code
    for code in Locale("en").territories
    if re.fullmatch("[A-Z]{2}", str(code)) and code not in {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}
)
CURRENCIES = frozenset(list_currencies())

# C0, C1, DEL, line separators and the bidirectional overrides that can make a text read as another one.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
# A bare number is read as seconds since 1970 elsewhere; here it is a mistake.
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}\S*")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_ADDRESS = re.compile(r"https?://[^\s\"'<>\\]+")
_LOCALE = r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}$"


def _printable(text: str) -> str:
    if _UNPRINTABLE.search(text):
        raise PydanticCustomError("control_characters", "Control characters are not allowed")
    return text


def blank_is_none(value: object) -> object:
    """An empty text is as good as none."""
    return None if isinstance(value, str) and not value.strip() else value


def _instant_is_written(value: object) -> object:
    written = isinstance(value, str) and _INSTANT.fullmatch(value.strip())
    if not written and not isinstance(value, datetime):
        raise PydanticCustomError("instant_type", "An instant is a text such as 2026-11-01T10:00:00+01:00")
    return value


def _aware(value: datetime) -> datetime:
    if value.utcoffset() is None:
        raise PydanticCustomError("timezone_aware", "An instant needs its offset from UTC, such as +01:00 or Z")
    if not FIRST_YEAR < value.year < LAST_YEAR:
        raise PydanticCustomError("instant_range", "The year lies outside of 1991 to 2099")
    return value.astimezone(UTC)


def _day_is_written(value: object) -> object:
    written = isinstance(value, str) and _DAY.fullmatch(value)
    if not written and (isinstance(value, datetime) or not isinstance(value, date)):
        raise PydanticCustomError("day_type", "A day is a text such as 2026-11-04")
    return value


def _sane_day(value: date) -> date:
    if not FIRST_YEAR < value.year < LAST_YEAR:
        raise PydanticCustomError("day_range", "The year lies outside of 1991 to 2099")
    return value


def _listed(codes: frozenset[str], standard: str) -> Callable[[str], str]:
    def listed(code: str) -> str:
        if code not in codes:
            raise PydanticCustomError("unknown_code", "Not a code of {standard} in capitals", {"standard": standard})
        return code

    return listed


def _snake(name: str) -> str:
    """Carrier names are lower snake everywhere: «Correos Express» is ``correos_express``."""
    return re.sub(r"\W+", "_", name.lower()).strip("_") or name


def _tracking_number(number: str) -> str:
    return "".join(number.split()).upper()


def _text(longest: int) -> object:
    return StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=longest)


def _picture_address(url: str) -> str:
    """Browsers read a backslash as a slash: with one, an address of this host could lead to another."""
    if not _ADDRESS.fullmatch(url):
        raise PydanticCustomError("web_address", "An address begins with https:// and has no blanks or backslashes")
    return url


def blank_or(longest: int) -> BeforeValidator:
    """Before a text of at most so many characters: an empty one is as good as none, and the description says so."""
    taken = Annotated[str, StringConstraints(max_length=longest)]
    return BeforeValidator(blank_is_none, json_schema_input_type=taken | None)


Word = Annotated[str, _text(64), AfterValidator(_printable)]
Text = Annotated[str, _text(300), AfterValidator(_printable)]
LongWord = Annotated[str, _text(255), AfterValidator(_printable)]
OptionalWord = Annotated[Word | None, blank_or(64)]
LastFour = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]
OptionalLongWord = Annotated[LongWord | None, blank_or(255)]
OptionalText = Annotated[Text | None, blank_or(300)]
Url = Annotated[str, _text(2000), AfterValidator(_picture_address), AfterValidator(_printable)]
OptionalUrl = Annotated[Url | None, blank_or(2000)]

Money = Annotated[int, Field(strict=True, ge=0, le=MAX_MONEY, description="Minor units of the order's currency")]
Quantity = Annotated[int, Field(strict=True, ge=1, le=MAX_QUANTITY)]
Units = Annotated[int, Field(strict=True, ge=0, le=MAX_QUANTITY)]
Grams = Annotated[int, Field(strict=True, ge=0, le=100_000_000)]
Flag = Annotated[bool, Field(strict=True)]

Instant = Annotated[datetime, BeforeValidator(_instant_is_written), AfterValidator(_aware)]
Day = Annotated[date, BeforeValidator(_day_is_written), AfterValidator(_sane_day)]
Country = Annotated[str, Field(strict=True), AfterValidator(_listed(COUNTRIES, "ISO 3166-1 alpha-2"))]
OptionalCountry = Annotated[Country | None, blank_or(2)]
Currency = Annotated[str, Field(strict=True), AfterValidator(_listed(CURRENCIES, "ISO 4217"))]
LocaleTag = Annotated[str, StringConstraints(strict=True, max_length=35, pattern=_LOCALE)]
CarrierName = Annotated[Word, AfterValidator(_snake)]
TrackingNumber = Annotated[Word, AfterValidator(_tracking_number)]
OptionalTrackingNumber = Annotated[TrackingNumber | None, blank_or(64)]


class DocumentPart(BaseModel):
    """A part of a document. A misspelt field would be lost in silence; ``extra`` takes what has no name."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def as_email(value: object) -> object:
    """An address in its comparable form; one that cannot be written to stays as it was written."""
    return (email_key(value) or value) if isinstance(value, str) else value


_INSTANT_READER, _DAY_READER = TypeAdapter(Instant), TypeAdapter(Day)


def readable_instant(value: object) -> bool:
    """Whether a value is an instant as documents write it."""
    return _reads(_INSTANT_READER, value)


def readable_day(value: object) -> bool:
    """Whether a value is a day as documents write it."""
    return _reads(_DAY_READER, value)


def _reads(reader: TypeAdapter[Any], value: object) -> bool:
    try:
        reader.validate_python(value)
    except ValidationError:
        return False
    return True


# Read with every order, so it is for notes and not for another document.
MAX_BYTES = 16_384
MAX_DEPTH = 12


def storable(extra: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """The same facts, or PydanticCustomError when they cannot be kept as jsonb."""
    _look(extra, depth=1)
    if len(json.dumps(extra, ensure_ascii=False)) > MAX_BYTES:
        raise PydanticCustomError("extra_length", "More than {limit} bytes of extra facts", {"limit": MAX_BYTES})
    return extra


def _look(value: JsonValue, *, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise PydanticCustomError("extra_depth", "Nested deeper than {limit} levels", {"limit": MAX_DEPTH})
    if isinstance(value, dict):
        for key, inner in value.items():
            _look(key, depth=depth)
            _look(inner, depth=depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _look(inner, depth=depth + 1)
    # jsonb takes neither.
    elif isinstance(value, str) and ("\x00" in value or not _encodable(value)):
        raise PydanticCustomError("extra_text", "A text that cannot be stored")
    elif isinstance(value, float) and not math.isfinite(value):
        raise PydanticCustomError("extra_number", "A number that cannot be stored")


def _encodable(text: str) -> bool:
    return not any("\ud800" <= sign <= "\udfff" for sign in text)
