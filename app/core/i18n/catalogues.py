"""Translations: one catalogue a domain under ``translations/``; compiled when stale, checked before a release."""

import re
import sys
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from uuid import uuid4

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

APP = Path(__file__).parents[2]
FOLDER = APP / "translations"
LANGUAGES = ("es",)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")
METHODS = [
    ("**.py", "python"),
    ("templates/**.html", "jinja2"),
    ("templates/**.txt", "jinja2"),
    ("templates/**.mjml", "jinja2"),
]
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None, "gettext": None, "_l": None, "lazy_gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2),
}  # fmt: skip


def directories() -> str:
    """The catalogues' folders as Flask-Babel's BABEL_TRANSLATION_DIRECTORIES wants them."""
    return ";".join(str(path) for path in sorted(FOLDER.iterdir()) if path.is_dir())


def compile_catalogues() -> int:
    """Compile each .po that is newer than its .mo; returns how many were."""
    count = 0
    for path in _files():
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= path.stat().st_mtime:
            continue
        fresh = target.with_suffix(f".{uuid4().hex}.mo")
        with fresh.open("wb") as file:
            write_mo(file, _catalogue(path))
        fresh.replace(target)
        count += 1
    return count


@lru_cache(maxsize=32)
def translator(locale: str) -> NullTranslations:
    """All domains' texts in one, for whoever speaks outside a request: ``translator("es_ES").gettext("…")``."""
    merged = NullTranslations()
    for folder in directories().split(";"):
        loaded = Translations.load(folder, [locale.replace("-", "_")])
        if isinstance(loaded, Translations):
            merged = merged.merge(loaded) if isinstance(merged, Translations) else loaded
    return merged


def missing() -> list[str]:
    """What a reader of another language would miss: a line a text without translation, or with a doubtful one."""
    wanted = _wanted()
    return [line for language in LANGUAGES for line in _holes(language, wanted)]


def _holes(language: str, wanted: dict[str, str]) -> Iterator[str]:
    """Untranslated, fuzzy, broken and contradictory texts of one language, each with its place."""
    held: dict[str, tuple[str, str]] = {}
    for path in _files(language):
        name = path.relative_to(FOLDER).parts[0]
        for message in _catalogue(path):
            if not message.id:
                continue
            key, text = _key(message), str(message.string)
            yield from (f"{name}: {key!r}: {fault}" for fault in _faults(message))
            if key in held and held[key][1] != text:
                yield f"{name}: {key!r} says otherwise than in {held[key][0]}"
            held[key] = (name, text)
    yield from (f"{where}: {key!r} has no {language}" for key, where in wanted.items() if key not in held)


def _faults(message: Message) -> Iterator[str]:
    if message.fuzzy:
        yield "fuzzy"
    strings = _plural(message.string)
    if not all(strings):
        yield "empty"
    if any("%" in PLACEHOLDER.sub("", str(text)) for text in (*_plural(message.id), *strings)):
        yield "a bare % breaks in templates; use percent() or say it in words"
    yield from (str(error) for error in message.check())


def _wanted() -> dict[str, str]:
    """Every text of the code and the templates, with the first place that says it."""
    found: dict[str, str] = {}
    options = {"jinja2": {"silent": "false"}}
    mapped = {pattern: options.get(method, {}) for pattern, method in METHODS}
    for file, line, text, _, context in extract_from_dir(APP, METHODS, mapped, KEYWORDS):
        first = text[0] if isinstance(text, tuple) else text
        found.setdefault(f"{context}\x04{first}" if context else first, f"{file}:{line}")
    return found


def _key(message: Message) -> str:
    first = _plural(message.id)[0]
    return f"{message.context}\x04{first}" if message.context else first


def _plural(text: str | Sequence[str] | None) -> Sequence[str]:
    return (text or "",) if isinstance(text, str | None) else text


def _files(language: str = "*") -> list[Path]:
    return sorted(FOLDER.glob(f"*/{language}/LC_MESSAGES/messages.po"))


def _catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def main(arguments: list[str]) -> int:
    """``compile`` (default) or ``check``; the number of holes decides how ``check`` ends."""
    compile_catalogues()
    if arguments[:1] != ["check"]:
        return 0
    holes = missing()
    sys.stdout.write("\n".join(holes or ["Every text is translated."]) + "\n")
    return 1 if holes else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
