"""What people write for a place or a network: the postcode in it, the town in it, and names made comparable."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from babel import Locale

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
# Read aloud in two: «28 013». Only where no number stands in one piece: «Calle Mayor 28, 013» is no postcode then.
_IN_TWO = re.compile(r"\b(\d{2}) (\d{3})\b")
# What people write before a postcode: «C.P. 41001», «CP28013», «E-28013».
_BEFORE_CODE = re.compile(
    r"\b(?:c\.? ?p\.?|c[oó]digo postal|post ?code|postal code|zip(?: code)?)[ :.]*(?=\d)|\b[A-Z]{1,2}-(?=\d{4,5}\b)",
    re.IGNORECASE,
)
# Lists write «Coruña, A» and «Hospitalet, L'»; people say the article first, and in Spanish.
_ARTICLES = {"la": "a", "el": "o", "las": "as", "los": "os"} | dict.fromkeys(
    ("a", "o", "as", "os", "l", "els", "les"), ""
)
# With what a street begins where people name it first.
_STREET = re.compile(
    r"(calle|c|avenida|avda|av|plaza|pza|plza|paseo|pso|ronda|camino|carretera|ctra|travesia|glorieta|carrer|avinguda"
    r"|placa|passeig|rua|praza|calzada|callejon|privada|andador)\b"
)
# Languages in which people name a country at the end of an address, and what they shorten it to.
_LANGUAGES = ("es", "en", "de", "fr", "it", "nl", "pt", "ca")
_SHORT = {"GB": ("uk", "gb", "great britain", "england", "scotland", "wales"), "US": ("usa", "us", "eeuu", "ee uu")}
# No town's name has more words, and no region's: what is longer is prose.
_TOWN, _REGION = 8, 5


def postcodes(text: str, country: str) -> list[str]:
    """The postcodes that a text may mean, the likeliest first: whole, without and with a blank, then its first part.

    The last one in the text is tried first: house numbers come before it.
    """
    codes = _codes(country, text).findall(_plain(text).upper())
    candidates: list[str] = []
    for first, rest in reversed(codes):
        candidates += [f"{first}{rest}", f"{first} {rest}".strip(), first]
    return list(dict.fromkeys(candidates))


def _plain(text: str) -> str:
    """A text without what announces its postcode."""
    return _BEFORE_CODE.sub(" ", text)


def _codes(country: str, text: str) -> re.Pattern[str]:
    """How postcodes of a country look in a text."""
    whole = _POSTCODE.get(country, _ANY_POSTCODE)
    return _IN_TWO if whole is _ANY_POSTCODE and not whole.search(_plain(text)) else whole


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """A text without its postcode, taken apart: ``parts`` between commas, and the readings that they allow."""

    parts: tuple[str, ...]
    readings: tuple[tuple[tuple[str, ...], str], ...]
    country: str = ""

    @property
    def ends(self) -> list[str]:
        """The names that may be a part of a town's own: all that was typed, a part of it, its last words."""
        spoken = " ".join(folded(part) for part in self.parts)
        whole = [folded(part) for part in self.parts]
        return [name for name in self.names if spoken.endswith(name) or name in whole]

    @property
    def names(self) -> list[str]:
        """Every name that may be a town's, those first that need no region behind them."""
        by_itself = sorted(self.readings, key=lambda reading: bool(reading[1]))
        return list(dict.fromkeys(name for names, _region in by_itself for name in names))

    def left_of(self, *names: str) -> str:
        """The parts that say something beside these names, as they were typed: a street, a number, a door."""
        spoken = [*(name for name in names if name), *_country_names(self.country)]
        return ", ".join(part for part in self.parts if _without(folded(part), spoken))


def words_of(text: str, country: str) -> PlaceWords:
    """The towns that a text may mean, the likeliest reading first, each as (names, the region that it must lie in)."""
    bare = re.sub(_codes(country, text).pattern, " ", _plain(text), flags=re.IGNORECASE)
    parts = tuple(part for part in (piece.strip(" .-") for piece in re.split(r"[,;\n()]", bare)) if folded(part))
    plain = [folded(part) for part in parts]
    # Where each part begins among the words: a town begins a part, a street that bears its name does not.
    spoken, begins = " ".join(plain).split(), [0]
    for part in plain:
        begins.append(begins[-1] + len(part.split()))
    readings: list[tuple[list[str], str]] = [([" ".join(spoken), *with_other_article(" ".join(spoken))], "")]
    for cut in range(max(1, len(spoken) - _REGION), len(spoken)):
        names = [" ".join(spoken[begin:cut]) for begin in reversed(begins) if begin < cut]
        readings.append((names + with_other_article(" ".join(spoken[:cut])), " ".join(spoken[cut:])))
    readings += [([name, *with_other_article(name)], "") for name in reversed(plain)]
    readings += [([" ".join(spoken[begin:])], "") for begin in range(max(1, len(spoken) - _TOWN), len(spoken))]
    readings += [([" ".join(spoken[:end])], "") for end in range(min(_TOWN, len(spoken) - 1), 0, -1)]
    return PlaceWords(parts, tuple((tuple(names), region) for names, region in readings if any(names)), country)


def is_street(text: str, country: str) -> bool:
    """Whether all that was typed, its postcode apart, is a street, its number and a door: no town among it."""
    parts = [folded(part) for part in words_of(text, country).parts]
    return bool(parts) and all(_is_of_street(part) for part in parts) and bool(re.search(r"[^\W\d]{3}", parts[0]))


def _is_of_street(part: str) -> bool:
    return bool(_STREET.match(part) or re.search(r"\d", part))


def with_other_article(name: str) -> list[str]:
    """A name that begins with an article as lists have it: «la coruna» as «a coruna», «coruna la» and «coruna a»."""
    first, _blank, rest = name.partition(" ")
    if not rest or first not in _ARTICLES:
        return []
    other = _ARTICLES[first]
    return [f"{rest} {first}", *([f"{other} {rest}", f"{rest} {other}"] if other else [])]


@cache
def _country_names(country: str) -> tuple[str, ...]:
    """What people call a country where they end an address with it, folded."""
    spoken = (Locale(language).territories.get(country, "") for language in _LANGUAGES)
    return tuple(dict.fromkeys((*(folded(name) for name in spoken if name), *_SHORT.get(country, ()))))


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
