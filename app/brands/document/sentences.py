"""What is wrong with a brand's document, in sentences for people, which the console translates. Pure."""

from collections.abc import Callable, Iterator
from typing import Annotated, Any

from pydantic import AfterValidator, StringConstraints, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from app.core.bodies.documents import pointer
from app.core.errors import Fault

NEEDED = "This is needed."
TOO_LONG = "This is too long."
UNKNOWN_FIELD = "There is no such field."
MISFIT = "This can't be read here."
EMAIL = "Write an e-mail address such as help@shop.example."
PHONE = "Write a phone number with its country, such as +34 900 123 456."
PAGE = "Write a web address that begins with https://."
NOTICE = "Write a web address that begins with https://, or the text itself."
HOST = "Write a host name alone, such as orders.shop.example."
HOST_TAKEN = "Another brand has this host name."
ZONE = "Choose a time zone such as Europe/Madrid."
CURRENCY = "Write currencies as three letters, such as EUR."
LANGUAGE = "This language isn't installed."
LANGUAGES = "Choose one language at least, each once."
COUNTRY = "Write a country as two letters, such as ES."
ADDRESS = "An address needs a street, a postcode or town, and a country."
SMS_NAME = "Use 3 to 11 plain letters, digits or spaces, with a letter among them."
CHANNEL = "Write the channel as orders name it."
COLOUR = "Write a colour as # and six digits or letters from a to f."
TOO_LIGHT = "This colour is too light to read on a light page."
TOO_DARK = "This colour is too dark to read on a dark page."
PICTURE_GONE = "This picture isn't there any more. Send it again."
PICTURE_TOO_LARGE = "A picture may have 900 kB at most."
NO_PICTURE = "This isn't a JPEG, PNG or WebP picture that can be read."
PICTURE_TOO_SMALL = "A picture needs 16 points at least in each direction."
TOO_MANY_POINTS = "This picture has too many points. Make it smaller and send it again."
KEY = "Use small letters, digits, - and _, at most 40, with a letter or digit first."
KEY_TAKEN = "Another brand has this key, or had it before."

# The checker's own kinds of faults; whatever else it may find cannot be read.
KINDS = {
    "missing": NEEDED,
    "extra_forbidden": UNKNOWN_FIELD,
    "string_too_short": NEEDED,
    "string_too_long": TOO_LONG,
    "too_long": TOO_LONG,
    "too_short": NEEDED,
}


def refusal(sentence: str, suggestion: str = "") -> PydanticCustomError:
    """A fault that a validator found; ``suggestion`` is what would do."""
    whole = f"{sentence} Try {suggestion}." if suggestion else sentence
    return PydanticCustomError("brand", "{sentence}", {"sentence": whole})


def checked(sentence: str, read: Callable[[str], str | None], *, most: int = 300) -> Any:
    """A text that ``read`` takes and returns as it is kept; None refuses it with the sentence."""

    def check(text: str) -> str:
        value = read(text)
        if value is None:
            raise refusal(sentence)
        return value

    return Annotated[str, StringConstraints(max_length=most), AfterValidator(check)]


def faults_of(error: ValidationError) -> list[Fault]:
    """Every fault of a document, each at its place."""
    return [*_each(error.errors(include_url=False, include_input=False))]


def _each(details: list[ErrorDetails]) -> Iterator[Fault]:
    for detail in details:
        # The key of a map is at fault where its value would stand.
        place = tuple(part for part in detail["loc"] if part != "[key]")
        sentence = detail["msg"] if detail["type"] == "brand" else KINDS.get(detail["type"], MISFIT)
        yield Fault(pointer(place), sentence)
