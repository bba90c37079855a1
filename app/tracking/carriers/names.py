"""Carriers by their one name, whatever shops and aggregators write: «Royal Mail», ``spanish-seur``, «UPS®»."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache

from babel import Locale

from app.core import parts
from app.tracking.ports import CarrierNames

GROUP = "paradero.carriers"

_MARKS = str.maketrans("", "", "®™©℠")
# What follows a carrier's name where shops choose a service: it makes no other carrier of it.
_SERVICE = frozenset(
    re.findall(
        r"\w+",
        """
        standard estandar economy priority prioritaire premium tracked signed saver ground express expres urgent
        urgente overnight next same day first second class mail special guaranteed worldwide expedited domestic
        nacional national international internacional parcel parcels paq paquete paqueteria paket pakete colis
        courier couriers shipping envio envios delivery home domicilio oficina pickup point service services servicio
        tracking online business s l a sl slu sa sau gmbh inc ltd llc srl bv ag spa group
        """,
    )
)
_HOURS = re.compile(r"\d{1,2}(h|hr|hrs|st|nd|rd|th)?")
# What forms and exports write where nobody chose a carrier.
_NOBODY = frozenset(
    re.findall(r"\w+", "other otro otra otros custom unknown desconocido none ninguno na null nil undefined tbd")
)
# Whoever writes to us names countries in these.
_LANGUAGES = ("en", "es", "de", "fr", "it", "nl", "pl", "pt", "sv", "da", "cs", "ro")


@cache
def carriers() -> dict[str, CarrierNames]:
    """Every carrier by name, ours first; those of installed packages that are at fault are left out."""
    loaded = parts.parts(GROUP).items()
    return {name: one for name, one in loaded if isinstance(one, CarrierNames) and one.name == name}


@lru_cache(maxsize=4096)
def carrier_name(written: str | None) -> str | None:
    """The carrier's one name; a name that nobody declares stays as lower-case words; None where none is named."""
    words = _words(written or "")
    joined = "".join(words)
    if not words or joined in _NOBODY:
        return None
    named = _index().get(joined) or _before_its_service(words)
    return named or re.sub(r"\W+", "_", (written or "").lower()).strip("_")


def carriers_in(text: str | None) -> frozenset[str]:
    """The carriers that a text names, such as a service: «DHL Paket», «Correos Express 24»."""
    words, named = _words(text or ""), set()
    while words:
        # The longest name first: «Correos Express» does not name Correos.
        length = next((n for n in range(len(words), 0, -1) if "".join(words[:n]) in _index()), 0)
        if length:
            named.add(_index()["".join(words[:length])])
        words = words[length or 1 :]
    return frozenset(named)


def _before_its_service(words: list[str]) -> str | None:
    """The carrier whose name comes first, when nothing but a service, a legal form or its branch's country follows."""
    for length in range(len(words) - 1, 0, -1):
        name = _index().get("".join(words[:length]))
        if name is None:
            continue
        rest = [word for word in words[length:] if word not in _SERVICE and not _HOURS.fullmatch(word)]
        if not rest or (carriers()[name].branches and "".join(rest) in _countries()):
            return name
    return None


def _words(text: str) -> list[str]:
    """The words in small letters without accents; what is written together stays one."""
    apart = unicodedata.normalize("NFKD", text.translate(_MARKS).casefold())
    return [word for word in re.split(r"[\W_]+", "".join(s for s in apart if not unicodedata.combining(s))) if word]


@cache
def _index() -> dict[str, str]:
    """Every name, alias and title, written together, with the carrier whose it is: names first, then ours."""
    owners: dict[str, str] = {}
    _claim(owners, ((name, name) for name in carriers()))
    _claim(owners, ((alias, name) for name, one in carriers().items() for alias in one.aliases))
    titles = [one.title for one in carriers().values()]
    # A title that two bear («GLS») says of neither that it is meant.
    _claim(owners, ((one.title, name) for name, one in carriers().items() if titles.count(one.title) == 1))
    return owners


def _claim(owners: dict[str, str], claims: Iterable[tuple[str, str]]) -> None:
    for text, name in claims:
        owners.setdefault("".join(_words(text)), name)


@cache
def _countries() -> frozenset[str]:
    """Countries as they follow a carrier's name: codes, and names in the languages of those who write to us."""
    codes = Locale("en").territories
    named = (name for language in _LANGUAGES for code, name in Locale(language).territories.items() if code in codes)
    letters = (str(code) for code in codes if len(str(code)) == 2)
    return frozenset("".join(_words(text)) for text in (*named, *letters, "uk", "usa", "eeuu"))
