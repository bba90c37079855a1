"""Texts for translators: ``python -m tools.words`` brings the catalogues up to date, ``… fr`` begins one, ``… check``.

The work is that of Babel's own commands (``pybabel extract``, ``init``, ``update``, ``compile``); this says with what.
"""

import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import chdir
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

from app.core.i18n.catalogues import HOME_LANGUAGE
from app.core.settings.faults import TRANSLATIONS

ROOT = Path(__file__).parents[1]
# How days are written is apart: English and its regions have a file of that, and need none of the other texts.
SOURCES = {
    "messages": ("app", "--ignore-dirs=.* ._ i18n"),
    "formats": ("app/core/i18n", "--keywords=mark pattern:1c,2"),
}
# A changed text keeps its old translation as a guess to correct; patterns are all alike, and no guess at each other.
KEPT = {"messages": "--previous", "formats": "--no-fuzzy-matching"}
MARKS = ("--keywords=_ _l lazy_gettext", "--add-comments=Translators:", "--strip-comments")
# Places as files without lines, one text a line: what moves within a file changes nothing here.
LOOK = ("--add-location=file", "--sort-by-file", "--no-wrap")
NAMES = ("--project=Paradero", "--version=", "--copyright-holder=Paradero", "--msgid-bugs-address=")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


def pybabel(*arguments: str) -> None:
    """One of Babel's commands; it says what is wrong by itself. Raises SystemExit."""
    with chdir(ROOT):
        command: Any = CommandLineInterface()
        if command.run(["pybabel", "--quiet", *arguments]):
            raise SystemExit(1)


def extract(domain: str, target: Path) -> Path:
    """Write the template of a domain: every text of the code and the templates, without translations."""
    folder, own = SOURCES[domain]
    mapping = f"--mapping-file={ROOT / 'pyproject.toml'}"
    pybabel("extract", mapping, own, *MARKS, *LOOK, *NAMES, f"--output-file={target}", folder)
    return target


def update(begun: str | None = None) -> None:
    """Bring every language's catalogues up to date, and begin those of ``begun`` where there are none."""
    for domain in SOURCES:
        with tempfile.TemporaryDirectory() as folder:
            template = extract(domain, Path(folder) / f"{domain}.pot")
            of = (f"--domain={domain}", f"--input-file={template}", f"--output-dir={TRANSLATIONS}", "--no-wrap")
            if begun and not path_of(begun, domain).exists():
                pybabel("init", *of, f"--locale={begun}")
            for language in _languages(domain):
                # A region says a few texts otherwise: for the others there is nothing to guess.
                guesses = KEPT["formats" if "_" in language else domain]
                quiet = ("--ignore-obsolete", "--ignore-pot-creation-date", guesses)
                pybabel("update", *of, f"--locale={language}", *quiet)
        pybabel("compile", f"--domain={domain}", f"--directory={TRANSLATIONS}")


def faults() -> Iterator[str]:
    """What is wrong with the catalogues, a line each: behind the code, doubtful, broken, or not complete at home."""
    for domain in SOURCES:
        with tempfile.TemporaryDirectory() as folder:
            template = _read(extract(domain, Path(folder) / f"{domain}.pot"))
        for language in _languages(domain):
            path, catalogue = path_of(language, domain), catalogue_of(language, domain)
            lines = [*behind(template, catalogue), *(fault for text in catalogue for fault in text_faults(text))]
            if language == HOME_LANGUAGE:
                lines += [f"{text.id!r} is not translated" for text in catalogue if is_missing(text)]
            yield from (f"{path.relative_to(TRANSLATIONS)}: {fault}" for fault in lines)


def behind(template: Catalog, catalogue: Catalog) -> Iterator[str]:
    """Texts that the code says and the catalogue has not, and the other way round."""
    template_keys, catalogue_keys = ({_key(text) for text in one if text.id} for one in (template, catalogue))
    yield from (f"{text!r} is new: make words" for _, text in sorted(template_keys - catalogue_keys))
    yield from (f"{text!r} is no longer said: make words" for _, text in sorted(catalogue_keys - template_keys))


def text_faults(text: Message) -> Iterator[str]:
    """What misleads a reader or breaks a page: a guess nobody confirmed, a placeholder lost, a bare percent sign."""
    if not text.id:
        return
    originals, strings = forms(text.id), [form for form in forms(text.string) if form]
    if text.fuzzy:
        yield f"{text.id!r} is a guess (fuzzy): correct it and take the mark away"
    if any("%" in PLACEHOLDER.sub("", form).replace("%%", "") for form in (*originals, *strings)):
        yield f"{text.id!r} has a bare %: write %%, or let percent() write the number"
    if any(re.search(r"\{\w*\}", form) for form in (*originals, *strings)):
        yield f"{text.id!r} names a value in braces: write %(name)s"
    expected = _names(originals[-1])
    # «one piece» need not show its number.
    spared = {"num"} if len(originals) > 1 else set[str]()
    for form in strings:
        if _names(form) - expected or expected - _names(form) - spared:
            yield f"{text.id!r} has other placeholders in {form!r}"


def is_missing(text: Message) -> bool:
    """Whether a translation is needed and not there; a pattern may be left to CLDR."""
    return bool(text.id) and not (text.context or "").endswith("pattern") and not all(forms(text.string))


def progress() -> Iterator[str]:
    """How far each language is."""
    for language in _languages("messages"):
        texts = [text for text in catalogue_of(language, "messages") if text.id]
        done = sum(not is_missing(text) and not text.fuzzy for text in texts)
        yield f"{language}: {done} of {len(texts)} texts are translated."


def catalogue_of(language: str, domain: str) -> Catalog:
    """A language's texts of a domain."""
    return _read(path_of(language, domain))


def path_of(language: str, domain: str) -> Path:
    """Where they are kept."""
    return TRANSLATIONS / language / "LC_MESSAGES" / f"{domain}.po"


def forms(text: str | Sequence[str] | None) -> Sequence[str]:
    """A text in its singular and plural, or in its only form."""
    return (text or "",) if isinstance(text, str | None) else text


def _key(text: Message) -> tuple[str, str]:
    return text.context or "", "\n".join(forms(text.id))


def _names(form: str) -> set[str]:
    return set(PLACEHOLDER.findall(form))


def _languages(domain: str) -> list[str]:
    return sorted(path.parents[1].name for path in TRANSLATIONS.glob(f"*/LC_MESSAGES/{domain}.po"))


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def main(arguments: Sequence[str]) -> int:
    """Update, begin a language and update, or check; 1 when something is wrong."""
    if arguments[:1] != ["check"]:
        update(*arguments[:1])
    wrong = list(faults())
    sys.stdout.write("\n".join([*wrong, *progress()]) + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
