"""What people write for a place or a network: the postcode in it, the town in it, and names made comparable."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
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
# No town's name has more words, and no region's: what is longer is prose.
_TOWN, _REGION = 8, 5


def postcodes(text: str, country: str) -> list[str]:
    """The postcodes that a text may mean, the likeliest first: whole, without and with a blank, then its first part.

    The last one in the text is tried first: house numbers come before it.
    """
    codes = _POSTCODE.get(country, _ANY_POSTCODE).findall(text.upper())
    candidates: list[str] = []
    for first, rest in reversed(codes):
        candidates += [f"{first}{rest}", f"{first} {rest}".strip(), first]
    return list(dict.fromkeys(candidates))


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """A text without its postcode, taken apart: ``parts`` between commas, and the readings that they allow."""

    parts: tuple[str, ...]
    readings: tuple[tuple[tuple[str, ...], str], ...]

    @property
    def names(self) -> list[str]:
        """Every name that may be a town's, those first that need no region behind them."""
        by_itself = sorted(self.readings, key=lambda reading: bool(reading[1]))
        return list(dict.fromkeys(name for names, _region in by_itself for name in names))

    def left_of(self, *names: str) -> str:
        """The parts that say something beside these names, as they were typed: a street, a number, a door."""
        spoken = [name for name in names if name]
        return ", ".join(part for part in self.parts if _without(folded(part), spoken))


def words_of(text: str, country: str) -> PlaceWords:
    """The towns that a text may mean, the likeliest reading first, each as (names, the region that it must lie in)."""
    code = _POSTCODE.get(country, _ANY_POSTCODE)
    bare = re.sub(code.pattern, " ", text, flags=re.IGNORECASE)
    parts = tuple(part for part in (piece.strip(" .-") for piece in re.split(r"[,;\n()]", bare)) if folded(part))
    plain = [folded(part) for part in parts]
    # Where each part begins among the words: a town begins a part, a street that bears its name does not.
    spoken, begins = " ".join(plain).split(), [0]
    for part in plain:
        begins.append(begins[-1] + len(part.split()))
    readings: list[tuple[list[str], str]] = [([" ".join(spoken)], "")]
    for cut in range(max(1, len(spoken) - _REGION), len(spoken)):
        names = [" ".join(spoken[begin:cut]) for begin in reversed(begins) if begin < cut]
        readings.append((names, " ".join(spoken[cut:])))
    readings += [([name], "") for name in reversed(plain)]
    readings += [([" ".join(spoken[begin:])], "") for begin in range(max(1, len(spoken) - _TOWN), len(spoken))]
    readings += [([" ".join(spoken[:end])], "") for end in range(min(_TOWN, len(spoken) - 1), 0, -1)]
    return PlaceWords(parts, tuple((tuple(names), region) for names, region in readings if any(names)))


def _without(text: str, names: Sequence[str]) -> str:
    """What is left of a folded text without these names in it."""
    for name in sorted(names, key=len, reverse=True):
        text = f" {text} ".replace(f" {name} ", " ").strip()
    return text


def folded(name: str) -> str:
    """A name as it is compared: without accents, case, signs and double blanks."""
    # Some letters show what they are a form of only once they are taken apart.
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
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
