"""A language that nobody speaks: every text accented and between ¥ and ¤, so that what no translator ever saw shows."""

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from babel import Locale
from babel.dates import format_timedelta
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from app.core.i18n.catalogues import HOME_LANGUAGE
from tools.words import SOURCES, catalogue_of, forms

# CLDR knows it, so that days, months and countries are in it too; no other word of the portal looks like one of it.
PSEUDO = "eo"
# Signs that a text message can carry, and that nothing else uses.
OPEN, CLOSE = "¥", "¤"
ACCENTS = str.maketrans("aeinouAEINOU", "áéíñóúÁÉÍÑÓÚ")
_PART = re.compile(r"(%\(\w+\)[sd]|%%|<[^>]+>|&\w+;)")
# No language: an address, a code (whatever has a digit in it, or is long and in capitals), a handle such as
# carriers:seur, and in “…” the very word of a carrier or another system.
_CODE = re.compile(r"https?://\S+|\S+@\S+|\S*\d\S*|[A-Z]{16,}|\w+:\w+|“[^”]*”")
SPANS = [timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), *(timedelta(days) for days in (1, 7, 31, 366))]
_WORD = re.compile(r"[^\W\d_]{2,}")


def bracketed(text: str) -> str:
    """``¥%(num)s ítéms léft¤``: the placeholders stay."""
    parts = (part if index % 2 else part.translate(ACCENTS) for index, part in enumerate(_PART.split(text)))
    return f"{OPEN}{''.join(parts)}{CLOSE}"


def write_catalogues(folder: Path) -> None:
    """Write the language into a folder of catalogues; patterns of dates are left to CLDR."""
    for domain in SOURCES:
        made = Catalog(locale=PSEUDO)
        for text in catalogue_of(HOME_LANGUAGE, domain):
            if text.id and not (text.context or "").endswith("pattern"):
                several = not isinstance(text.id, str)
                strings = [bracketed(form) for form in forms(text.id)]
                made.add(text.id, strings if several else strings[0], context=text.context)
        path = folder / PSEUDO / "LC_MESSAGES" / f"{domain}.mo"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_mo(file, made)


def escaped(text: str) -> list[str]:
    """The words outside of all brackets, without what CLDR says in the language itself."""
    depth, outside = 0, []
    for part in re.split(f"([{OPEN}{CLOSE}])", text):
        if part in (OPEN, CLOSE):
            depth = max(0, depth + (1 if part == OPEN else -1))
        elif depth == 0:
            outside.append(part)
    return [word for word in _WORD.findall(_CODE.sub("", " ".join(outside))) if word.casefold() not in of_cldr()]


@cache
def of_cldr() -> frozenset[str]:
    """Days, months, spans, countries, languages and cities of zones as the language's own CLDR data call them."""
    locale = Locale(PSEUDO)
    calendars = (locale.days, locale.months)
    named = [name for one in calendars for form in one.values() for width in form.values() for name in width.values()]
    named += [*locale.territories.values(), *locale.languages.values()]
    named += [format_timedelta(span * count, locale=PSEUDO) for span in SPANS for count in (1, 3)]
    named += [zone["city"] for zone in locale.time_zones.values() if "city" in zone]
    return frozenset(word.casefold() for name in named for word in _WORD.findall(name))


SAID = (
    "alt", "aria-label", "aria-description", "aria-roledescription", "aria-valuetext", "label", "placeholder", "title",
    "data-copied", "data-failed", "data-label",
)  # fmt: skip
# What a machine reads, and what is no language: code, names of fields, the other languages' own names.
UNREAD = frozenset({"script", "style", "code", "pre", "kbd", "samp", "template"})
VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})


class Page(HTMLParser):
    """Everything of a page that a reader sees or hears, a text each: ``(where, text)``."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[tuple[str, str]] = []
        self._open: list[tuple[str, bool]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        foreign = (tag != "html" and "lang" in values) or values.get("translate") == "no" or tag in UNREAD
        hidden = foreign or (bool(self._open) and self._open[-1][1])
        if not hidden:
            self.texts += [(f"{tag} {name}", values[name]) for name in SAID if values.get(name)]
            if tag == "input" and values.get("type") in ("submit", "button", "reset") and values.get("value"):
                self.texts.append((f"{tag} value", values["value"]))
            if tag == "meta" and values.get("name") == "description":
                self.texts.append((tag, values.get("content", "")))
        if tag not in VOID:
            self._open.append((tag, hidden))

    def handle_endtag(self, tag: str) -> None:
        while self._open and tag in {name for name, _ in self._open}:
            if self._open.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        if data.strip() and not (self._open and self._open[-1][1]):
            self.texts.append((self._open[-1][0] if self._open else "", data.strip()))


def escapes(html: str, data: frozenset[str]) -> Iterator[str]:
    """A line a text of the page that no translator ever saw; ``data`` are words that are nobody's to translate."""
    for where, text in Page(html).texts:
        words = [word for word in escaped(text) if word.casefold() not in data]
        if words:
            yield f"{where}: {' '.join(text.split())[:120]!r}: {words[:8]}"


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """The words of data; a handle such as ``in_transit`` is none, for it is not to be shown as it is."""
    return words_within(text for text in texts if not re.fullmatch(r"[a-z_.]+", text))


def words_within(texts: Iterable[str]) -> frozenset[str]:
    """The words of texts, folded."""
    return frozenset(word.casefold() for text in texts for word in _WORD.findall(text))
