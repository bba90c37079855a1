"""Every sentence marked in the code is in the catalogues: who gathers them may pass by one within a string."""

import ast
from collections.abc import Iterator

from babel.messages.pofile import read_po

from app.core.settings import ROOT

MARKS = {"_", "_l", "gettext", "lazy_gettext", "ngettext"}
CATALOGUE = ROOT / "app" / "translations" / "es" / "LC_MESSAGES" / "messages.po"


def marked(source: str) -> Iterator[str]:
    """The sentences that a module marks for translation."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS and node.args:
            sentence = node.args[0]
            if isinstance(sentence, ast.Constant) and isinstance(sentence.value, str):
                yield sentence.value


def test_every_marked_sentence_is_gathered() -> None:
    with CATALOGUE.open("rb") as file:
        # A sentence with a plural has two forms, of which the first is its name.
        gathered = {one.id if isinstance(one.id, str) else one.id[0] for one in read_po(file)}
    missing = {
        f"{path.relative_to(ROOT)}: {sentence}"
        for path in (ROOT / "app").rglob("*.py")
        for sentence in marked(path.read_text("utf-8"))
        if sentence not in gathered
    }
    assert sorted(missing) == []


def test_a_sentence_within_a_string_is_seen() -> None:
    assert list(marked("""words = f"{_('Nothing waits.')} {_(other)}" """)) == ["Nothing waits."]
