"""Tracking numbers out of the field in which shops write them: one, several, none, or a web address. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl, unquote, urlsplit

from app.tracking.carriers.names import carriers
from app.tracking.carriers.recognition import guesses
from app.tracking.ingest.identity import normalised_number
from app.tracking.ports import NumberFit

# A parcel's field that names more is a list of something else.
MOST_NUMBERS = 20
LONGEST = 64

_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s\"'<>]+", re.IGNORECASE)
# A slash or a plus may be part of a number; with blanks around it, or between two whole numbers, it parts them.
_APART = re.compile(r"[,;|\n\r\t&]|\s+(?:y|e|and|und|et|plus|[/+])\s+", re.IGNORECASE)
_SLASHED = re.compile(r"(?=[^/]*\d)[^/\s]{6,}(?:/(?=[^/]*\d)[^/\s]{6,})+")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")
# «Tracking: AB1», «Nº AB1», or a number sign before it.
_LABEL = re.compile(r"[^\d:]{0,40}:\s*(?=\S)|(?:n[º°o]?\.?\s+|#\s*)(?=\S*\d)", re.IGNORECASE)
_AROUND, _FULL_STOP = " «»\"'()[]", re.compile(r"(?<!\.)\.$")
# «envío en 24 h»: a sentence that holds a digit and no number.
_SENTENCE = re.compile(r"(?=.*\s)(?=.*\b[^\W\d_]{4,}\b)(?!.*\d{4})", re.DOTALL)
# What is typed where there is none yet; some systems have taken the blanks out by the time we read it.
_NONE_YET = re.compile(
    r"(n/?a|no(ne|thing|t?applicable|t?available)?|null|nil|tb[dc]|todo|x+|unknown|pending|awaiting|tofollow|undefined"
    r"|pendiente|ningun[oa]|desconocido|s/?n|porconfirmar|pordefinir|aconfirmar|enproceso|processing|manual"
    r"|(sin|no|no?hay|without|ohne|sans|pas|kein)(hay|de)?(n[ºo°]?|num(ero|ber)?|seguimiento|tracking|track|suivi|envio"
    r"|asignar|code|id)+)"
)


@dataclass(frozen=True, slots=True)
class NumbersRead:
    """What a field says: the numbers, each once; the address of a page that follows the parcel; what was left out.

    ``carrier`` is the one on whose own page the number stood.
    """

    numbers: tuple[str, ...] = ()
    url: str | None = None
    carrier: str | None = None
    notes: tuple[str, ...] = ()


@lru_cache(maxsize=1024)
def read_numbers(text: str | None) -> NumbersRead:
    """The parcel's numbers as they are compared, without blanks and dashes; placeholders are none."""
    addresses = [_bare(match) for match in _ADDRESS.findall(text or "")]
    numbers, notes = [], []
    for written in _parted(_ADDRESS.sub("\n", text or "")):
        number = _number(written)
        if number is None:
            notes.append(f"«{written[:40]}» is no tracking number.")
        else:
            numbers.append(number)
    carrier = None
    if not numbers and addresses:
        carrier, number = _number_in(addresses[0])
        numbers = [number] if number else []
    distinct = list(dict.fromkeys(numbers))
    if len(distinct) > MOST_NUMBERS:
        notes.append(f"Of {len(distinct)} tracking numbers the first {MOST_NUMBERS} count.")
    url = addresses[0] if addresses else None
    return NumbersRead(tuple(distinct[:MOST_NUMBERS]), url, carrier, tuple(notes))


def _parted(text: str) -> list[str]:
    """What may be numbers, in their order."""
    if _THOUSANDS.fullmatch(text.strip()):
        return [text.replace(",", "")]
    parts = [part for piece in _APART.split(text) for part in _further(piece.strip())]
    return [bare for part in parts if (bare := _FULL_STOP.sub("", _LABEL.sub("", part, count=1)).strip(_AROUND))]


def _further(piece: str) -> list[str]:
    """Two numbers with nothing but a slash or a blank between them; a slash or blank within a number parts nothing."""
    # Most fields hold one number in one piece, and orders come by the hundred: whose it is is asked of the others only.
    if not re.search(r"[\s/]", piece) or guesses(piece):
        return [piece]
    if _SLASHED.fullmatch(piece):
        return piece.split("/")
    words = piece.split()
    return words if len(words) > 1 and all(_is_checked(word) for word in words) else [piece]


def _number(written: str) -> str | None:
    """One number; None for «n/a», «pendiente», «0000000000» and whatever else stands where there is none yet."""
    number = normalised_number(written)
    plain = re.sub(r"[\W_]+$|^[\W_]+", "", _without_accents(number.lower()))
    if not plain or len(number) > LONGEST or _SENTENCE.match(written) or _NONE_YET.fullmatch(plain):
        return None
    if not re.search(r"\d", number) and len(written.split()) > 1:
        return None
    # Filled with one sign to satisfy a form.
    filled = len(set(number)) == 1 and (len(number) >= 5 or set(number) == {"0"})
    return None if filled else number


def _without_accents(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))


def _bare(address: str) -> str:
    """The address without the sentence around it."""
    address = address.rstrip(".,;)]»")
    return address if "://" in address else f"https://{address}"


def _number_in(address: str) -> tuple[str | None, str | None]:
    """Carrier and number of an address, where they are sure: on a carrier's own page, or by a check digit."""
    for name, carrier in carriers().items():
        before, _, _after = (carrier.page or "").partition("{}")
        if before and address.casefold().startswith(before.casefold()):
            number = _number(unquote(re.split(r"[&#?/]", address[len(before) :])[0]))
            return (name, number) if number else (None, None)
    try:
        values = {normalised_number(value) for _, value in parse_qsl(urlsplit(address).query)}
    except ValueError:
        # An address with brackets that close nothing: a link at most.
        return None, None
    sure = [value for value in values if _is_checked(value) and len(guesses(value)) == 1]
    return None, sure[0] if len(sure) == 1 else None


def _is_checked(number: str) -> bool:
    return any(guess.fit is NumberFit.CHECKED for guess in guesses(number))
