"""Catalogues: which languages there are, and what each says. A language is a folder under ``translations/``."""

from functools import lru_cache
from pathlib import Path
from uuid import uuid4

from babel.support import Translations

from app.core.settings.faults import TRANSLATIONS

# Two of them, since English and its regions write days in their own way and need none of the other texts.
DOMAINS = ("messages", "formats")
# What the code itself says: a text without a translation stays as it is, sentence by sentence.
SOURCE_LOCALE = "en_GB"
HOME_LOCALE = "es_ES"


def language_of(tag: str) -> str:
    """``es`` of ``es_MX`` or ``es-MX``."""
    return tag.replace("-", "_").partition("_")[0]


SOURCE_LANGUAGE, HOME_LANGUAGE = language_of(SOURCE_LOCALE), language_of(HOME_LOCALE)


@lru_cache(maxsize=1)
def languages() -> frozenset[str]:
    """The languages that have a catalogue; a folder such as ``es_MX`` says what one region says otherwise."""
    return frozenset({SOURCE_LANGUAGE, *(language_of(path.parent.name) for path in TRANSLATIONS.glob("*/LC_MESSAGES"))})


def offered(chosen: tuple[str, ...]) -> tuple[str, ...]:
    """The languages that a shop speaks, its own one first: those it names, else its home's and the code's."""
    named = chosen or (HOME_LANGUAGE, SOURCE_LANGUAGE)
    return tuple(code for code in named if code in languages()) or (SOURCE_LANGUAGE,)


@lru_cache(maxsize=64)
def translator(locale: str) -> Translations:
    """All texts of a locale, its region's before its language's: ``translator("es_MX").gettext("…")``."""
    parts = locale.replace("-", "_").split("_")
    levels = ["_".join(parts[:length]) for length in range(1, len(parts) + 1)]
    # Not by gettext's own search: it takes "en" for American English, and stops at the first file.
    paths = [TRANSLATIONS / level / "LC_MESSAGES" / f"{domain}.mo" for level in levels for domain in DOMAINS]
    loaded = [_load(path) for path in paths if path.is_file()] or [Translations()]
    for more in loaded[1:]:
        loaded[0].merge(more)
    return loaded[0]


def _load(path: Path) -> Translations:
    with path.open("rb") as file:
        return Translations(file)


def compile_catalogues() -> int:
    """Compile each .po that is newer than its .mo; returns how many were."""
    stale = [path for path in sorted(TRANSLATIONS.glob("*/LC_MESSAGES/*.po")) if _is_stale(path)]
    for path in stale:
        _compile(path)
    return len(stale)


def _is_stale(path: Path) -> bool:
    target = path.with_suffix(".mo")
    return not target.exists() or target.stat().st_mtime < path.stat().st_mtime


def _compile(path: Path) -> None:
    """As ``pybabel compile`` does, but whole at once: another process may be reading the old one."""
    # Here, since only compiling needs it: no web process loads it.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    fresh = path.with_suffix(f".{uuid4().hex}.mo")
    with path.open("rb") as source, fresh.open("wb") as target:
        write_mo(target, read_po(source))
    fresh.replace(path.with_suffix(".mo"))
