"""What people write for a place or a network: the postcode in it, the town in it, and names made comparable."""

import re
import unicodedata
from functools import cache

from app.core import parts

# Countries whose postcodes have letters, blanks or parts; those of all others are four to six digits.
_POSTCODE = {
    "GB": re.compile(r"\b([A-Z]{1,2}\d[A-Z\d]?) ?(\d[A-Z]{2})?\b"),
    "IE": re.compile(r"\b([A-Z]\d[\dW]) ?([A-Z\d]{4})?\b"),
    "NL": re.compile(r"\b(\d{4}) ?([A-Z]{2})?\b"),
    "CA": re.compile(r"\b([A-Z]\d[A-Z]) ?(\d[A-Z]\d)?\b"),
    "PT": re.compile(r"\b(\d{4})(-\d{3})?\b"),
    "SE": re.compile(r"\b(\d{3}) ?(\d{2})\b"),
    "PL": re.compile(r"\b(\d{2}-\d{3})()\b"),
    "BR": re.compile(r"\b(\d{5})(-?\d{3})?\b"),
    "US": re.compile(r"\b(\d{5})(-\d{4})?\b"),
}
_ANY_POSTCODE = re.compile(r"\b(\d{4,6})()\b")


def postcodes(text: str, country: str) -> list[str]:
    """The postcodes that a text may mean, the likeliest first: whole, without and with a blank, then its first part.

    The last one in the text is tried first: house numbers come before it.
    """
    codes = _POSTCODE.get(country, _ANY_POSTCODE).findall(text.upper())
    candidates: list[str] = []
    for first, rest in reversed(codes):
        candidates += [f"{first}{rest}", f"{first} {rest}".strip(), first]
    return list(dict.fromkeys(candidates))


def towns(text: str, country: str) -> list[str]:
    """The folded names of places that a text may mean: the whole of it, then its parts between commas from the end."""
    bare = _POSTCODE.get(country, _ANY_POSTCODE).sub(" ", text.upper())
    parts = [bare, *reversed(re.split(r"[,;\n]", bare))]
    return list(dict.fromkeys(name for name in map(folded, parts) if name))


def folded(name: str) -> str:
    """A name as it is compared: without accents, case, signs and double blanks."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(character for character in plain if not unicodedata.combining(character))
    return re.sub(r"[\W_]+", " ", letters).strip()


_CARRIERS = "paradero.carriers"


def network_name(written: str) -> str:
    """«Correos Express», «CorreosExpress», «CORREOS-EXPRESS» as ``correos_express``; empty where no letter is left."""
    # Capitals within a word part two words.
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", " ", written)
    name = folded(spaced).replace(" ", "_")
    return _spellings().get(name.replace("_", ""), name)


@cache
def _spellings() -> dict[str, str]:
    """Carriers' names by their letters alone."""
    spellings = {name.replace("_", ""): name for name in parts.names(_CARRIERS)}
    # The name under which points of La Poste have been kept from the first list on.
    return spellings | {"laposte": "la_poste"}
