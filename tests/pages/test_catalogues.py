"""Translations: what is compiled, and what counts as a hole."""

from pathlib import Path

import pytest

from app.core.i18n import catalogues

HEAD = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


def _catalogue(folder: Path, domain: str, text: str) -> Path:
    path = folder / domain / "es" / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True)
    path.write_text(HEAD + text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('msgid "Back"\nmsgstr ""\n', "empty"),
        ('#, fuzzy\nmsgid "Back"\nmsgstr "Volver"\n', "fuzzy"),
        ('#, python-format\nmsgid "%(a)s left"\nmsgstr "quedan %(b)s"\n', "unknown named placeholder"),
        ('msgid "Half"\nmsgstr "50 % menos"\n', "a bare %"),
    ],
)
def test_a_doubtful_text_is_a_hole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, fault: str) -> None:
    monkeypatch.setattr(catalogues, "FOLDER", tmp_path)
    monkeypatch.setattr(catalogues, "_wanted", dict)
    _catalogue(tmp_path, "one", text)
    assert any(fault in line for line in catalogues.missing())


def test_two_domains_may_not_say_the_same_thing_differently(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogues, "FOLDER", tmp_path)
    monkeypatch.setattr(catalogues, "_wanted", dict)
    _catalogue(tmp_path, "one", 'msgid "Back"\nmsgstr "Volver"\n')
    _catalogue(tmp_path, "two", 'msgid "Back"\nmsgstr "Atrás"\n')
    assert catalogues.missing() == ["two: 'Back' says otherwise than in one"]


def test_a_text_without_translation_is_named_with_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogues, "FOLDER", tmp_path)
    monkeypatch.setattr(catalogues, "_wanted", lambda: {"Hello": "pages/views.py:7"})
    assert catalogues.missing() == ["pages/views.py:7: 'Hello' has no es"]


def test_a_catalogue_is_compiled_only_when_it_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogues, "FOLDER", tmp_path)
    _catalogue(tmp_path, "one", 'msgid "Back"\nmsgstr "Volver"\n')
    assert [catalogues.compile_catalogues(), catalogues.compile_catalogues()] == [1, 0]


def test_who_speaks_outside_a_request_has_all_domains() -> None:
    catalogues.translator.cache_clear()
    assert catalogues.translator("es_ES").gettext("Withdraw from contract here") == "Desistir del contrato aquí"
    assert catalogues.translator("en_GB").gettext("Back") == "Back"


def test_the_common_pages_and_components_are_translated() -> None:
    ours = ("pages", "templates/pages", "templates/ui", "templates/base")
    assert [line for line in catalogues.missing() if line.startswith(ours) and "otherwise" not in line] == []
